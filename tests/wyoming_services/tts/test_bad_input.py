"""Whatever a client sends, it gets an answer or its end, and the next client is served."""

import asyncio
import json

from hypothesis import given, settings, strategies as st
import pytest
from wyoming.client import AsyncClient
from wyoming.event import Event

from tests.wyoming_services.support import Sidecar, send_raw

from .client import Heard, ask, describe, hear, synthesize

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KINDS = ("synthesize", "synthesize-start", "synthesize-chunk", "synthesize-stop", "x")
FIELDS = ("text", "voice", "text_format", "context", "name", "language")
EVENTS = st.builds(
    Event,
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), JSON | st.text(max_size=60)),
    st.none() | st.binary(max_size=40),
)


async def converse(uri: str, events: list[Event]) -> Heard:
    """Send events and a last ping; return what is heard until its pong or the end."""
    async with AsyncClient.from_uri(uri) as client:
        try:
            for event in (*events, Event("ping", {"text": "last"})):
                await client.write_event(event)
            return await hear(client, ("pong", "error"))
        except ConnectionError:
            return Heard(["end"])


@settings(max_examples=80)
@given(st.lists(EVENTS, max_size=5))
def test_any_events_leave_the_server_well(server: Sidecar, events: list[Event]) -> None:
    heard = asyncio.run(converse(server.uri, events))
    assert heard.kinds[-1] in ("pong", "error", "end")
    again = asyncio.run(ask(server.uri, synthesize("***")))
    assert again.kinds == ["audio-start", "audio-stop"]


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_text_is_answered_with_audio(server: Sidecar, text: str) -> None:
    heard = asyncio.run(ask(server.uri, synthesize(text)))
    assert heard.frame == ["audio-start", "audio-stop"]
    assert len(heard.audio) % 2 == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello\n", "invalid_json"),
        (b"[1]\n", "not_an_object"),
        (b"x" * 100_000, "too_large"),
        (b'{"data": {}}\n', "missing_field"),
        (b'{"type": "synthesize", "data_length": 10000000}\n', "too_large"),
        (b'{"type": "synthesize", "data_length": 3}\nabc', "invalid_json"),
    ],
)
async def test_what_is_no_event_is_an_error(server: Sidecar, data: bytes, code: str) -> None:
    (answer,) = await send_raw(server.uri, data)
    assert (answer.type, answer.data["code"]) == ("error", code)
    assert (await ask(server.uri, synthesize("Yes."))).seconds > 0.2


@settings(max_examples=60)
@given(
    st.lists(
        st.binary(max_size=60)
        | st.sampled_from((b"\n", b'{"type": "synthesize", "data": {"text": "', b'"}}\n'))
        | st.sampled_from((b'{"type": "synthesize-start"}\n', b'{"type": "synthesize-stop"}\n')),
        max_size=8,
    ).map(b"".join)
)
def test_any_bytes_leave_the_server_well(server: Sidecar, data: bytes) -> None:
    asyncio.run(send_raw(server.uri, data, leave=True))
    assert asyncio.run(describe(server.uri)).tts[0].installed


MARKUP = (
    *("<speak>", "</speak>", "<s>", "</s>", "<break time='1ms'/>", "<sub alias='a'>", "</sub>"),
    *("<!DOCTYPE a [", "<!ENTITY b 'c'>", "]>", "&b;", "&amp;", "<![CDATA[", "]]>", "One. "),
)
HOSTILE = st.lists(st.sampled_from(MARKUP), max_size=12)


@settings(max_examples=40)
@given(HOSTILE)
def test_any_ssml_is_spoken_or_refused(server: Sidecar, parts: list[str]) -> None:
    event = synthesize("".join(parts), text_format="ssml")
    assert asyncio.run(ask(server.uri, event)).kinds[-1] in ("audio-stop", "error")


async def test_lone_surrogates_are_no_text(server: Sidecar) -> None:
    """JSON can spell them, UTF-8 can't."""
    line = json.dumps({"type": "synthesize", "data": {"text": "on \ud800 off"}})
    reader, writer = await asyncio.open_connection(*server.uri.removeprefix("tcp://").split(":"))
    writer.write(line.encode() + b"\n")
    async with AsyncClient.from_uri(server.uri) as other:
        await other.write_event(synthesize("Yes."))
        assert (await hear(other)).seconds > 0.2
    assert b"audio-start" in await reader.readline()
    writer.close()


async def test_the_servers_have_survived_all_that(server: Sidecar) -> None:
    assert (await describe(server.uri)).tts[0].installed
    assert (await ask(server.uri, synthesize("Yes."))).seconds > 0.2
    assert "Traceback" not in server.log
    assert "never retrieved" not in server.log

"""Whatever a client sends, it is told what was wrong, and the next one notices nothing."""

import asyncio
import json

from hypothesis import given, settings, strategies as st
import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import SelectProgram

from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import Sidecar, ask, send_raw, utterance

FIRST = SCRIPT[0]
TONE = make_tone(FIRST.hertz, 1.0)
MEBIBYTE = 1024 * 1024


def _line(**header: object) -> bytes:
    return json.dumps(header).encode() + b"\n"


MALFORMED = {
    "not JSON": (b"hello\n", "invalid_json"),
    "not UTF-8": (b"\xff\xfe\n", "invalid_json"),
    "no object": (b"[1]\n", "not_an_object"),
    "a deep nest": (b"[" * 60_000 + b"\n", "invalid_json"),
    "a huge number": (b'{"type": "describe", "x": ' + b"9" * 5000 + b"}\n", "invalid_json"),
    "an endless line": (b"x" * 100_000, "too_large"),
    "no type": (_line(data={}), "missing_field"),
    "a type that is a number": (_line(type=3), "invalid_field"),
    "data that is a list": (_line(type="transcribe", data=[1]), "not_an_object"),
    "a length that is text": (_line(type="x", payload_length="10"), "invalid_field"),
    "a negative length": (_line(type="x", data_length=-1), "invalid_field"),
    "a length that is true": (_line(type="x", data_length=True), "invalid_field"),
    "data that isn't JSON": (_line(type="x", data_length=3) + b"abc", "invalid_json"),
    "a payload of 10 MB": (
        _line(type="audio-chunk", payload_length=10 * MEBIBYTE) + bytes(10 * MEBIBYTE),
        "too_large",
    ),
    "a payload of an exabyte": (_line(type="audio-chunk", payload_length=10**18), "too_large"),
    "data of 10 MB": (_line(type="transcribe", data_length=10 * MEBIBYTE), "too_large"),
}


async def _serves(stt: Sidecar) -> bool:
    answers = await ask(stt.uri, utterance(TONE))
    return [answer.data.get("text") for answer in answers] == [FIRST.text]


@pytest.mark.parametrize(("data", "code"), MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_event_is_an_error(stt: Sidecar, data: bytes, code: str) -> None:
    answers = await send_raw(stt.uri, data)

    assert [Error.from_event(answer).code for answer in answers] == [code]
    assert await _serves(stt)


def _chunk(rate: object, width: object, channels: object, audio: bytes = bytes(64)) -> Event:
    data = {"rate": rate, "width": width, "channels": channels}
    shown = {name: value for name, value in data.items() if value is not None}
    return Event("audio-chunk", shown, audio)


REFUSED = {
    "an unknown language": (Transcribe(language="xx").event(), "unsupported_language"),
    "a language that is a number": (Event("transcribe", {"language": 5}), "invalid_field"),
    "an unknown model": (Transcribe(name="large-v9").event(), "not_found"),
    "names that are a text": (Event("transcribe", {"transcript_names": "Bob"}), "invalid_field"),
    "terms that are numbers": (Event("transcribe", {"transcript_terms": [1]}), "invalid_field"),
    "an unknown program": (SelectProgram("piper").event(), "not_found"),
    "a start without rate": (Event("audio-start", {"width": 2, "channels": 1}), "missing_field"),
    "a start at 1 Hz": (AudioStart(1, 2, 1).event(), "unsupported_audio"),
    "a start with five channels": (AudioStart(16_000, 2, 5).event(), "unsupported_audio"),
    "a start with wide samples": (AudioStart(16_000, 8, 1).event(), "unsupported_audio"),
    "a chunk without rate": (_chunk(None, 2, 1), "missing_field"),
    "a chunk whose rate is text": (_chunk("16000", 2, 1), "invalid_field"),
    "a chunk whose width is true": (_chunk(16_000, True, 1), "invalid_field"),
    "a chunk at 96 kHz": (_chunk(96_000, 2, 1), "unsupported_audio"),
    "a chunk at no rate": (_chunk(0, 2, 1), "unsupported_audio"),
    "a chunk cut within a sample": (_chunk(16_000, 2, 1, bytes(63)), "unsupported_audio"),
}


@pytest.mark.parametrize(("event", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_done_is_an_error(stt: Sidecar, event: Event, code: str) -> None:
    answers = await ask(stt.uri, [event])

    assert [Error.from_event(answer).code for answer in answers] == [code]
    assert await _serves(stt)


async def test_an_endless_utterance_is_ended(stt: Sidecar) -> None:
    second = AudioChunk(16_000, 2, 1, bytes(32_000)).event()
    answers = await ask(stt.uri, [Transcribe(language="en").event(), *[second] * 125])

    assert [Error.from_event(answer).code for answer in answers] == ["too_large"]
    assert await _serves(stt)


async def test_events_of_other_kinds_are_ignored(stt: Sidecar) -> None:
    others = [Event("detect", {"names": ["x"]}), Event("run-pipeline", {"x": 1}, b"payload")]

    answers = await ask(stt.uri, [*others, *utterance(TONE)])

    assert [answer.data["text"] for answer in answers] == [FIRST.text]


async def test_a_client_that_leaves_in_the_middle_costs_nothing(stt: Sidecar) -> None:
    for keep in (1, 3, 20):
        async with AsyncClient.from_uri(stt.uri) as client:
            for event in list(utterance(TONE))[:keep]:
                await client.write_event(event)

    assert await _serves(stt)
    assert "never retrieved" not in stt.log


async def test_misbehaviour_is_logged_once(stt: Sidecar) -> None:
    for _ in range(5):
        await send_raw(stt.uri, b'{"type": 7.5}\n')

    assert stt.log.count("(invalid_field, logged once)") == 1


async def test_a_crowd_beyond_the_bound_is_refused(stt: Sidecar) -> None:
    """One is computed and eight may wait; whoever is refused is told so."""
    long = make_tone(FIRST.hertz, 25.0)
    crowd = await asyncio.gather(*(ask(stt.uri, utterance(long, chunk=65_536)) for _ in range(30)))

    said = {json.dumps(answer.data, sort_keys=True) for answers in crowd for answer in answers}
    kinds = {answer.type for answers in crowd for answer in answers}
    assert kinds <= {"transcript", "error"}
    assert any("busy" in each for each in said) == ("error" in kinds)
    assert all(len(answers) == 1 for answers in crowd)
    assert await _serves(stt)


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=4096),
        st.builds(
            lambda header, rest: json.dumps(header).encode() + b"\n" + rest,
            st.dictionaries(
                st.sampled_from(["type", "data", "data_length", "payload_length", "version"]),
                st.one_of(
                    st.sampled_from(["describe", "transcribe", "audio-chunk", "audio-stop"]),
                    st.integers(-2, 5000),
                    st.none(),
                    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
                ),
            ),
            st.binary(max_size=256),
        ),
    )
)
def test_any_bytes_leave_the_server_well(stt: Sidecar, data: bytes) -> None:
    asyncio.run(send_raw(stt.uri, data, leave=True))

    assert asyncio.run(_describes(stt))


async def _describes(stt: Sidecar) -> bool:
    answers = await send_raw(stt.uri, _line(type="describe") + b"\n")
    return [answer.type for answer in answers] == ["info", "error"]


async def test_the_server_has_survived_all_that(stt: Sidecar) -> None:
    assert stt.process is not None
    assert stt.process.poll() is None
    assert "Traceback" not in stt.log
    assert await _serves(stt)

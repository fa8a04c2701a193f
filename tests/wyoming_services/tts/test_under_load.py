"""What a server owes its other clients while it computes, and when a client is gone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from wyoming.client import AsyncClient
from wyoming.event import Event

from tests.models.tone_voice import make_voice
from tests.wyoming_services.support import Sidecar

from .client import ask, describe, hear, processor_seconds, running, synthesize

SENTENCE = "the kitchen light is on and " * 13
LONG = synthesize(f"{SENTENCE}. T" * 20)


@pytest.fixture(scope="module")
def slow_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice that takes about three seconds of a processor for such a sentence."""
    folder = tmp_path_factory.mktemp("slow")
    make_voice(folder, work=200)
    return folder


@pytest.fixture(scope="module")
def slow(slow_voice: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("server")
    with running(folder, "--voices-dir", str(slow_voice)) as sidecar:
        yield sidecar


async def begin(client: AsyncClient, event: Event = LONG) -> None:
    """Have a server begin with a text."""
    await client.write_event(event)
    assert (await hear(client, ("audio-start",))).kinds == ["audio-start"]


async def test_info_is_told_while_it_computes(slow: Sidecar) -> None:
    async with AsyncClient.from_uri(slow.uri) as client:
        await begin(client, synthesize(SENTENCE[:200]))
        first = asyncio.create_task(hear(client, ("audio-chunk",)))
        assert (await describe(slow.uri)).tts[0].installed
        assert (await ask(slow.uri, Event("ping", {"text": "x"}), until=("pong",))).kinds == [
            "pong"
        ]
        assert not first.done()
        await client.write_event(Event("ping", {"text": "own"}))
        assert (await first).kinds[0] == "pong"


async def test_what_was_said_lately_waits_for_nobody(slow: Sidecar) -> None:
    first = await ask(slow.uri, synthesize("Yes."))
    async with AsyncClient.from_uri(slow.uri) as client:
        await begin(client, synthesize(SENTENCE[:180]))  # which nobody has said lately
        long = asyncio.create_task(hear(client, ("audio-chunk",)))
        again = await ask(slow.uri, synthesize("Yes."))
        assert not long.done()
        assert again.audio == first.audio
        assert (await long).kinds == ["audio-chunk"]


async def test_short_goes_before_long_where_both_wait(slow: Sidecar) -> None:
    finished: list[str] = []

    async def say(name: str, text: str) -> None:
        await ask(slow.uri, synthesize(text), until=("audio-chunk",))
        finished.append(name)

    async with AsyncClient.from_uri(slow.uri) as client:
        await begin(client, synthesize(SENTENCE[:120]))
        await _until_computing(slow)
        long = asyncio.create_task(say("long", SENTENCE[:100]))
        await describe(slow.uri)  # a round trip later the long one waits
        await asyncio.gather(long, say("short", "No."))
    assert finished == ["short", "long"]


async def test_computing_stops_when_the_client_leaves(slow: Sidecar) -> None:
    async with AsyncClient.from_uri(slow.uri) as client:
        await begin(client)
        await _until_computing(slow)
    left = processor_seconds(slow)
    while await _share(slow) > 0.1:
        pass
    assert processor_seconds(slow) - left < 1.5
    assert (await ask(slow.uri, synthesize("***"))).frame == ["audio-start", "audio-stop"]
    assert "Traceback" not in slow.log
    assert "never retrieved" not in slow.log


async def _until_computing(sidecar: Sidecar) -> None:
    """Wait until a server has used some of a processor, whatever its share of one is."""
    before = processor_seconds(sidecar)
    while processor_seconds(sidecar) < before + 0.2:  # noqa: ASYNC110 - it sets no event of ours
        await asyncio.sleep(0.05)


async def _share(sidecar: Sidecar) -> float:
    """How much of a processor a server takes, over a moment."""
    before = processor_seconds(sidecar)
    await asyncio.sleep(0.5)
    return (processor_seconds(sidecar) - before) / 0.5


async def test_killed_in_the_middle_the_stream_ends_and_the_next_server_works(
    slow: Sidecar,
) -> None:
    async with AsyncClient.from_uri(slow.uri) as client:
        await begin(client)
        slow.kill()
        assert (await hear(client)).kinds[-1] == "end"
    slow.start()
    assert (await ask(slow.uri, synthesize("***"))).frame == ["audio-start", "audio-stop"]


async def test_a_reader_that_does_not_read_costs_the_others_nothing(
    tmp_path: Path,
) -> None:
    with running(tmp_path, "--engine", "espeak") as server:
        async with AsyncClient.from_uri(server.uri) as client:
            await client.write_event(synthesize("The kitchen light is on. " * 300))
            for _ in range(3):
                assert (await ask(server.uri, synthesize("Yes."))).seconds > 0.2

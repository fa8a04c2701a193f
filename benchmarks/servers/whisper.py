"""Speech to text with a scripted Whisper, ours beside wyoming-faster-whisper."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sample import MS, compare
from tests.models.tone import make_tone

from .child import Server, serve
from .clients import transcribe
from .contenders import our_whisper, peer_whisper
from .load import describe_during

#: Tones that the scripted model takes for sentences (tests/models/scripted_whisper.py).
_LINES = ((400.0, "Turn on the kitchen light."), (1800.0, "Set the bedroom to twenty degrees."))
_SECONDS = 1.5  # of speech, before half a second of silence that ends it


@dataclass(slots=True)
class Results:
    """What one server did."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    describe: list[float] = field(default_factory=list)
    right: int = 0


async def measure(model: Path, logs: Path, rounds: int) -> list[Row]:
    """Return the rows: our beam of 1 beside the peer's own beam of 5, and beside its beam of 1."""
    contenders = (our_whisper(model, 1), peer_whisper(model, 5), peer_whisper(model, 1))
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(serve(one.name, one.argv, logs / f"stt{index}.log"))
            for index, one in enumerate(contenders)
        ]
        results = await _take_turns(servers, rounds)
        for server in servers:
            results[server.name].describe = await _describe_under_load(server)
    ours, *peers = (results[one.name] for one in contenders)
    return list(_rows(ours, peers, rounds))


async def _take_turns(servers: Sequence[Server], rounds: int) -> dict[str, Results]:
    """One utterance each in turn, so that whatever else the machine does hits all alike."""
    results = {server.name: Results() for server in servers}
    for turn in range(-1, rounds):  # the first warms up and does not count
        hertz, text = _LINES[turn % len(_LINES)]
        for server in servers:
            before = server.cpu_seconds()
            heard = await transcribe(server.uri, make_tone(hertz, _SECONDS))
            if turn >= 0:
                mine = results[server.name]
                mine.seconds.append(heard.seconds)
                mine.cpu.append(server.cpu_seconds() - before)
                mine.right += heard.text == text
    return results


async def _describe_under_load(server: Server) -> list[float]:
    audio = make_tone(_LINES[0][0], _SECONDS)
    work = asyncio.gather(*(transcribe(server.uri, audio, pace=0.0) for _ in range(3)))
    return await describe_during(server.uri, work)


def _rows(ours: Results, peers: Sequence[Results], rounds: int) -> Iterator[Row]:
    for title, peer in zip(("peer's default beam 5", "both beam 1"), peers, strict=True):
        name = f"Whisper base, {title}"
        yield from compare(f"{name}: audio-stop to transcript", ours.seconds, peer.seconds)
        yield from _others(name, ours, peer, rounds)


def _others(name: str, ours: Results, peer: Results, rounds: int) -> Iterator[Row]:
    yield Row(
        what=f"{name}: CPU time an utterance, mean",
        ours=sum(ours.cpu) / rounds * MS,
        peer=sum(peer.cpu) / rounds * MS,
        unit="ms",
    )
    yield from compare(f"{name}: describe while transcribing", ours.describe, peer.describe)
    yield Row(
        what=f"{name}: transcripts right",
        ours=100 * ours.right / rounds,
        peer=100 * peer.right / rounds,
        unit="%",
        higher_is_better=True,
    )

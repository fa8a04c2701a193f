"""Text to speech with a self-made voice, ours beside wyoming-piper."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sample import MS, compare

from .child import Server, serve
from .clients import Spoken, synthesize
from .contenders import our_piper, peer_piper
from .load import describe_during

_REPLY = "Turned on the kitchen light."
_STORY = (
    "The front door is locked and the garage door is closed. "
    "It is twenty one degrees in the living room, and the window in the bedroom is open. "
    "The washing machine has been ready for half an hour. "
    "Tomorrow will be dry in the morning, with some rain from four o'clock. "
    "Your first appointment is at nine, and the train before it is five minutes late."
)
_TEXTS = {"a short reply": _REPLY, "five sentences": _STORY}
_LOAD = 8  # times the five sentences in one request


@dataclass(slots=True)
class Results:
    """What one server did."""

    spoken: dict[str, list[Spoken]] = field(default_factory=lambda: {name: [] for name in _TEXTS})
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_TEXTS, 0.0))
    describe: list[float] = field(default_factory=list)


async def measure(voices: Path, voice: str, logs: Path, rounds: int) -> list[Row]:
    """Return the rows."""
    contenders = (our_piper(voices, voice), peer_piper(voices, voice))
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(serve(one.name, one.argv, logs / f"tts{index}.log"))
            for index, one in enumerate(contenders)
        ]
        ours, peer = await _take_turns(servers, voice, rounds)
        for server, result in zip(servers, (ours, peer), strict=True):
            work = synthesize(server.uri, " ".join([_STORY] * _LOAD), voice)
            result.describe = await describe_during(server.uri, work)
    return list(_rows(ours, peer, rounds))


async def _take_turns(servers: Sequence[Server], voice: str, rounds: int) -> list[Results]:
    """One text each in turn, so that whatever else the machine does hits both alike."""
    results = [Results() for _ in servers]
    for turn in range(-1, rounds):  # the first warms up and does not count
        for name, text in _TEXTS.items():
            for server, mine in zip(servers, results, strict=True):
                before = server.cpu_seconds()
                spoken = await synthesize(server.uri, text, voice)
                if turn >= 0:
                    mine.spoken[name].append(spoken)
                    mine.cpu[name] += server.cpu_seconds() - before
                await asyncio.sleep(0.02)
    return results


def _rows(ours: Results, peer: Results, rounds: int) -> Iterator[Row]:
    for name in _TEXTS:
        yield from _text_rows(f"Piper tone voice, {name}", ours.spoken[name], peer.spoken[name])
        yield Row(
            what=f"Piper tone voice, {name}: CPU time, mean",
            ours=ours.cpu[name] / rounds * MS,
            peer=peer.cpu[name] / rounds * MS,
            unit="ms",
        )
    yield from compare("Piper tone voice: describe while speaking", ours.describe, peer.describe)


def _text_rows(name: str, ours: Sequence[Spoken], peer: Sequence[Spoken]) -> Iterator[Row]:
    yield from compare(
        f"{name}: text to first audio", [one.first for one in ours], [one.first for one in peer]
    )
    yield from compare(
        f"{name}: text to last audio", [one.last for one in ours], [one.last for one in peer]
    )

"""What listeners wait for: our text to speech beside wyoming-piper, with the same voices."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
import statistics

from benchmarks.processes import pss_mib
from benchmarks.report import Row
from benchmarks.sample import MS, p95

from .child import Server, serve
from .clients import Spoken, synthesize
from .contenders import Contender
from .load import describe_during

#: A first sentence without a comma can't be begun before all of it is there, but in parts.
_FIRST_SENTENCES = {
    "long answer": "In house {number} the front door is locked and the garage door is closed.",
    "long answer with a comma": (
        "In house {number} the lights are on, the front door is locked, the garage door is "
        "closed and the window in the bedroom is open."
    ),
}
_REST = (
    " It is {number} degrees in the living room, and the window in the bedroom is open. "
    "Tomorrow will be dry in the morning, with some rain from {number} minutes past four."
)
_REPLY = "Turned on kitchen light {number}."
_AGAIN = "Turned on the kitchen light."
_SATELLITES = 4
_UTTERANCES = 20
_INFO = 50.0  # ms; Home Assistant waits a second, and then calls the server unavailable


@dataclass(slots=True)
class Results:
    """What one server did; lists of one entry a request."""

    spoken: dict[str, list[Spoken]] = field(
        default_factory=lambda: {name: [] for name in (*_FIRST_SENTENCES, "again")}
    )
    together: list[Spoken] = field(default_factory=list)
    beside: list[Spoken] = field(default_factory=list)
    describe: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: float = 0.0


class _Texts:
    """No text comes twice: whoever keeps speech would have nothing to do."""

    def __init__(self) -> None:
        self._numbers = count(100)

    def story(self, name: str = "long answer") -> str:
        return (_FIRST_SENTENCES[name] + _REST).format(number=next(self._numbers))

    def reply(self) -> str:
        return _REPLY.format(number=next(self._numbers))


async def measure(
    title: str, contenders: Sequence[Contender], voice: str, logs: Path, rounds: int
) -> list[Row]:
    """Return the rows of ours, the first, beside the peer."""
    texts = _Texts()
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(serve(one.name, one.argv, logs / f"{one.name}.log"))
            for one in contenders
        ]
        results = [Results() for _ in servers]
        for server in servers:
            await synthesize(server.uri, texts.story(), voice)
            await synthesize(server.uri, _AGAIN, voice)
        for _ in range(rounds):
            for server, mine in zip(servers, results, strict=True):
                await _round(server, voice, texts, mine)
        for server, mine in zip(servers, results, strict=True):
            for _ in range(_UTTERANCES):
                await synthesize(server.uri, texts.reply(), voice)
            mine.memory = pss_mib(server.pid)
    ours, peer = results
    return list(_rows(title, ours, peer, rounds))


async def _round(server: Server, voice: str, texts: _Texts, mine: Results) -> None:
    """One of each kind of request."""
    for name in _FIRST_SENTENCES:
        before = server.cpu_seconds()
        mine.spoken[name].append(await synthesize(server.uri, texts.story(name), voice))
        mine.cpu += server.cpu_seconds() - before
    mine.spoken["again"].append(await synthesize(server.uri, _AGAIN, voice))
    mine.together += await asyncio.gather(
        *(synthesize(server.uri, texts.story(), voice) for _ in range(_SATELLITES))
    )
    long = asyncio.create_task(synthesize(server.uri, texts.story(), voice))
    await asyncio.sleep(0.05)  # by then it has begun
    mine.beside += await asyncio.gather(
        *(synthesize(server.uri, texts.reply(), voice) for _ in range(_SATELLITES - 1))
    )
    await long
    work = synthesize(server.uri, texts.story(), voice)
    mine.describe += await describe_during(server.uri, work)


def _rows(title: str, ours: Results, peer: Results, rounds: int) -> Iterator[Row]:
    for name in _FIRST_SENTENCES:
        mine, theirs = ours.spoken[name], peer.spoken[name]
        what = f"{title}, {name}"
        yield from _compare(f"{what}: first audio", _first(mine), _first(theirs), 0.25)
        yield from _compare(f"{what}: all of it", _last(mine), _last(theirs), 1.0)
    yield Row(
        what=f"{title}, long answers: CPU time, mean",
        ours=ours.cpu / rounds / len(_FIRST_SENTENCES) * MS,
        peer=peer.cpu / rounds / len(_FIRST_SENTENCES) * MS,
        unit="ms",
    )
    again = (_first(each.spoken["again"]) for each in (ours, peer))
    yield from _compare(f"{title}, a reply that was said before: first audio", *again)
    together = ours.together, peer.together
    what = f"{title}, {_SATELLITES} long answers at once"
    yield from _compare(f"{what}: first audio", *map(_first, together), worst=0.5)
    yield from _compare(f"{what}: all of it", *map(_last, together))
    what = f"{title}, {_SATELLITES - 1} replies during a long answer"
    yield from _compare(f"{what}: all of it", *map(_last, (ours.beside, peer.beside)), worst=0.5)
    yield from _compare(f"{title}: info while speaking", ours.describe, peer.describe)
    yield Row(
        what=f"{title}: info while speaking, slowest",
        ours=max(ours.describe) * MS,
        peer=max(peer.describe) * MS,
        unit="ms",
        goal=_INFO,
    )
    yield Row(
        what=f"{title}: PSS after {_UTTERANCES} more utterances",
        ours=ours.memory,
        peer=peer.memory,
        unit="MiB",
        goal=1.1,
        goal_is_ratio=True,
    )


def _first(spoken: Sequence[Spoken]) -> list[float]:
    return [one.first for one in spoken]


def _last(spoken: Sequence[Spoken]) -> list[float]:
    return [one.last for one in spoken]


def _compare(
    what: str,
    ours: Sequence[float],
    peer: Sequence[float],
    goal: float | None = None,
    worst: float | None = None,
) -> Iterator[Row]:
    """Two rows, of seconds as milliseconds; the goals are for the ratio."""
    for name, figure, limit in (
        ("median", statistics.median, goal),
        ("95th percentile", p95, worst),
    ):
        yield Row(
            what=f"{what}, {name}",
            ours=figure(ours) * MS,
            peer=figure(peer) * MS,
            unit="ms",
            goal=limit,
            goal_is_ratio=limit is not None,
        )

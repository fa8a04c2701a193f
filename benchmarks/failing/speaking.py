"""Answers as a language model writes them, spoken by two sidecars that fail in the middle."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
import random
import signal
import sys
import time

from benchmarks.report import Row
from benchmarks.sample import MS, compare
from benchmarks.servers.contenders import our_piper
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.pool import PONG
from custom_components.alicia.speech.speaking import Speech, Wanted
from custom_components.alicia.speech.wire import TICK

from .plan import SEED, plan
from .sidecars import Pair, pair

ANSWER = (
    "The light in the kitchen is on, and the one in the hall is off. "
    "It is twenty one degrees in the living room, and a little less in the bedroom. "
    "The washing machine will be done in half an hour. "
    "Nobody has rung the bell today."
)
SENTENCE = ANSWER.partition(". ")[2].partition(". ")[0] + "."
RATE = 22_050
HEADER = 44
DEADLINE = PONG + 2 * TICK


@dataclass(slots=True)
class Played:
    """Audio as it came, and how a player that begins with the first of it fares."""

    data: bytearray = field(default_factory=bytearray)
    started: float = 0.0
    #: s of silence where there should have been speech, the longest
    gap: float = 0.0
    _waited: float = 0.0

    def take(self, chunk: bytes) -> None:
        """Take audio that has come now."""
        now = time.perf_counter()
        if not self.data:
            self.started = now
        heard_until = max(len(self.data) - HEADER, 0) / (2 * RATE)
        late = now - self.started - self._waited - heard_until
        if self.data and late > 0:
            self.gap = max(self.gap, late)
            self._waited += late
        self.data += chunk


@dataclass(slots=True)
class Trial:
    """What one answer came to."""

    fault: signal.Signals | None
    right: bool
    gap: float
    hit: bool = False


async def measure(
    voices: Path, voice: str, folder: Path, trials: int, kills: int, stops: int
) -> list[Row]:
    """Return the rows of text to speech."""
    chance = random.Random(SEED)
    # The same is said in each trial: what is kept of the one before would be no work.
    argv = (*our_piper(voices, voice).argv, "--cache-mib", "0")
    async with pair(Service.TTS, argv, folder) as servers:
        for _ in range(4):
            reference = len((await _play(servers, ANSWER)).data)
        renderings = [await _render(servers) for _ in range(10)]
        done = []
        for number, fault in enumerate(plan(trials, kills, stops)):
            done.append(await _trial(servers, fault, reference, chance))
            await servers.ready()
            if number % 10 == 9:
                print(f"Measuring: {number + 1} of {trials}", file=sys.stderr, flush=True)
    return list(_rows(renderings, done))


async def _render(servers: Pair) -> float:
    started = time.perf_counter()
    await _play(servers, SENTENCE)
    return time.perf_counter() - started


async def _play(servers: Pair, text: str) -> Played:
    played = Played()
    async for chunk in Speech(servers.pool, Wanted("en")).wav(_written(text)):
        played.take(chunk)
    return played


async def _trial(
    servers: Pair, fault: signal.Signals | None, reference: int, chance: random.Random
) -> Trial:
    """A fault comes while a sentence after the first is being rendered."""
    before = _failures(servers)
    striking = asyncio.create_task(_strike(servers, fault, chance)) if fault else None
    played = await _play(servers, ANSWER)
    if striking is not None:
        striking.cancel()
        await asyncio.gather(striking, return_exceptions=True)
    hit = _failures(servers) > before
    # No two sentences are of one length, so that none can stand in for another.
    return Trial(fault, len(played.data) == reference, played.gap, hit)


async def _strike(servers: Pair, fault: signal.Signals, chance: random.Random) -> None:
    sentence = chance.randint(1, 3)
    wanted = _requests(servers) + 1 + sentence
    while _requests(servers) < wanted:  # noqa: ASYNC110 - a counter, which tells nobody
        await asyncio.sleep(0.001)
    await asyncio.sleep(chance.uniform(0.0, 0.05))
    if (busy := servers.busy()) is not None:
        busy.signal(fault)


def _requests(servers: Pair) -> int:
    return sum(each.workers[Service.TTS].counts["requests"] for each in servers.pool)


def _failures(servers: Pair) -> int:
    counts = [each.workers[Service.TTS].counts for each in servers.pool]
    return sum(each["requests"] - each["answers"] for each in counts)


async def _written(text: str) -> AsyncIterator[str]:
    """A text word by word, faster than anybody speaks."""
    for word in text.split(" "):
        await asyncio.sleep(0.02)
        yield f"{word} "


def _rows(renderings: list[float], done: list[Trial]) -> Iterator[Row]:
    killed = [each for each in done if each.hit and each.fault is signal.SIGKILL]
    stopped = [each for each in done if each.hit and each.fault is signal.SIGSTOP]
    yield Row(
        what=f"speaking: whole answers of {len(done)}, by their length to the sample",
        ours=sum(each.right for each in done),
        unit="",
        goal=len(done),
        higher_is_better=True,
    )
    for what, hits, goal in (("SIGKILL", killed, 30), ("SIGSTOP", stopped, 10)):
        yield Row(
            what=f"speaking: {what} while a sentence was rendered",
            ours=len(hits),
            unit="",
            goal=goal,
            higher_is_better=True,
        )
    yield from compare("speaking: one sentence's rendering", renderings)
    clean = [each.gap for each in done if each.fault is None]
    for what, gaps in (
        ("nothing fails", clean),
        ("a kill", [each.gap for each in killed]),
        ("a stall", [each.gap for each in stopped]),
    ):
        yield Row(
            what=f"speaking: longest gap heard, {what}",
            ours=max(gaps) * MS,
            unit="ms",
            goal=max(renderings) * MS,
        )

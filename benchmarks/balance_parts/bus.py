"""Requests on the bus while servers are killed and stopped: none is lost, and what it costs.

``python -m benchmarks.balance_parts.bus`` runs it alone.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
import random
import signal
import statistics
import sys
from typing import Final

from benchmarks.machine import details
from benchmarks.report import Row, median_and_p95, report

from .mouths import PATIENCE, Asker, Mouths, Request, house

TEXT: Final = "The kitchen light is on. " * 12
UNDISTURBED: Final = 20
STALL: Final = 3.0  # s of silence after which a request is sent to another server
SLACK: Final = 0.1  # s


@dataclass(slots=True)
class Tally:
    """What was measured; times in s."""

    requests: list[Request] = field(default_factory=list)
    undisturbed: list[float] = field(default_factory=list)
    killed: list[float] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)


async def measure(requests: int, kills: int, stops: int) -> Tally:
    """Ask so many requests, and kill and stop the server that has one in hand."""
    deeds = [signal.SIGKILL] * kills + [signal.SIGSTOP] * stops
    deeds += [None] * (requests - len(deeds))
    random.Random(1).shuffle(deeds)
    tally = Tally()
    async with house() as (mouths, asker):
        for _ in range(3):
            await _answer(asker.ask(TEXT))
        for _ in range(UNDISTURBED):
            tally.undisturbed.append(await _answer(asker.ask(TEXT)))
        for deed in deeds:
            await _disturb(mouths, asker, deed, tally)
        await asyncio.sleep(2)  # for those who answer late
    return tally


async def _answer(request: Request) -> float:
    async with asyncio.timeout(PATIENCE):
        await request.answered.wait()
    return request.answers[0][1] - request.sent


async def _disturb(mouths: Mouths, asker: Asker, deed: signal.Signals | None, tally: Tally) -> None:
    """Do a deed to whoever has a request in hand; one that was too late is done again."""
    while True:
        request = asker.ask(TEXT)
        tally.requests.append(request)
        if deed is None:
            await _answer(request)
            return
        async with asyncio.timeout(PATIENCE):
            await request.taken.wait()
        victim = request.taker
        mouths.signal(victim, deed)
        took = await _answer(request)
        hit = request.answers[0][0] != victim
        if hit:
            (tally.killed if deed is signal.SIGKILL else tally.stopped).append(took)
        await _recover(mouths, asker, deed, victim)
        if hit:
            return


async def _recover(mouths: Mouths, asker: Asker, deed: signal.Signals, victim: str) -> None:
    if deed is signal.SIGSTOP:
        mouths.signal(victim, signal.SIGCONT)
        await _answer(asker.ask("Yes.", f"alicia/services/{victim}/request"))
        return
    await mouths.processes[victim].wait()
    await asker.until(victim, online=False)
    await mouths.start(victim)
    await asker.until(victim)


def _rows(tally: Tally) -> Iterator[Row]:
    asked, decode = len(tally.requests), statistics.median(tally.undisturbed)
    answered = sum(bool(each.answers) for each in tally.requests)
    again = sum(len(each.answers) > 1 for each in tally.requests)
    twice = sum(
        len({name for name, _ in each.answers}) < len(each.answers) for each in tally.requests
    )
    what = "requests on the bus"
    yield Row(what=f"{what}: asked", ours=asked, unit="")
    yield Row(what=f"{what}: servers killed with one in hand", ours=len(tally.killed), unit="")
    yield Row(what=f"{what}: servers stopped with one in hand", ours=len(tally.stopped), unit="")
    yield Row(
        what=f"{what}: answered",
        ours=answered / asked * 100,
        unit="%",
        goal=100,
        higher_is_better=True,
    )
    yield Row(what=f"{what}: answered again by one that woke late", ours=again, unit="")
    yield Row(what=f"{what}: answered twice by one server", ours=twice, unit="", goal=0)
    yield from median_and_p95(f"{what}, undisturbed", _ms(tally.undisturbed), "ms")
    for name, taken, more in (
        ("killed", tally.killed, 0.0),
        ("stopped", tally.stopped, STALL),
    ):
        if len(taken) > 1:
            added = _ms([each - decode for each in taken])
            limit = (decode + more + SLACK) * 1000
            middle, worst = median_and_p95(f"{what}, server {name}: added", added, "ms")
            yield middle
            yield Row(what=worst.what, ours=worst.ours, unit="ms", goal=limit)


def _ms(seconds: list[float]) -> list[float]:
    return [each * 1000 for each in seconds]


def rows(requests: int = 100, kills: int = 30, stops: int = 10) -> list[Row]:
    """Return what became of so many requests, and what each death and stall added."""
    return list(_rows(asyncio.run(measure(requests, kills, stops))))


def main() -> None:
    """Run it alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100, help="(100)")
    parser.add_argument("--kills", type=int, default=30, help="(30)")
    parser.add_argument("--stops", type=int, default=10, help="(10)")
    given = parser.parse_args()
    print(*details(), sep="\n", file=sys.stderr)
    report("balance_bus", rows(given.requests, given.kills, given.stops))


if __name__ == "__main__":
    main()

#!.venv/bin/python
"""Grok's agent beside Home Assistant's own agent for OpenAI, each asking a fake of xAI's API.

Both live in one Home Assistant with a house of 300 things; each has a server of its own, over TLS
and a network of 20 ms each way. The servers are the same program, but the peer's lets pass what
xAI would refuse. What is said of cost and of caching is as good as the fake's assumptions.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import sys
import tempfile
from typing import Final

from benchmarks.agent_parts import fakes, home, many, measure, misuse
from benchmarks.machine import details
from benchmarks.report import Row, report

#: Without a last [DONE], at which the peer's client would close its connection each time.
NETWORK: Final = ("--delay-ms", "20", "--idle-close", "15", "--no-done")
PARTS: Final = ("first", "quiet", "bills", "many", "misuse")


@asynccontextmanager
async def pair() -> AsyncIterator[measure.Pair]:
    """Run a house with both agents."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate = fakes.make_certificate(folder)
        async with (
            fakes.fake(certificate, *NETWORK) as ours,
            fakes.fake(certificate, *NETWORK, "--lenient") as peer,
        ):
            config = home.furnish(folder, ours.url, peer.url)
            async with home.house(config, certificate.cert, peer.url) as house:
                yield measure.Pair(house, ours, peer)


@asynccontextmanager
async def alone(agent: str) -> AsyncIterator[tuple[home.House, fakes.Fake]]:
    """Run a house in which only one agent is asked, on a network without a delay."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificate = fakes.make_certificate(folder)
        lenient = ("--lenient",) if agent == home.PEER else ()
        async with fakes.fake(certificate, "--pace-ms", "2", "--no-done", *lenient) as server:
            peer = server.url if lenient else None
            config = home.furnish(folder, server.url, peer)
            async with home.house(config, certificate.cert, peer) as house:
                yield house, server


async def crowds(turns: int) -> list[Row]:
    """Measure what many turns leave behind, and many conversations at once."""
    async with alone(home.PEER) as (house, server):
        peer = await many.thousand(house, server, home.PEER, turns)
    async with alone(home.OURS) as (house, server):
        ours = await many.thousand(house, server, home.OURS, turns)
        return [*many.growth_rows(turns, ours, peer), *await many.fifty(house, server)]


async def beside(parts: list[str], turns: int, rounds: int) -> list[Row]:
    """Run the parts in which both agents take turns."""
    rows: list[Row] = []
    async with pair() as both:
        if "first" in parts:
            rows += await measure.first_words(both, turns)
        if "quiet" in parts:
            rows += await measure.quiet(both, rounds)
        if "bills" in parts:
            rows += await measure.bills(both)
    return rows


async def run(parts: list[str], turns: int, rounds: int, thousand: int) -> list[Row]:
    """Run some parts."""
    rows: list[Row] = []
    if not {"first", "quiet", "bills"}.isdisjoint(parts):
        rows += await beside(parts, turns, rounds)
    if "many" in parts:
        rows += await crowds(thousand)
    if "misuse" in parts:
        rows += await misuse.misuse()
    return rows


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench agent", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="only this one")
    parser.add_argument("--turns", type=int, default=100, help="of each agent (default: 100)")
    parser.add_argument("--rounds", type=int, default=8, help="of 20 s of quiet (default: 8)")
    parser.add_argument("--thousand", type=int, default=1000, help="turns while memory is watched")
    given = parser.parse_args()
    for line in details():
        print(line)
    rows = asyncio.run(run(given.part or [*PARTS], given.turns, given.rounds, given.thousand))
    report("agent", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

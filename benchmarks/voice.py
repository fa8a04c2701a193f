#!.venv/bin/python
"""Measure a voice command from its last word to the deed and the answer, and its parts.

    scripts/bench voice [PART...] [--rounds N] [--idle-seconds S] [--demo FOLDER]

The parts, all by default but the last:
  commands  the demo's commands, at the pace of speech, as a satellite and over the bus
  idle      memory of the running demo, and what it costs while nobody speaks
  servers   ours beside wyoming-faster-whisper and wyoming-piper, with the same models
  setup     from a bare clone and with empty caches; downloads everything anew

A demo that runs is used; otherwise one is started and stopped.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
import tempfile

from benchmarks import servers, setup
from benchmarks.house import commands_given, idle
from benchmarks.house.reach import FOLDER, read, running_demo
from benchmarks.machine import details
from benchmarks.report import Row, report


@dataclass(frozen=True, slots=True)
class Options:
    """How often and how long to measure, and where to put what that takes."""

    rounds: int
    idle_seconds: float
    folder: Path
    demo: Path


async def _commands(options: Options) -> list[Row]:
    return await commands_given.measure(read(options.demo), 2 * options.rounds)


async def _idle(options: Options) -> list[Row]:
    return await idle.measure(read(options.demo), options.idle_seconds)


async def _servers(options: Options) -> list[Row]:
    return await servers.measure(options.folder, options.rounds, 6 * options.rounds)


async def _setup(_options: Options) -> list[Row]:
    return await asyncio.to_thread(setup.measure)


_PARTS: Mapping[str, Callable[[Options], Awaitable[list[Row]]]] = {
    "idle": _idle,  # first: a demo that was just used is busier for a while
    "commands": _commands,
    "servers": _servers,
    "setup": _setup,
}
_USUAL = ("idle", "commands", "servers")
_NEED_DEMO = {"idle", "commands"}


async def _measure(parts: list[str], options: Options) -> list[Row]:
    rows: list[Row] = []
    async with AsyncExitStack() as stack:
        if _NEED_DEMO.intersection(parts):
            await stack.enter_async_context(running_demo(options.demo))
        for part in parts:
            if part not in _NEED_DEMO:  # whose processes would take part
                await stack.aclose()
            print(f"Measuring: {part}", flush=True)
            rows += await _PARTS[part](options)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench voice",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", default=list(_USUAL), metavar="PART")
    parser.add_argument("--rounds", type=int, default=10, help="repetitions (default: 10)")
    parser.add_argument("--idle-seconds", type=float, default=30.0, help="(default: 30)")
    parser.add_argument("--demo", type=Path, default=FOLDER, help="its folder (default: .demo)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(_PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = [part for part in _PARTS if part in given.parts]
    print(*details(), sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="alicia-bench-") as folder:
        options = Options(given.rounds, given.idle_seconds, Path(folder), given.demo)
        rows = asyncio.run(_measure(parts, options))
    report("voice", rows)


if __name__ == "__main__":
    main()

#!.venv/bin/python
"""Measure a voice command from its last word to the deed and the answer, and its parts.

    scripts/bench voice [PART...] [--rounds N]

The parts, all by default but the last: commands (the demo's, at the pace of speech), house
(memory and idle processor of the running demo), servers (ours beside wyoming-faster-whisper and
wyoming-piper), setup (from a bare clone; downloads everything anew).
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
import tempfile

from benchmarks import servers
from benchmarks.report import Row, report


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, and how often."""

    parts: tuple[str, ...]
    rounds: int
    folder: Path


async def _servers(options: Options) -> list[Row]:
    return await servers.measure(options.folder, options.rounds, 2 * options.rounds)


_PARTS: dict[str, Callable[[Options], Awaitable[list[Row]]]] = {
    "servers": _servers,
}
_ON_REQUEST = {"setup"}


async def _measure(options: Options) -> list[Row]:
    rows: list[Row] = []
    for part in options.parts:
        print(f"Measuring: {part}", flush=True)
        rows += await _PARTS[part](options)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], metavar="PART")
    parser.add_argument("--rounds", type=int, default=10, help="repetitions (default: 10)")
    given = parser.parse_args()
    usual = tuple(part for part in _PARTS if part not in _ON_REQUEST)
    with tempfile.TemporaryDirectory(prefix="alicia-bench-") as folder:
        options = Options(tuple(given.parts) or usual, given.rounds, Path(folder))
        rows = asyncio.run(_measure(options))
    report("voice", rows)


if __name__ == "__main__":
    main()

#!.venv/bin/python
"""Measure text to speech beside wyoming-piper, with the same self-made voices.

    scripts/bench tts [VOICE...] [--rounds N]

The voices, all by default:
  tone   costs next to nothing: what is measured is the servers' own share
  vits   has the shape and the cost of a published voice of medium quality
  split  the same voice, its network in two for ours, so that a sentence can be begun before
         it is all computed; the peer has no use for that and gets it in one
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import tempfile

from benchmarks.machine import details
from benchmarks.report import Row, report
from benchmarks.servers import speech
from benchmarks.servers.contenders import our_piper, peer_piper
from benchmarks.servers.models import VITS, VOICE, make_vits, make_voice


@dataclass(frozen=True, slots=True)
class _Pair:
    """A voice, and where each side finds it."""

    title: str
    voice: str
    ours: str
    peer: str


_PAIRS = {
    "tone": _Pair("Tone voice", VOICE, "tone", "tone"),
    "vits": _Pair("VITS voice", VITS, "vits", "vits"),
    "split": _Pair("VITS voice in two", VITS, "vits/split", "vits"),
}


async def _measure(names: Sequence[str], folder: Path, rounds: int) -> list[Row]:
    make_voice(folder / "tone")
    make_vits(folder / "vits")
    rows: list[Row] = []
    for name in names:
        pair = _PAIRS[name]
        contenders = (
            our_piper(folder / pair.ours, pair.voice),
            peer_piper(folder / pair.peer, pair.voice),
        )
        print(f"Measuring: {name}", flush=True)
        rows += await speech.measure(pair.title, contenders, pair.voice, folder, rounds)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench tts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("voices", nargs="*", default=list(_PAIRS), metavar="VOICE")
    parser.add_argument("--rounds", type=int, default=10, help="repetitions (default: 10)")
    given = parser.parse_args()
    if unknown := set(given.voices) - set(_PAIRS):
        parser.error(f"no such voice: {', '.join(sorted(unknown))}")
    print(*details(), sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="alicia-bench-") as folder:
        rows = asyncio.run(_measure(given.voices, Path(folder), given.rounds))
    report("tts", rows)


if __name__ == "__main__":
    main()

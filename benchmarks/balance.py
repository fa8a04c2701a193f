#!.venv/bin/python
"""Speech over two sidecars that are killed and stopped while they work.

    scripts/bench balance [PART...] [--trials N] [--kills N] [--stops N]

The parts, all by default: hearing, speaking, requests. What is driven is what Alicia's speech
entities consist of, and for the requests a Home Assistant that guards those on the bus; the
sidecars are real, and get real signals.
"""

import argparse
import asyncio
from pathlib import Path
import subprocess
import sys
import tempfile

from benchmarks.balance_parts.bus import rows as requests
from benchmarks.failing import hearing, speaking
from benchmarks.machine import details
from benchmarks.report import Row, report
from benchmarks.servers.models import VOICE

_PYTHON = ".venv-sidecars/bin/python"
#: How often the voice multiplies large matrices for nothing: what a real one takes.
_WORK = 60


async def _measure(given: argparse.Namespace, folder: Path) -> list[Row]:
    counts = (given.trials, given.kills, given.stops)
    rows: list[Row] = []
    if "hearing" in given.parts:
        model = folder / "whisper"
        _make("tests.models.scripted_whisper", str(model), "--shape", given.shape)
        rows += await hearing.measure(model, folder, *counts)
    if "speaking" in given.parts:
        voices = folder / "voices"
        _make("tests.models.tone_voice", str(voices), "--name", VOICE, "--work", str(_WORK))
        rows += await speaking.measure(voices, VOICE, folder, *counts)
    return rows


def _make(*words: str) -> None:
    subprocess.run([_PYTHON, "-m", *words], check=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench balance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "parts", nargs="*", default=["hearing", "speaking", "requests"], metavar="PART"
    )
    parser.add_argument("--trials", type=int, default=100, help="of each part (100)")
    parser.add_argument("--kills", type=int, default=36, help="how many are killed (36)")
    parser.add_argument("--stops", type=int, default=18, help="how many are stopped (18)")
    parser.add_argument("--shape", default="base", help="of the Whisper that is asked (base)")
    given = parser.parse_args()
    print(*details(), sep="\n", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="alicia-bench-") as folder:
        rows = asyncio.run(_measure(given, Path(folder)))
    if "requests" in given.parts:
        rows += requests(given.trials, given.kills, given.stops)
    report("balance", rows)


if __name__ == "__main__":
    main()

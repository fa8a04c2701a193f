#!.venv/bin/python
"""How long a newcomer waits: scripts/setup in a fresh clone with empty caches, then once more.

Debian's packages are those of the machine; on one that lacks them they come on top.
"""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import subprocess
import tempfile
import time

from benchmarks.report import Row, report

ROOT = Path(__file__).parents[1]
AGAIN = 2.0  # seconds that a second run may take


def timed_setup(clone: Path, caches: Path) -> tuple[float, str]:
    """The seconds that scripts/setup took, and what it said."""
    environment = os.environ | {
        "UV_CACHE_DIR": str(caches / "uv"),
        "PIP_CACHE_DIR": str(caches / "pip"),
        "XDG_CACHE_HOME": str(caches),
        "XDG_DATA_HOME": str(caches / "data"),
    }
    started = time.monotonic()
    done = subprocess.run(
        [clone / "scripts" / "setup"],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return time.monotonic() - started, done.stdout


def steps(output: str) -> Iterator[Row]:
    """A row for each step that took time."""
    for title, seconds in re.findall(r"^  (\S.*?) +([\d.]+) s$", output, re.MULTILINE):
        yield Row(what=f"set-up: {title}", ours=float(seconds), unit="s")


def measure() -> list[Row]:
    """Return the rows of a first and a second run in a clone that nothing was fetched for."""
    with tempfile.TemporaryDirectory() as folder:
        clone, caches = Path(folder, "alicia"), Path(folder, "caches")
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        first, output = timed_setup(clone, caches)
        second, _ = timed_setup(clone, caches)
    return [
        *steps(output),
        Row(what="set-up, first run, all of it", ours=first, unit="s"),
        Row(what="set-up, second run", ours=second, unit="s", goal=AGAIN),
    ]


if __name__ == "__main__":
    report("setup", measure())

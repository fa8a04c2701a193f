"""How long the way from a clone to a ready checkout takes, with nothing downloaded before."""

import os
from pathlib import Path
import re
import subprocess
import sys

from benchmarks.report import Row

_STEP = re.compile(r"^  (?P<title>\S.*?)\s+(?P<seconds>\d+\.\d) s$")
_WHOLE = re.compile(r"^Ready after (?P<seconds>\d+) s")
_CACHES = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "XDG_CACHE_HOME": "other"}


def measure(folder: Path) -> list[Row]:
    """Return a row for each step that scripts/setup reports, and one for the whole."""
    clone = folder / "alicia"
    subprocess.run(["git", "clone", "--quiet", ".", str(clone)], check=True)
    caches = {name: str(folder / "caches" / value) for name, value in _CACHES.items()}
    result = subprocess.run(
        ["scripts/setup"],
        cwd=clone,
        env=os.environ | caches,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode:
        sys.exit(f"scripts/setup failed in a bare clone:\n{result.stdout}")
    return [row for line in result.stdout.splitlines() if (row := _row(line))]


def _row(line: str) -> Row | None:
    if step := _STEP.match(line):
        return Row(what=f"set-up: {step['title']}", ours=float(step["seconds"]), unit="s")
    if whole := _WHOLE.match(line):
        return Row(what="set-up: all of it", ours=float(whole["seconds"]), unit="s")
    return None

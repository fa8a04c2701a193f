"""What a reader must know of the machine to judge the figures."""

from collections.abc import Iterator
from pathlib import Path
import platform
import subprocess

_PYTHONS = {
    "Home Assistant": ".venv/bin/python",
    "sidecars": ".venv-sidecars/bin/python",
    "peers": ".venv-peers/bin/python",
}


def details() -> Iterator[str]:
    """Return memory, kernel, the Pythons, and how busy the machine is."""
    meminfo = Path("/proc/meminfo").read_text().split()
    yield f"memory {int(meminfo[1]) / 1024**2:.0f} GiB, {platform.system()} {platform.release()}"
    for name, python in _PYTHONS.items():
        if Path(python).exists():
            yield f"{name}: {_version(python)}"
    load = Path("/proc/loadavg").read_text().split()
    yield f"load average before, over 1, 5 and 15 minutes: {', '.join(load[:3])}"


def _version(python: str) -> str:
    command = [python, "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

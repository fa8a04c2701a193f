"""The halves of voices that come as one network, made when such a voice is first used."""

from collections.abc import Collection
import logging
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Final

from .piper_voices import ENCODER, name_of

_LOGGER: Final = logging.getLogger(__name__)
#: Beside the voices; a folder of it holds the halves of one voice.
FOLDER: Final = ".halves"
#: Tells which file was cut, with what success.
_MARK: Final = "made-of"
_DONE: Final = "in two"
_TIMEOUT: Final = 120.0  # seconds; it takes two or three


def halve(path: Path) -> Path:
    """Return the encoder of a voice in two, or the voice itself where it can only be in one."""
    if path.name == ENCODER:
        return path
    folder = path.parent / FOLDER / name_of(path)
    try:
        stat = path.stat()
        source = f"{stat.st_size} {stat.st_mtime_ns}"
        if _read(folder)[:1] != [source]:
            outcome = _cut(path, folder)
            (folder / _MARK).write_text(f"{source}\n{outcome}\n", "utf-8")
        is_done = _read(folder)[1:] == [_DONE]
    except (OSError, subprocess.TimeoutExpired) as err:
        _LOGGER.warning("%s is used in one piece: %s", path.name, err)
        return path
    return folder / ENCODER if is_done else path


def forget_halves(folder: Path, voices: Collection[str]) -> None:
    """Remove the halves of voices that are not there any more."""
    for path in (folder / FOLDER).glob("*/"):
        if path.name not in voices:
            shutil.rmtree(path, ignore_errors=True)


def _read(folder: Path) -> list[str]:
    mark = folder / _MARK
    return mark.read_text("utf-8").splitlines() if mark.exists() else []


def _cut(path: Path, folder: Path) -> str:
    """Return how it went; raises OSError and TimeoutExpired where it is worth another try."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "alicia_tts.engines.piper_split", str(path), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT)
    if done.returncode == 0:
        _LOGGER.info("%s is in two now: a sentence is heard before it is computed", path.name)
        return _DONE
    why = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
    if done.returncode < 0:
        raise OSError(f"what cuts it in two was killed: {why}")
    _LOGGER.info("%s stays in one piece: %s", path.name, why)
    return why

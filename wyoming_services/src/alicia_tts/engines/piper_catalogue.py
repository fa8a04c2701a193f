"""The published piper voices, by the list that is published with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
import json
import logging
from pathlib import Path
import time
from typing import Final, cast
from urllib.request import urlopen

from .base import Voice
from .piper_voices import can_download, describe

_LOGGER: Final = logging.getLogger(__name__)
VOICES_URL: Final = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
_NAME: Final = "voices.json"
_DAY: Final = 86_400.0  # seconds for which a list is new enough
_MAX_SIZE: Final = 16 * 1024 * 1024  # bytes
_TIMEOUT: Final = 15.0
SUFFIXES: Final = (".onnx.json", ".onnx")


@dataclass(frozen=True, slots=True)
class FileMark:
    """By what a file is known to be whole."""

    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class Published:
    """A voice that can be downloaded."""

    voice: Voice
    #: Its files by their suffix.
    files: Mapping[str, FileMark]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(mark.size for mark in self.files.values())


def fetch_catalogue(folder: Path, url: str) -> None:
    """Renew the list in a folder where it is old; one that can't be had leaves the old one."""
    path = folder / _NAME
    try:
        if path.exists() and time.time() - path.stat().st_mtime < _DAY:
            return
        with urlopen(f"{url}/{_NAME}", timeout=_TIMEOUT) as response:  # noqa: S310 - the user's own
            text = response.read(_MAX_SIZE)
        json.loads(text)
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{_NAME}.part")
        part.write_bytes(text)
        part.replace(path)
    except (OSError, HTTPException, ValueError) as err:
        _LOGGER.info("The list of published voices can't be had: %s", err)


def read_catalogue(folder: Path) -> dict[str, Published]:
    """Return the published voices by name, as far as the list in a folder makes sense."""
    try:
        listed = json.loads((folder / _NAME).read_text("utf-8"))
        return {each.voice.name: each for each in _read_all(listed)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as err:
        _LOGGER.warning("The list of published voices can't be read: %s", err)
        return {}


def _read_all(listed: Mapping[str, Mapping[str, object]]) -> Iterator[Published]:
    """Only names that are spelt as voices' are: they become paths."""
    for name, entry in listed.items():
        if can_download(name) and (published := _read(name, entry)) is not None:
            yield published


def _read(name: str, entry: Mapping[str, object]) -> Published | None:
    try:
        files = cast(Mapping[str, Mapping[str, object]], entry["files"])
        by_name = {path.rpartition("/")[2]: mark for path, mark in files.items()}
        marks = {suffix: _read_mark(by_name[name + suffix]) for suffix in SUFFIXES}
        speakers = cast(Mapping[str, int], entry.get("speaker_id_map") or {})
        size = sum(mark.size for mark in marks.values()) / 1_000_000
        voice = Voice(
            name=name,
            languages=(name.partition("-")[0].replace("_", "-"),),
            speakers=tuple(sorted(speakers, key=lambda each: int(speakers[each]))),
            description=f"{describe(name)} (to be downloaded, {size:.0f} MB)",
            installed=False,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Published(voice, marks)


def _read_mark(mark: Mapping[str, object]) -> FileMark:
    return FileMark(int(cast(int, mark["size_bytes"])), str(mark["md5_digest"]))

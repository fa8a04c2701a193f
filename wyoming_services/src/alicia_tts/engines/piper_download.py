"""Fetches a published piper voice: visibly, checked, and whole or not at all."""

from collections.abc import Callable, Mapping
import hashlib
from http.client import HTTPException, HTTPResponse
import logging
from pathlib import Path
import shutil
from typing import Final
from urllib.request import Request, urlopen

from alicia_bus.errors import CommandError, ErrorCode

from .piper_catalogue import SUFFIXES, FileMark

_LOGGER: Final = logging.getLogger(__name__)
_TIMEOUT: Final = 30.0  # seconds without a byte
_BLOCK: Final = 256 * 1024  # bytes
_LOG_STEP: Final = 10  # percent
_MEBIBYTE: Final = 1024 * 1024
_SPARE: Final = 512 * _MEBIBYTE  # bytes of the disk that are left to others
_PARTIAL: Final = 206  # HTTP's answer that goes on where the last one ended

#: Told now and then how far it is; raises to stop it.
Progress = Callable[[str], None]


def download_voice(
    name: str,
    folder: Path,
    progress: Progress,
    url: str,
    marks: Mapping[str, FileMark] | None = None,
) -> None:
    """Fetch a voice into a folder, and go on where an earlier try ended; raises CommandError.

    The configuration comes first: a model stands in the folder only when it can be used.
    """
    language, title, quality = name.split("-", 2)
    source = f"{url}/{language.partition('_')[0]}/{language}/{title}/{quality}/{name}"
    _LOGGER.info("Downloading the voice %s from %s into %s", name, url, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(folder, marks or {})
        for suffix in SUFFIXES:
            target = folder / (name + suffix)
            _fetch(source + suffix, target, (marks or {}).get(suffix), progress)
    except (OSError, HTTPException, ValueError) as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the voice {name} can't be downloaded ({err}). Put its .onnx and .onnx.json into "
            f"{folder}",
        ) from err
    _LOGGER.info("Downloaded the voice %s", name)


def _check_room(folder: Path, marks: Mapping[str, FileMark]) -> None:
    free = shutil.disk_usage(folder).free
    needed = sum(mark.size for mark in marks.values()) + _SPARE
    if free < needed:
        raise OSError(f"{free // _MEBIBYTE} MiB are free, {needed // _MEBIBYTE} MiB should be")


def _fetch(url: str, target: Path, mark: FileMark | None, progress: Progress) -> None:
    """Without a mark nobody could tell whether an earlier part is of the same file."""
    part = target.with_name(f"{target.name}.part")
    if mark is None:
        part.unlink(missing_ok=True)
    done = part.stat().st_size if part.exists() else 0
    if mark is None or done < mark.size:
        headers = {"Range": f"bytes={done}-"} if done else {}
        request = Request(url, headers=headers)  # noqa: S310 - the user's own address
        with urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310 - the same
            _save(response, part, done if response.status == _PARTIAL else 0, progress)
    if mark is not None:
        _check(part, mark)
    part.replace(target)


def _save(response: HTTPResponse, part: Path, done: int, progress: Progress) -> None:
    length = response.headers.get("Content-Length")
    size = done + int(length) if length else 0
    logged = 0
    with part.open("ab" if done else "wb") as file:
        while block := response.read(_BLOCK):
            file.write(block)
            done += len(block)
            percent = 100 * done // size if size else 0
            detail = f"downloading {part.stem}: {done / _MEBIBYTE:.1f} MiB, {percent} %"
            progress(detail)
            if percent >= logged + _LOG_STEP:
                logged = percent
                _LOGGER.info("%s", detail.capitalize())
    if size and done != size:
        raise OSError(f"it ended after {done} of {size} bytes")


def _check(part: Path, mark: FileMark) -> None:
    """A file that isn't what was published must not be gone on with, either."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    size = part.stat().st_size
    if (size, found) != (mark.size, mark.md5):
        part.unlink()
        raise ValueError(f"{part.stem} is not the file that was published: {size} bytes, {found}")

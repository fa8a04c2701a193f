"""Fetches a published piper voice, visibly, and whole or not at all."""

from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
import logging
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from alicia_bus.errors import CommandError, ErrorCode

_LOGGER: Final = logging.getLogger(__name__)
VOICES_URL: Final = "https://huggingface.co/rhasspy/piper-voices/resolve/main"
_TIMEOUT: Final = 30.0  # seconds without a byte
_BLOCK: Final = 256 * 1024  # bytes
_LOG_STEP: Final = 10  # percent
_MEBIBYTE: Final = 1024 * 1024

#: Told now and then how far it is; raises to stop it.
Progress = Callable[[str], None]


def download_voice(name: str, folder: Path, progress: Progress, url: str = VOICES_URL) -> None:
    """Fetch a voice into a folder; raises CommandError.

    The configuration comes first: a model stands in the folder only when it can be used.
    """
    language, title, quality = name.split("-", 2)
    source = f"{url}/{language.partition('_')[0]}/{language}/{title}/{quality}/{name}"
    _LOGGER.info("Downloading the voice %s from %s into %s", name, url, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix in (".onnx.json", ".onnx"):
            _fetch(source + suffix, folder / (name + suffix), progress)
    except (OSError, HTTPException, ValueError) as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the voice {name} can't be downloaded ({err}). Put its .onnx and .onnx.json into "
            f"{folder}",
        ) from err
    _LOGGER.info("Downloaded the voice %s", name)


def _fetch(url: str, target: Path, progress: Progress) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        with urlopen(url, timeout=_TIMEOUT) as response:  # noqa: S310 - https, see VOICES_URL
            _save(response, part, progress)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _save(response: HTTPResponse, part: Path, progress: Progress) -> None:
    size = int(response.headers.get("Content-Length") or 0)
    done, logged = 0, 0
    with part.open("wb") as file:
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

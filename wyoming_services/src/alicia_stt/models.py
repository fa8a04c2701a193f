"""Finds Whisper models on disk, and downloads the one that was asked for by name."""

import logging
import os
from pathlib import Path
import threading
from typing import Final

from faster_whisper import available_models, download_model

from alicia_bus.errors import CommandError, ErrorCode

_LOGGER: Final = logging.getLogger(__name__)
_MARK: Final = ".complete"
_PROGRESS_SECONDS: Final = 5.0
_GIBIBYTE: Final = 1024**3
_MEBIBYTE: Final = 1024**2


def default_model() -> str:
    """Return the model that this machine's memory and cores can carry."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIBIBYTE
    cores = len(os.sched_getaffinity(0))
    if memory < 3 or cores < 2:
        return "tiny"
    return "small" if memory > 15 and cores >= 8 else "base"


def is_model(folder: Path) -> bool:
    """Tell whether a folder holds a whole model; one that was downloaded bears a mark."""
    has_files = (folder / "model.bin").is_file() and (folder / "config.json").is_file()
    return has_files and ((folder / _MARK).exists() or not (folder / ".cache").exists())


def find_model(wanted: str | None, folder: Path) -> Path | None:
    """Return the folder of a model: a path, a name below a folder, or any one below it."""
    if wanted is not None:
        places = [Path(wanted), folder / _folder_name(wanted)]
    else:
        places = sorted(folder.iterdir()) if folder.is_dir() else []
    return next((place for place in places if is_model(place)), None)


def fetch_model(wanted: str, folder: Path) -> Path:
    """Download a model by name, saying so; raises CommandError where that fails."""
    if os.sep in wanted and wanted.count("/") != 1:
        raise CommandError(ErrorCode.UNAVAILABLE, f"there is no Whisper model in {wanted}")
    target = folder / _folder_name(wanted)
    _LOGGER.info("Downloading the Whisper model %s into %s", wanted, target)
    is_over = threading.Event()
    reporter = threading.Thread(target=_report, args=(target, is_over), daemon=True)
    reporter.start()
    try:
        target.mkdir(parents=True, exist_ok=True)
        download_model(wanted, output_dir=str(target))
    except ValueError as err:
        names = ", ".join(available_models())
        raise CommandError(
            ErrorCode.UNAVAILABLE, f"no Whisper model is named {wanted!r}; known are {names}"
        ) from err
    except (OSError, RuntimeError) as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the Whisper model {wanted} can't be downloaded ({err}). Put a model's files into "
            f"{target}, or name their folder with --model",
        ) from err
    finally:
        is_over.set()
        reporter.join()
    (target / _MARK).touch()
    _LOGGER.info("Downloaded the Whisper model %s", wanted)
    return target


def _folder_name(wanted: str) -> str:
    return wanted.replace("/", "--")


def _report(target: Path, is_over: threading.Event) -> None:
    while not is_over.wait(_PROGRESS_SECONDS):
        size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
        _LOGGER.info("Downloading: %d MiB so far", size // _MEBIBYTE)

"""The Whisper models in a folder, beside the default one; none of them needs to be loaded."""

from collections.abc import Mapping, Sequence
import json
import logging
from pathlib import Path
import struct
from typing import Final

from .engines.base import Model, Stamp
from .engines.whisper import describe_model
from .models import is_model

_LOGGER: Final = logging.getLogger(__name__)
_HEADER: Final = struct.Struct("<IH")  # of model.bin: its version, and the length of its kind
_KIND: Final = b"WhisperSpec"
_START: Final = "<|startoftranscript|>"
_AFTER_LANGUAGES: Final = "<|translate|>"


class Shelf:
    """Looks for the models that can be had by name."""

    def __init__(self, folder: Path, default: str) -> None:
        self._folder = folder
        self._default = default
        self._seen = self._stamps()
        self._read: dict[tuple[Path, Stamp], Model | None] = {}

    def look(self) -> tuple[Model, ...]:
        """Return those that are whole, the smallest first.

        One that has changed since the last look is still being written: it waits for the next.
        """
        seen = self._stamps()
        settled, self._seen = seen.items() & self._seen.items(), seen
        self._read = {
            each: self._read[each] if each in self._read else read_model(*each) for each in settled
        }
        found = [model for model in self._read.values() if model is not None]
        return tuple(sorted(found, key=lambda model: (_size(model), model.name)))

    def _stamps(self) -> Mapping[Path, Stamp]:
        try:
            folders = [path for path in self._folder.iterdir() if path.is_dir()]
        except OSError:
            return {}
        return {path: _stamp(path) for path in folders if path.name != self._default}


def read_model(folder: Path, stamp: Stamp) -> Model | None:
    """Return the model that a folder holds, if it can be used without a download."""
    try:
        if not is_model(folder):
            return None
        _check(folder)
        languages = _read_languages(_read_tokens(folder))
    except (OSError, ValueError, TypeError, struct.error) as err:
        _LOGGER.warning("The model in %s is not offered: %s", folder, err)
        return None
    return Model(describe_model(folder.name, languages), folder, stamp)


def _stamp(folder: Path) -> Stamp:
    found = []
    try:
        for path in sorted(folder.iterdir()):
            stat = path.stat()
            found.append((path.name, stat.st_mtime_ns, stat.st_size))
    except OSError:  # gone since
        return ()
    return tuple(found)


def _size(model: Model) -> int:
    return sum(size for name, _time, size in model.stamp if name == "model.bin")


def _check(folder: Path) -> None:
    """Raise ValueError or OSError for what is no Whisper model, or was cut off.

    Without a tokenizer of its own a model's is fetched from the Internet.
    """
    with (folder / "model.bin").open("rb") as file:
        _version, length = _HEADER.unpack(file.read(_HEADER.size))
        if file.read(length).rstrip(b"\0") != _KIND:
            raise ValueError("model.bin holds no Whisper model of CTranslate2's")
    for name in ("config.json", "tokenizer.json"):
        if not (folder / name).read_bytes().rstrip().endswith(b"}"):
            raise ValueError(f"{name} was cut off")


def _read_tokens(folder: Path) -> Sequence[str]:
    """Return the vocabulary as CTranslate2 reads it, which has two forms."""
    listed = folder / "vocabulary.json"
    if listed.is_file():
        return [str(token) for token in json.loads(listed.read_bytes())]
    return (folder / "vocabulary.txt").read_text("utf-8").removesuffix("\n").split("\n")


def _read_languages(tokens: Sequence[str]) -> Sequence[str]:
    """Only a model of several languages has an empty token, by which CTranslate2 knows it too."""
    if "" not in tokens:
        return ("en",)
    first, end = tokens.index(_START) + 1, tokens.index(_AFTER_LANGUAGES)
    return tuple(token[2:-2] for token in tokens[first:end])

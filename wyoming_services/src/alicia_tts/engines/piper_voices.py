"""The piper voices in a folder: a model beside its configuration."""

from collections.abc import Iterator, Mapping, Sequence
import json
import logging
from pathlib import Path
import re
from typing import Final, cast

from .base import Voice

_LOGGER: Final = logging.getLogger(__name__)
_NAME: Final = re.compile(r"(?P<language>[a-z]{2,3}(?:_[A-Za-z0-9]{2,4})?)-(?P<title>.+)")
#: A voice that was exported for streaming is a folder with its network in two.
ENCODER: Final = "encoder.onnx"
DECODER: Final = "decoder.onnx"
#: Other kinds turn text into sounds with models of their own, which they fetch unasked.
_PHONEMES: Final = ("espeak", "text")


def find_voices(folders: Sequence[Path]) -> dict[str, tuple[Voice, Path]]:
    """Return the voices in folders by name, with their models; the first of a name counts."""
    found: dict[str, tuple[Voice, Path]] = {}
    for path in (path for folder in folders for path in _find_models(folder)):
        name = name_of(path)
        if name not in found and (voice := read_voice(path)) is not None:
            found[name] = (voice, path)
    return found


def _find_models(folder: Path) -> Iterator[Path]:
    """Those in two first: they can do more than the same voice in one piece."""
    yield from (path for path in sorted(folder.glob(f"*/{ENCODER}")) if _is_split(path))
    yield from sorted(folder.glob("*.onnx"))


def _is_split(path: Path) -> bool:
    return path.with_name(DECODER).exists() and any(path.parent.glob("*.json"))


def fingerprint(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return what changes when a voice comes, goes, or is still being written."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        for pattern in ("*.onnx", "*.json", "*/*.onnx", "*/*.json"):
            for path in folder.glob(pattern):
                try:
                    stat = path.stat()
                except OSError:  # gone since
                    continue
                found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def name_of(path: Path) -> str:
    """Return the name of the voice that a model is: its file's, or its folder's."""
    return path.parent.name if path.name == ENCODER else path.stem


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a model's voice is made of."""
    if path.name == ENCODER:
        return (path, path.with_name(DECODER), *path.parent.glob("*.json"))
    return (path, Path(f"{path}.json"))


def find_config(path: Path) -> Path:
    """Return the configuration beside a model; raises OSError."""
    if path.name != ENCODER:
        return Path(f"{path}.json")
    if found := sorted(path.parent.glob("*.json")):
        return found[0]
    raise FileNotFoundError(f"there is no .json in {path.parent}")


def read_voice(path: Path) -> Voice | None:
    """Return the voice that a model is, or None when it is none that can be used."""
    try:
        config = json.loads(find_config(path).read_text("utf-8"))
        return _to_voice(name_of(path), config)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as err:
        _LOGGER.warning("%s is no piper voice: %s", path, err or type(err).__name__)
        return None


def _to_voice(name: str, config: Mapping[str, object]) -> Voice:
    kind = config.get("phoneme_type", "espeak")
    if kind not in _PHONEMES:
        raise ValueError(f"it needs {kind} phonemes, which are not supported")
    return Voice(
        name=name,
        languages=(_language(name, config),),
        speakers=tuple(_speakers(config)),
        description=describe(name),
        rate=int(cast(int, cast(Mapping[str, object], config["audio"])["sample_rate"])),
    )


def _language(name: str, config: Mapping[str, object]) -> str:
    language = config.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    if isinstance(code, str) and code:
        return code.replace("_", "-")
    if match := _NAME.match(name):
        return match["language"].replace("_", "-")
    return str(cast(Mapping[str, object], config["espeak"])["voice"])


def _speakers(config: Mapping[str, object]) -> Iterator[str]:
    """A voice of several speakers names them, or numbers them."""
    count = int(cast(int, config["num_speakers"]))
    names = config.get("speaker_id_map")
    if isinstance(names, dict) and names:
        yield from sorted(names, key=lambda name: int(names[name]))
    elif count > 1:
        yield from map(str, range(count))


def describe(name: str) -> str:
    """``en_US-lessac-medium`` is "lessac, medium"."""
    match = _NAME.match(name)
    return (match["title"] if match else name).replace("-", ", ").replace("_", " ")


def can_download(name: str) -> bool:
    """Tell whether a name is spelled as the published voices' are."""
    return re.fullmatch(r"[a-z]{2,3}_[A-Z]{2,4}-[A-Za-z0-9_]+-[a-z_]+", name) is not None

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
#: Other kinds turn text into sounds with models of their own, which they fetch unasked.
_PHONEMES: Final = ("espeak", "text")


def find_voices(folders: Sequence[Path]) -> dict[str, tuple[Voice, Path]]:
    """Return the voices in folders by name, with their models; the first of a name counts."""
    found: dict[str, tuple[Voice, Path]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.onnx")):
            if path.stem not in found and (voice := read_voice(path)) is not None:
                found[path.stem] = (voice, path)
    return found


def read_voice(path: Path) -> Voice | None:
    """Return the voice that a model is, or None when it is none that can be used."""
    try:
        config = json.loads(Path(f"{path}.json").read_text("utf-8"))
        return _to_voice(path.stem, config)
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

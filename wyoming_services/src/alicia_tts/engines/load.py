"""Chooses and opens the engine that the options ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
import logging
import os
from pathlib import Path
from typing import Final

from alicia_bus.errors import CommandError, ErrorCode

from ..voices import find_by_language, language_of
from .base import Engine, Voice
from .espeak import EspeakEngine
from .piper_catalogue import VOICES_URL, fetch_catalogue, read_catalogue
from .piper_download import Progress, download_voice
from .piper_voices import can_download, describe, find_voices

_LOGGER: Final = logging.getLogger(__name__)
CHOICES: Final = ("piper", "espeak", "auto")
#: What is downloaded where nothing is there and nothing is named.
_FIRST_VOICES: Final = {"en": "en_US-lessac-medium", "de": "de_DE-thorsten-medium"}


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Which engine, and with what."""

    choice: str
    voice: str | None
    language: str
    folder: Path
    offline: bool
    max_loaded: int
    #: Where voices are published.
    url: str = VOICES_URL


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine that can speak."""

    engine: Engine
    default: Voice
    #: What a user should know: why it isn't the engine that was hoped for.
    note: str = ""
    #: Voices that were asked for and are not here.
    absent: tuple[Voice, ...] = ()
    #: How often the engine's voices have changed since.
    changes: int = 0


def default_folder() -> Path:
    """Return where voices are kept unless an option says otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "alicia" / "voices"


def load_engine(options: EngineOptions, progress: Progress) -> Loaded:
    """Return the engine, its default voice loaded; raises CommandError. May download."""
    if options.choice == "espeak":
        return _load_espeak(options)
    if options.choice == "piper":
        return _load_piper(options, progress)
    return _load_any(options, progress)


def _load_any(options: EngineOptions, progress: Progress) -> Loaded:
    note = f"there is no piper voice in {options.folder}"
    if options.voice or find_voices([options.folder]):
        try:
            return _load_piper(options, progress)
        except CommandError as err:
            note = err.message
    _LOGGER.warning("Speaking with espeak-ng, since %s", note)
    return _load_espeak(options, f"used since {note}")


def _load_espeak(options: EngineOptions, note: str = "") -> Loaded:
    engine = EspeakEngine()
    default = _pick_default(engine, options)
    engine.prepare(default)
    wanted = options.voice
    absent = (
        (Voice(wanted, (_tag(wanted),), (), describe(wanted), installed=False),)
        if wanted and can_download(wanted)
        else ()
    )
    return Loaded(engine, default, note, absent)


def _load_piper(options: EngineOptions, progress: Progress) -> Loaded:
    open_engine = _import_piper()
    there = find_voices([options.folder])
    wanted = options.voice or (None if there else _first_voice(options))
    if wanted and wanted not in there:
        _fetch(wanted, options, progress)
    engine = open_engine([options.folder], options.max_loaded)
    default = _pick_default(engine, options)
    engine.prepare(default)
    return Loaded(engine, default, absent=_find_absent(engine, options))


def _find_absent(engine: Engine, options: EngineOptions) -> tuple[Voice, ...]:
    """Return the voices that are published and not here; offline there are none to be had."""
    if options.offline:
        return ()
    there = {voice.name for voice in engine.voices}
    published = read_catalogue(options.folder).values()
    return tuple(each.voice for each in published if each.voice.name not in there)


def renew_list(loaded: Loaded, options: EngineOptions) -> None:
    """Fetch the list of published voices, for an engine that has a use for it."""
    if not options.offline and loaded.engine.about.name == "piper":
        fetch_catalogue(options.folder, options.url)


def look_again(loaded: Loaded, options: EngineOptions) -> Loaded:
    """Return what there is now; the default voice stays as long as it is there."""
    is_other = loaded.engine.refresh()
    if loaded.engine.about.name != "piper" or not loaded.engine.voices:
        return loaded
    absent = _find_absent(loaded.engine, options)
    if not is_other and absent == loaded.absent:
        return loaded
    same = (voice for voice in loaded.engine.voices if voice.name == loaded.default.name)
    default = next(same, None) or _pick_default(loaded.engine, options)
    return replace(loaded, default=default, absent=absent, changes=loaded.changes + is_other)


def fetch_voice(name: str, options: EngineOptions, progress: Progress) -> None:
    """Download a voice, checked by the list of those published; raises CommandError."""
    published = read_catalogue(options.folder).get(name)
    marks = None if published is None else published.files
    download_voice(name, options.folder, progress, options.url, marks)


def _import_piper() -> Callable[[Sequence[Path], int], Engine]:
    """Piper takes 100 MB, and on some old processors an illegal instruction."""
    try:
        from .piper import PiperEngine  # noqa: PLC0415 - see above
    except ImportError as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"piper is not installed ({err}): pip install 'alicia-wyoming-services[piper]'",
        ) from err
    return PiperEngine


def _first_voice(options: EngineOptions) -> str:
    voice = _FIRST_VOICES.get(options.language.lower()[:2])
    if voice is None:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"there is no piper voice in {options.folder}; name one with --voice, and it is "
            "downloaded",
        )
    return voice


def _fetch(voice: str, options: EngineOptions, progress: Progress) -> None:
    if not can_download(voice):
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"there is no voice {voice!r} in {options.folder}, and published voices have names "
            "like en_US-lessac-medium",
        )
    if options.offline:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the voice {voice} is not in {options.folder}, and downloads are off",
        )
    fetch_catalogue(options.folder, options.url)
    fetch_voice(voice, options, progress)


def _pick_default(engine: Engine, options: EngineOptions) -> Voice:
    """Return the voice that was named, else one of the language, else any."""
    voices = engine.voices
    if not voices:
        raise CommandError(ErrorCode.UNAVAILABLE, "there is no voice that can be used")
    named = next((each for each in voices if each.name == options.voice), None)
    language = (options.voice and language_of(options.voice)) or options.language
    found = named or find_by_language(voices, language, voices[0])
    if found is None:
        _LOGGER.warning("No voice here speaks %s: %s is the default", language, voices[0].name)
    return found or voices[0]


def _tag(name: str) -> str:
    return (language_of(name) or "").replace("_", "-")

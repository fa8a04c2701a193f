"""Chooses and loads the engine that the options ask for."""

from dataclasses import dataclass
import logging
from pathlib import Path
from typing import Final, Protocol

from alicia_bus.errors import CommandError, ErrorCode

from ..pool import Bounds
from ..vocabulary import read_vocabulary
from .base import Engine, Model, WhisperOptions

_LOGGER: Final = logging.getLogger(__name__)
CHOICES: Final = ("whisper", "grammar", "auto")


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Which engine, and with what."""

    choice: str
    model: str | None
    models: Path
    offline: bool
    vocabulary: Path | None
    whisper: WhisperOptions
    bounds: Bounds


class Others(Protocol):
    """The models that there are beside the default one."""

    def look(self) -> tuple[Model, ...]:
        """Return those that are there now."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The default engine, and what else can be loaded."""

    engine: Engine
    others: Others | None = None


def load_model(model: Model, options: EngineOptions) -> Engine:
    """Return another model than the default; raises CommandError."""
    from .whisper import WhisperEngine  # noqa: PLC0415 - an extra

    return WhisperEngine(model.folder, model.name, options.whisper)


def load_engine(options: EngineOptions) -> Loaded:
    """Return the default engine; raises CommandError. May download, and so take minutes."""
    loaders = {"whisper": _load_whisper, "grammar": _load_grammar, "auto": _load_any}
    try:
        return loaders[options.choice](options)
    except ModuleNotFoundError as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the package {err.name} is missing: install alicia-wyoming-services with the extra "
            f"of the engine, [whisper] or [grammar]",
        ) from err


def _load_whisper(options: EngineOptions) -> Loaded:
    from ..models import default_model, fetch_model, find_model  # noqa: PLC0415 - an extra
    from ..shelf import Shelf  # noqa: PLC0415 - an extra
    from .whisper import WhisperEngine  # noqa: PLC0415 - an extra

    folder = find_model(options.model, options.models)
    if folder is None and options.offline:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"there is no Whisper model {options.model or ''} in {options.models}, and --offline "
            "forbids a download",
        )
    if folder is None:
        folder = fetch_model(options.model or default_model(), options.models)
    engine = WhisperEngine(folder, folder.name, options.whisper)
    has_room = options.bounds.models > 1
    return Loaded(engine, Shelf(options.models, folder.name) if has_room else None)


def _load_grammar(options: EngineOptions) -> Loaded:
    from .grammar import GrammarEngine  # noqa: PLC0415 - an extra

    engine = GrammarEngine()
    if options.vocabulary is not None:
        engine.learn(read_vocabulary(options.vocabulary))
    return Loaded(engine)


def _load_any(options: EngineOptions) -> Loaded:
    try:
        from ..models import find_model  # noqa: PLC0415 - an extra

        if options.model is not None or find_model(None, options.models) is not None:
            return _load_whisper(options)
        reason = f"there is no Whisper model in {options.models}"
    except CommandError as err:
        reason = err.message
    except ModuleNotFoundError as err:
        reason = f"Whisper's package {err.name} is not installed"
    _LOGGER.warning(
        "Using the command grammar, which understands Home Assistant's own sentences with the "
        "house's names and nothing else: %s",
        reason,
    )
    return _load_grammar(options)

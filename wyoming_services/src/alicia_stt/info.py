"""What clients and the bus are told of the models."""

from collections.abc import Mapping, Sequence
from typing import Final

from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from alicia_sidecar import VERSION
from alicia_sidecar.service import State

from .choice import list_languages
from .engines.base import About, Model

_NONE: Final = About("alicia-stt", "no engine is loaded", VERSION, "Alicia", "", "none", ())


def build_state(models: Sequence[Model], known: Mapping[str, int]) -> State:
    """Return what the bus is told, where the first model is the default."""
    about = models[0].about
    parameters = {"languages": list(list_languages(models)), "engine": about.name, **known}
    return State(ready=True, detail=about.description, parameters=parameters)


def build_info(models: Sequence[Model], endpointing: float) -> Info:
    """Without a model there is a program that isn't installed: clients then don't use it."""
    abouts = [model.about for model in models] or [_NONE]
    about = abouts[0]
    program = AsrProgram(
        name=about.name,
        attribution=Attribution(about.author, about.url),
        installed=bool(models),
        description=about.description,
        version=VERSION,
        models=[_describe(each, is_installed=bool(models)) for each in abouts],
        supports_transcript_streaming=True,
        requires_external_vad=not endpointing,
    )
    return Info(asr=[program])


def _describe(about: About, *, is_installed: bool) -> AsrModel:
    return AsrModel(
        name=about.model,
        attribution=Attribution(about.author, about.url),
        installed=is_installed,
        description=about.description,
        version=about.version,
        languages=list(about.languages),
    )

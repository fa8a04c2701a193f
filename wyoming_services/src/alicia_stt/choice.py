"""Which model a request means, and which of its languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from alicia_bus.errors import CommandError, ErrorCode

from .engines.base import Hints, Model
from .languages import find_language, match_language


@dataclass(frozen=True, slots=True)
class Choice:
    """The model for an utterance."""

    model: Model
    #: As the model spells it; None where it is to be detected.
    language: str | None


def choose_model(models: Sequence[Model], hints: Hints, usual: str | None) -> Choice:
    """Return the model that is named, or else the first that speaks the language.

    ``usual`` is the language of requests that name none. Raises CommandError where there is no
    such model, or none that speaks the language.
    """
    meant = _find_named(models, hints.model)
    if not hints.language:
        return Choice(meant[0], find_language(usual, meant[0].languages))
    for model in meant:
        if (found := find_language(hints.language, model.languages)) is not None:
            return Choice(model, found)
    return Choice(meant[0], match_language(hints.language, list_languages(meant)))


def list_languages(models: Sequence[Model]) -> Sequence[str]:
    """Return the languages that at least one of some models speaks."""
    return tuple(dict.fromkeys(tag for model in models for tag in model.languages))


def _find_named(models: Sequence[Model], name: str | None) -> Sequence[Model]:
    """All of them, where it is the program that is named."""
    if not name or name == models[0].about.name:
        return models
    found = [model for model in models if model.name == name]
    if not found:
        names = ", ".join(model.name for model in models)
        raise CommandError(ErrorCode.NOT_FOUND, f"there is no model {name[:80]!r}, only {names}")
    return found

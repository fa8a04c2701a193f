"""The names that are likely to be said, as a prompt by which Whisper spells them right."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from alicia_bus.messages import Vocabulary

#: Whisper takes 223; each costs time, and a long list makes it write the list down.
_TOKENS: Final = 120
_MAX_LENGTH: Final = 80


def house_names(vocabulary: Vocabulary) -> tuple[Sequence[str], Sequence[str]]:
    """Return the areas and the names of a house, each once."""
    names = [row.get("name") for row in vocabulary.entities]
    return _unique(vocabulary.areas), _unique(name for name in names if isinstance(name, str))


def join_names(names: Iterable[str], encode: Callable[[str], list[int]]) -> list[int]:
    """Return the tokens of a list of names, the first of which are certain to be in it."""
    tokens: list[int] = []
    for name in _unique(names):
        more = encode(f", {name}" if tokens else f" {name}")
        if len(tokens) + len(more) > _TOKENS:
            break
        tokens += more
    return tokens


def _unique(names: Iterable[str]) -> Sequence[str]:
    """What is longer than a name is none."""
    found = {name.strip().casefold(): name.strip() for name in reversed(list(names))}
    return tuple(name for name in reversed(found.values()) if 0 < len(name) <= _MAX_LENGTH)

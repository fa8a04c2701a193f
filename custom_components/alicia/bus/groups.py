"""Groups: devices that are addressed as one, and whose states are one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

from .capabilities import State
from .registry import Entry
from .topics import is_id

GROUP_TYPE: Final = "group"
MAX_MEMBERS: Final = 64


def is_group(entry: Entry) -> bool:
    """Tell whether a device stands for others."""
    return entry.device_type == GROUP_TYPE


def members_of(entry: Entry) -> tuple[str, ...]:
    """Return the ids of a group's members, each once; a group is no member of itself."""
    given = entry.metadata.get("members")
    if not is_group(entry) or not isinstance(given, list):
        return ()
    ids = (each for each in given if isinstance(each, str) and is_id(each))
    return tuple(dict.fromkeys(each for each in ids if each != entry.device_id))[:MAX_MEMBERS]


def merge(states: Iterable[State]) -> State:
    """Return the state of several as one: on where one is, else their mean, or what all say."""
    told: dict[str, list[object]] = {}
    for state in states:
        for name, value in state.items():
            if value is not None:
                told.setdefault(name, []).append(value)
    return {name: _merge(name, values) for name, values in told.items()}


def _merge(name: str, values: list[object]) -> object:
    if rule := _RULES.get(name):
        return rule(values)
    if all(isinstance(value, bool) for value in values):
        return any(values)
    if all(isinstance(value, int | float) for value in values):
        mean = sum(cast(list[float], values)) / len(values)
        return round(mean) if all(isinstance(value, int) for value in values) else mean
    return values[0] if all(value == values[0] for value in values) else None


def _word(values: list[object]) -> object:
    """Return the word that tells most: a cover is open where one is, a lock unlocked."""
    return next((word for word in _TELLING if word in values), None) or _same(values)


def _same(values: list[object]) -> object:
    return values[0] if all(value == values[0] for value in values) else None


_TELLING: Final = ("jammed", "opening", "closing", "unlocking", "locking", "open", "unlocked")
_RULES: Final[Mapping[str, Callable[[list[object]], object]]] = {"state": _word}

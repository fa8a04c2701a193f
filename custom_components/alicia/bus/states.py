"""The last state of each device, by capability."""

from collections.abc import Mapping
from dataclasses import dataclass

from .capabilities import State
from .errors import DecodeError
from .registry import Entry


@dataclass(frozen=True, slots=True)
class Applied:
    """What a status did: the capabilities that changed, and what was wrong with it."""

    changed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class DeviceStates:
    """Remembers states; a status adds to what is known."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, State]] = {}

    def get(self, device_id: str, capability: str) -> State | None:
        """Return a capability's fields, or None where nothing is known yet."""
        return self._states.get(device_id, {}).get(capability)

    def of(self, device_id: str) -> Mapping[str, State]:
        """Return all that is known of a device's state, by capability."""
        return self._states.get(device_id, {})

    def forget(self, device_id: str) -> None:
        """Drop what is known of a device that left."""
        self._states.pop(device_id, None)

    def apply(self, entry: Entry, values: Mapping[str, object]) -> Applied:
        """Take a status; a value that is not understood leaves the others their effect."""
        known = self._states.setdefault(entry.device_id, {})
        changed: list[str] = []
        problems: list[str] = []
        for name, value in values.items():
            kind = entry.types.get(name)
            if kind is None:
                problems.append(f"{name[:64]}: no capability that is known")
                continue
            try:
                fields = kind.read(value)
            except DecodeError as err:
                problems.append(f"{name}: {err.message}")
                continue
            before = known.get(name)
            after = {**before, **fields} if before else fields
            if after != before:
                known[name] = after
                changed.append(name)
        return Applied(tuple(changed), tuple(problems))

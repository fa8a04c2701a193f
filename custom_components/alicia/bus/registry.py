"""The devices and services that said hello, and what each can do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import json
from typing import Final

from .capabilities import Capability
from .capability_types import type_of
from .errors import CommandError, ErrorCode
from .messages import Query, Register, Unregister

MAX_ENTRIES: Final = 10_000
MAX_CAPABILITIES: Final = 256
MAX_SIZE: Final = 64 * 1024  # characters that a registration's metadata and the like may have
MAX_SHOWN: Final = 128  # characters


class ChangeKind(StrEnum):
    """What a message did to the registry."""

    ADDED = "added"
    #: It was known before a restart, and has said nothing since.
    RESTORED = "restored"
    UPDATED = "updated"
    #: The user gave it another name or area, or disabled it.
    PLACED = "placed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Placement:
    """What the user made of a device in Home Assistant."""

    name: str | None = None
    area: str | None = None
    disabled: bool = False


NOWHERE: Final = Placement()


@dataclass(frozen=True, slots=True)
class Entry:
    """One device or service, as it registered last."""

    device_id: str
    device_type: str
    #: Parameters by capability name.
    capabilities: Mapping[str, Mapping[str, object]]
    endpoints: Mapping[str, object]
    metadata: Mapping[str, object]
    contract: int
    #: s, epoch
    registered_at: float
    #: Types by capability name, of those that are known.
    types: Mapping[str, Capability]

    @property
    def name(self) -> str:
        """The name that the device gave itself, or else its id."""
        return self.text("name") or self.device_id

    def text(self, key: str) -> str | None:
        """Return what the device says of itself under a key, as people can be shown it."""
        value = self.metadata.get(key)
        return value.strip()[:MAX_SHOWN] or None if isinstance(value, str) else None

    def is_same(self, message: Register) -> bool:
        """Tell whether a registration can be this very device's."""
        keys = ("serial_number", "mac")
        return message.device_type == self.device_type and all(
            self.metadata.get(key) == message.metadata.get(key)
            for key in keys
            if key in self.metadata and key in message.metadata
        )

    def as_dict(self) -> dict[str, object]:
        """Return the entry as a query's answer lists it."""
        capabilities = [
            {"name": name, **more} if more else name for name, more in self.capabilities.items()
        ]
        return {
            "device_id": self.device_id,
            "device_type": self.device_type,
            "capabilities": capabilities,
            "endpoints": dict(self.endpoints),
            "metadata": dict(self.metadata),
            "contract": self.contract,
            "registered_at": self.registered_at,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that was added, updated or removed."""

    kind: ChangeKind
    entry: Entry


class Registry:
    """Knows every device and service by its id, and by what may be asked for."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._placements: dict[str, Placement] = {}
        #: Ids by what is asked for, so that those who don't match cost nothing.
        self._index: dict[tuple[str, str], dict[str, None]] = {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, device_id: str) -> Entry | None:
        """Return the entry of an id."""
        return self._entries.get(device_id)

    def placement(self, device_id: str) -> Placement:
        """Return what the user made of a device."""
        return self._placements.get(device_id, NOWHERE)

    def apply(self, message: Register | Unregister, now: float) -> Change | None:
        """Take a registration or its end; None where nothing changed.

        Raises CommandError when the registry is full, or the registration too large.
        """
        if isinstance(message, Unregister):
            return self._remove(message.device_id)
        known = self._entries.get(message.device_id)
        if known is None and len(self._entries) >= MAX_ENTRIES:
            raise CommandError(ErrorCode.BUSY, f"the registry is full ({MAX_ENTRIES} devices)")
        entry = _entry(message, known.registered_at if known else now)
        if entry == known:
            return None
        _check_size(message)
        if known is not None:
            self._unindex(known)
        self._entries[message.device_id] = entry
        self._add_to_index(entry)
        return Change(ChangeKind.UPDATED if known else ChangeKind.ADDED, entry)

    def restore(self, message: Register, registered_at: float) -> Change | None:
        """Take who was known before a restart; raises what apply does."""
        change = self.apply(message, registered_at)
        return change and Change(ChangeKind.RESTORED, change.entry)

    def place(self, device_id: str, placement: Placement) -> Change | None:
        """Take what the user made of a device; None where nothing changed."""
        entry = self._entries.get(device_id)
        if entry is None or placement == self.placement(device_id):
            return None
        self._unindex(entry)
        self._placements[device_id] = placement
        self._add_to_index(entry)
        return Change(ChangeKind.PLACED, entry)

    def find(self, query: Query) -> tuple[Entry, ...]:
        """Return the entries that match every field of a query."""
        keys = list(_asked(query))
        if not keys:
            return tuple(self._entries.values())
        groups = sorted((self._index.get(key, {}) for key in keys), key=len)
        found = (each for each in groups[0] if all(each in group for group in groups[1:]))
        return tuple(self._entries[each] for each in found)

    def _remove(self, device_id: str) -> Change | None:
        entry = self._entries.get(device_id)
        if entry is None:
            return None
        self._unindex(entry)
        del self._entries[device_id]
        self._placements.pop(device_id, None)
        return Change(ChangeKind.REMOVED, entry)

    def _keys(self, entry: Entry) -> Iterator[tuple[str, str]]:
        yield "id", entry.device_id
        yield "type", entry.device_type
        for name, more in entry.capabilities.items():
            yield "capability", name
            if isinstance(kind := more.get("type"), str):
                yield "capability", kind
        if area := self.placement(entry.device_id).area:
            yield "area", area.casefold()

    def _add_to_index(self, entry: Entry) -> None:
        for key in self._keys(entry):
            self._index.setdefault(key, {})[entry.device_id] = None

    def _unindex(self, entry: Entry) -> None:
        for key in self._keys(entry):
            group = self._index.get(key, {})
            group.pop(entry.device_id, None)
            if not group:
                self._index.pop(key, None)


def _asked(query: Query) -> Iterable[tuple[str, str]]:
    fields = (
        ("id", query.device_id),
        ("type", query.device_type),
        ("capability", query.capability),
        ("area", query.area.casefold() if query.area else None),
    )
    return ((name, value) for name, value in fields if value is not None)


def _check_size(message: Register) -> None:
    if len(message.capabilities) > MAX_CAPABILITIES:
        raise CommandError(
            ErrorCode.TOO_LARGE, f"a device may have {MAX_CAPABILITIES} capabilities"
        )
    if any(not 0 < len(name.strip()) <= 64 or name[0] == "@" for name in message.capabilities):
        raise CommandError(
            ErrorCode.INVALID_FIELD, "capabilities: names have 1 to 64 characters, the first no @"
        )
    parts = (dict(message.capabilities), dict(message.metadata), dict(message.endpoints))
    if len(json.dumps(parts)) > MAX_SIZE:
        raise CommandError(ErrorCode.TOO_LARGE, f"a registration may have {MAX_SIZE} characters")


def _entry(message: Register, registered_at: float) -> Entry:
    types = {name: type_of(name, more) for name, more in message.capabilities.items()}
    return Entry(
        device_id=message.device_id,
        device_type=message.device_type,
        capabilities=message.capabilities,
        endpoints=message.endpoints,
        metadata=message.metadata,
        contract=message.contract,
        registered_at=registered_at,
        types={name: found for name, found in types.items() if found is not None},
    )

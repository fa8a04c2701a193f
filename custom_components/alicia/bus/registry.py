"""The devices and services that said hello, and what each can do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .capabilities import Capability
from .capability_types import type_of
from .errors import CommandError, ErrorCode
from .messages import Query, Register, Unregister

MAX_ENTRIES: Final = 10_000
MAX_SHOWN: Final = 128  # characters


class ChangeKind(StrEnum):
    """What a message did to the registry."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"


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
    """Knows every device and service by its id."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, device_id: str) -> Entry | None:
        """Return the entry of an id."""
        return self._entries.get(device_id)

    def apply(self, message: Register | Unregister, now: float) -> Change | None:
        """Take a registration or its end; None where nothing changed.

        Raises CommandError when the registry is full.
        """
        if isinstance(message, Unregister):
            gone = self._entries.pop(message.device_id, None)
            return Change(ChangeKind.REMOVED, gone) if gone else None
        known = self._entries.get(message.device_id)
        if known is None and len(self._entries) >= MAX_ENTRIES:
            raise CommandError(ErrorCode.BUSY, f"the registry is full ({MAX_ENTRIES} devices)")
        entry = _entry(message, known.registered_at if known else now)
        self._entries[message.device_id] = entry
        if entry == known:
            return None
        return Change(ChangeKind.UPDATED if known else ChangeKind.ADDED, entry)

    def find(self, query: Query) -> tuple[Entry, ...]:
        """Return the entries that match every field of a query."""
        return tuple(
            entry
            for entry in self._entries.values()
            if query.capability in (None, *entry.capabilities)
            and query.device_type in (None, entry.device_type)
            and query.device_id in (None, entry.device_id)
        )


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

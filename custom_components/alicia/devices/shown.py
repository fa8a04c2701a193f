"""The entities that Home Assistant shows of devices, found by what they show.

A house may have thousands: one that registered a callback for each thing it follows
would cost more in callbacks than the entity itself.
"""

from collections.abc import Iterator
from typing import Protocol

from ..bus.capabilities import State
from ..bus.messages import DeviceEvent


class Showing(Protocol):
    """An entity that shows a capability of a device."""

    def async_take_state(self, state: State) -> None:
        """Show a state."""

    def async_take_event(self, event: DeviceEvent) -> None:
        """Show that something happened."""

    def async_write_ha_state(self) -> None:
        """Show anew whether the device is there."""

    async def async_remove(self, *, force_remove: bool = False) -> None:
        """Leave Home Assistant."""


class ShownEntities:
    """Knows the entities that are added, by device and capability."""

    def __init__(self) -> None:
        self._shown: dict[str, dict[str, Showing]] = {}

    def add(self, device_id: str, capability: str, entity: Showing) -> None:
        """Take an entity that is added to Home Assistant."""
        self._shown.setdefault(device_id, {})[capability] = entity

    def remove(self, device_id: str, capability: str, entity: Showing) -> None:
        """Drop an entity that is removed, unless another has its place by now."""
        shown = self._shown.get(device_id, {})
        if shown.get(capability) is entity:
            del shown[capability]
            if not shown:
                del self._shown[device_id]

    def get(self, device_id: str, capability: str) -> Showing | None:
        """Return the entity that shows a capability, if there is one."""
        shown = self._shown.get(device_id)
        return shown.get(capability) if shown else None

    def of(self, device_id: str) -> tuple[Showing, ...]:
        """Return the entities of a device."""
        return tuple(self._shown.get(device_id, {}).values())

    def __iter__(self) -> Iterator[Showing]:
        return iter([entity for shown in self._shown.values() for entity in shown.values()])

"""What the registry knows of each device, retained on the bus for those without Home Assistant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..bus.messages import RegistryView
from ..bus.registry import Change, Entry
from ..bus.topics import Kind
from ..coordinator import AliciaCoordinator
from .parameters import problems

DELAY: Final = 0.5  # s; a device that starts says several things at once
READY_DELAY: Final = 5.0  # s; at a start all devices say so, and entities come first
BATCH: Final = 25
#: What the broker keeps of a device; who left for good shall not be there at the next start.
RETAINED: Final = (Kind.REGISTRY, Kind.HEALTH, Kind.DEVICE_STATUS)
PACE: Final = 0.05  # s between batches, so that a start holds nothing up


class RegistryViews:
    """Publishes the view of each device that has changed, and clears that of those who left."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        #: Ids whose view is to be published, in their order.
        self._due: dict[str, None] = {}
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the devices; returns what stops it."""
        coordinator = self._coordinator
        unsubscribes = (
            coordinator.async_add_device_listener(self._on_change),
            coordinator.async_add_any_presence_listener(self._mark),
            coordinator.async_add_ready_listener(self._on_ready),
            *(coordinator.async_add_unsent_listener(kind, self._on_unsent) for kind in RETAINED),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            if self._cancel:
                self._cancel()

        return stop

    def view(self, entry: Entry) -> RegistryView:
        """Return what others may know of a device."""
        presence = self._coordinator.presence
        placement = presence.registry.placement(entry.device_id)
        return RegistryView(
            device_id=entry.device_id,
            name=placement.name or entry.name,
            device_type=entry.device_type,
            capabilities=entry.capabilities,
            status=presence.status(entry.device_id),
            area=placement.area,
            metadata=entry.metadata,
            problems=tuple(problems(entry)),
        )

    @callback
    def _on_change(self, change: Change) -> None:
        self._mark(change.entry.device_id)

    @callback
    def _on_unsent(self, ids: Mapping[str, str]) -> None:
        self._mark(ids["device_id"])

    @callback
    def _on_ready(self, _: None) -> None:
        """Publish all anew: the broker may have lost them, and we may have missed changes."""
        self._due |= dict.fromkeys(entry.device_id for entry in self._coordinator.registry)
        if self._due:
            self._schedule(READY_DELAY)

    @callback
    def _mark(self, device_id: str) -> None:
        self._due[device_id] = None
        self._schedule(DELAY)

    @callback
    def _schedule(self, delay: float) -> None:
        if self._cancel is None:
            self._cancel = async_call_later(self._coordinator.hass, delay, self._publish)

    @callback
    def _publish(self, _now: datetime) -> None:
        self._cancel = None
        if not self._coordinator.connected:
            return  # all are published once the broker is back
        for device_id in tuple(self._due)[:BATCH]:
            del self._due[device_id]
            if (entry := self._coordinator.registry.get(device_id)) is not None:
                self._coordinator.async_send(self.view(entry))
                continue
            for kind in RETAINED:
                self._coordinator.async_clear(kind, device_id=device_id)
        if self._due:
            self._schedule(PACE)

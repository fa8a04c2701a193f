"""What the entities of the bus share."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .coordinator import AliciaCoordinator
from .devices import bus_identifier, device_identifier


class AliciaEntity(Entity):
    """An entity of the bus itself; there as long as the broker is."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, coordinator: AliciaCoordinator, key: str) -> None:
        self.coordinator = coordinator
        entry = coordinator.entry
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={bus_identifier(entry)})

    @property
    @override
    def available(self) -> bool:
        """Whether the bus is there."""
        return self.coordinator.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_add_connection_listener(self._on_connection))

    @callback
    def _on_connection(self, _connected: bool) -> None:  # noqa: FBT001 - a listener's signature
        self.async_write_ha_state()


class AliciaDeviceEntity(AliciaEntity):
    """An entity of a device or service on the bus; there while that one is online."""

    def __init__(self, coordinator: AliciaCoordinator, device_id: str, key: str) -> None:
        super().__init__(coordinator, f"{device_id}_{key}")
        self.device_id = device_id
        identifier = device_identifier(coordinator.entry, device_id)
        self._attr_device_info = DeviceInfo(identifiers={identifier})

    @property
    @override
    def available(self) -> bool:
        """Whether the bus and the device are there."""
        return super().available and self.coordinator.liveness.is_online(self.device_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection and the device's presence."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_add_presence_listener(self._on_presence))

    @callback
    def _on_presence(self, device_id: str) -> None:
        if device_id == self.device_id:
            self.async_write_ha_state()

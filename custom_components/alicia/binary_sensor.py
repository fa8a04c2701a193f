"""Whether the bus and those on it are there."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .bus.registry import Change, ChangeKind
from .coordinator import AliciaConfigEntry
from .devices import device_id_of
from .devices.parameters import member
from .entity import AliciaDeviceEntity, AliciaEntity, CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the bus's connection, and the presence of each who is or was on it."""
    data = entry.runtime_data
    coordinator = data.coordinator
    known: set[str] = set()

    @callback
    def add(device_id: str) -> None:
        if device_id not in known:
            known.add(device_id)
            async_add_entities([Presence(coordinator, device_id, "presence")])

    @callback
    def on_change(change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            known.discard(change.entry.device_id)
        else:
            add(change.entry.device_id)

    async_add_entities([Connection(coordinator, "connection")])
    # One that was here before a restart and isn't now is worth knowing of.
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        if (device_id := device_id_of(entry, device)) is not None:
            add(device_id)
    entry.async_on_unload(coordinator.async_add_device_listener(on_change))
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(),
        lambda source: DeviceBinarySensor(data, source),
    )


class Connection(AliciaEntity, BinarySensorEntity):
    """Whether Home Assistant is connected to the broker."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "connection"

    @property
    @override
    def available(self) -> bool:
        """Known even where there is no broker."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Whether it is."""
        return self.coordinator.connected


class Presence(AliciaDeviceEntity, BinarySensorEntity):
    """Whether a device or service is on the bus."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "presence"

    @property
    @override
    def available(self) -> bool:
        """Known as long as the bus is there."""
        return self.coordinator.connected

    @property
    @override
    def is_on(self) -> bool:
        """Whether it is."""
        return self.coordinator.liveness.is_online(self.device_id)


class DeviceBinarySensor(CapabilityEntity, BinarySensorEntity):
    """Something that a device notices."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(BinarySensorDeviceClass, parameters.get("device_class"))

    @override
    def _update(self, state: State) -> None:
        on = state.get("on")
        self._attr_is_on = None if on is None else bool(on)

"""Whether the bus and those on it are there."""

from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .bus.registry import Change, ChangeKind
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .devices import device_id_of
from .devices.parameters import member
from .entity import AliciaDeviceEntity, AliciaEntity, CapabilityEntity

PARALLEL_UPDATES = 0
BATCH: Final = 10  # entities that are added at a time


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the bus's connection, and the presence of each who is or was on it."""
    data = entry.runtime_data
    async_add_entities([Connection(data.coordinator, "connection")])
    entry.async_on_unload(PresenceSensors(data.coordinator, async_add_entities).async_start())
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(),
        lambda source: DeviceBinarySensor(data, source),
    )


class PresenceSensors:
    """Adds the presence of each device and service, a few at a time when there are many."""

    def __init__(
        self, coordinator: AliciaCoordinator, async_add_entities: AddConfigEntryEntitiesCallback
    ) -> None:
        self._coordinator = coordinator
        self._async_add_entities = async_add_entities
        self._known: set[str] = set()
        self._waiting: dict[str, None] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the devices; returns what stops it."""
        hass, entry = self._coordinator.hass, self._coordinator.entry
        # One that was here before a restart and isn't now is worth knowing of.
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
            if (device_id := device_id_of(entry, device)) is not None:
                self._add(device_id)
        unsubscribe = self._coordinator.async_add_device_listener(self._on_change)

        @callback
        def stop() -> None:
            unsubscribe()
            self._waiting.clear()

        return stop

    @callback
    def _on_change(self, change: Change) -> None:
        device_id = change.entry.device_id
        if change.kind is ChangeKind.REMOVED:
            self._known.discard(device_id)
            self._waiting.pop(device_id, None)
        else:
            self._add(device_id)

    def _add(self, device_id: str) -> None:
        if device_id in self._known:
            return
        self._known.add(device_id)
        if not self._waiting:
            self._coordinator.hass.loop.call_soon(self._add_some)
        self._waiting[device_id] = None

    @callback
    def _add_some(self) -> None:
        some = tuple(self._waiting)[:BATCH]
        for device_id in some:
            del self._waiting[device_id]
        self._async_add_entities(Presence(self._coordinator, each, "presence") for each in some)
        if self._waiting:
            self._coordinator.hass.loop.call_soon(self._add_some)


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

"""What the entities of the bus share."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .bus.capabilities import Parameters, State
from .bus.messages import DeviceEvent
from .bus.registry import MAX_SHOWN
from .coordinator import AliciaCoordinator
from .devices import bus_identifier, device_identifier

if TYPE_CHECKING:
    from .coordinator import AliciaRuntimeData
    from .devices.factory import Source

CATEGORIES: Final = {each.value: each for each in EntityCategory}


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
        return self.coordinator.connected and self.coordinator.liveness.is_online(self.device_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection and the device's presence."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_presence_listener(self.device_id, self._on_connection)
        )


class CapabilityEntity(Entity):
    """An entity that shows a capability of a device, and has the device do what it is told."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, data: AliciaRuntimeData, source: Source) -> None:
        self.coordinator = data.coordinator
        self._source = source
        self._devices = data.devices
        self._attr_unique_id = f"{data.coordinator.entry.entry_id}_{source.key}"
        self._name_it(source)
        self._attr_entity_category = CATEGORIES.get(str(source.parameters.get("category")))
        self._attr_entity_registry_enabled_default = source.parameters.get("enabled") is not False
        icon = source.parameters.get("icon")
        if isinstance(icon, str) and icon.startswith("mdi:"):
            self._attr_icon = icon[:MAX_SHOWN]
        self._configure(source.parameters)
        if state := self._devices.states.get(source.device_id, source.capability):
            self._update(state)

    def _name_it(self, source: Source) -> None:
        label = source.parameters.get("label")
        if getattr(self, "_attr_translation_key", None):
            return  # it has a name of its own
        if isinstance(label, str) and label.strip():
            self._attr_name = label.strip()[:MAX_SHOWN]
        elif source.capability != source.kind.name:
            self._attr_name = source.capability.replace("_", " ").capitalize()[:MAX_SHOWN]
        elif source.kind.name == source.kind.platform:
            self._attr_name = None  # what the device is for; it goes by the device's name

    def _configure(self, parameters: Parameters) -> None:
        """Take what the registration says of the capability."""

    def _update(self, state: State) -> None:
        """Take a state."""

    @property
    @override
    def available(self) -> bool:
        """Whether the bus and the device are there."""
        coordinator = self.coordinator
        return coordinator.connected and coordinator.liveness.is_online(self._source.device_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Be found when the device says something, and take what it said meanwhile."""
        source = self._source
        self._devices.shown.add(source.device_id, source.capability, self)
        if state := self._devices.states.get(source.device_id, source.capability):
            self._update(state)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Be found no more."""
        self._devices.shown.remove(self._source.device_id, self._source.capability, self)

    @callback
    def async_take_state(self, state: State) -> None:
        """Show a state."""
        self._update(state)
        self.async_write_ha_state()

    @callback
    def async_take_event(self, event: DeviceEvent) -> None:
        """Show that something happened; what has a state has nothing to show."""

    async def async_command(self, command: str, **parameters: object) -> None:
        """Have the device do something; raises HomeAssistantError unless it says that it did."""
        source = self._source
        given = {name: value for name, value in parameters.items() if value is not None}
        await self._devices.commander.async_send(
            source.device_id, source.capability, command, given
        )

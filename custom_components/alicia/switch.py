"""Switches of devices."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.components.switch.const import SwitchDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import member
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have switches made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceSwitch(data, source)
    )


class DeviceSwitch(CapabilityEntity, SwitchEntity):
    """Something that is on or off."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(SwitchDeviceClass, parameters.get("device_class"))

    @override
    def _update(self, state: State) -> None:
        on = state.get("on")
        self._attr_is_on = None if on is None else bool(on)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self.async_command("turn_on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self.async_command("turn_off")

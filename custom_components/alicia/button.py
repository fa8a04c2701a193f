"""Buttons of devices."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.components.button.const import ButtonDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters
from .coordinator import AliciaConfigEntry
from .devices.parameters import member
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have buttons made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceButton(data, source)
    )


class DeviceButton(CapabilityEntity, ButtonEntity):
    """Something that a device does at a press."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(ButtonDeviceClass, parameters.get("device_class"))

    @override
    async def async_press(self) -> None:
        """Have the device do it."""
        await self.async_command("press")

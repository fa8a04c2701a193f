"""Numbers of devices."""

from typing import Final, override

from homeassistant.components.number import NumberEntity
from homeassistant.components.number.const import (
    DEVICE_CLASS_UNITS,
    NumberDeviceClass,
    NumberMode,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import given_unit, member, number
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have numbers made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceNumber(data, source)
    )


LOW: Final = 0.0
HIGH: Final = 100.0
STEP: Final = 1.0


class DeviceNumber(CapabilityEntity, NumberEntity):
    """A number that can be set."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        low, high = number(parameters.get("min"), LOW), number(parameters.get("max"), HIGH)
        self._attr_native_min_value, self._attr_native_max_value = low, max(low, high)
        step = number(parameters.get("step"), STEP)
        self._attr_native_step = step if step > 0 else STEP
        self._attr_mode = member(NumberMode, parameters.get("mode")) or NumberMode.AUTO
        unit = given_unit(parameters)
        device_class = member(NumberDeviceClass, parameters.get("device_class"))
        if device_class and unit not in DEVICE_CLASS_UNITS.get(device_class, {unit}):
            device_class = None
        self._attr_device_class = device_class
        self._attr_native_unit_of_measurement = unit

    @override
    def _update(self, state: State) -> None:
        value = state.get("value")
        if not isinstance(value, int | float):
            self._attr_native_value = None
        else:
            self._attr_native_value = int(value) if value == int(value) else value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it."""
        await self.async_command("set", value=value)

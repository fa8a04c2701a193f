"""Thermostats of devices."""

from typing import Any, Final, override

from homeassistant.components.climate import ClimateEntity
from homeassistant.components.climate.const import (
    ATTR_HVAC_MODE,
    ATTR_TARGET_TEMP_HIGH,
    ATTR_TARGET_TEMP_LOW,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import member, number, texts
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have thermostats made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceClimate(data, source)
    )


MIN_CELSIUS: Final = 7.0
MAX_CELSIUS: Final = 35.0
#: What a field of a state is to Home Assistant.
NUMBERS: Final = {
    "temperature": "_attr_target_temperature",
    "target_temp_low": "_attr_target_temperature_low",
    "target_temp_high": "_attr_target_temperature_high",
    "humidity": "_attr_target_humidity",
    "current_temperature": "_attr_current_temperature",
    "current_humidity": "_attr_current_humidity",
}
MODES: Final = {
    "fan_mode": ClimateEntityFeature.FAN_MODE,
    "preset_mode": ClimateEntityFeature.PRESET_MODE,
    "swing_mode": ClimateEntityFeature.SWING_MODE,
}


class DeviceClimate(CapabilityEntity, ClimateEntity):
    """Something that heats or cools."""

    _attr_hvac_mode = None
    _attr_fan_mode = None
    _attr_preset_mode = None
    _attr_swing_mode = None
    _attr_target_temperature_low = None
    _attr_target_temperature_high = None

    @override
    def _configure(self, parameters: Parameters) -> None:
        named = (member(HVACMode, each) for each in texts(parameters.get("hvac_modes")))
        self._attr_hvac_modes = [mode for mode in named if mode]
        fahrenheit = parameters.get("unit") == UnitOfTemperature.FAHRENHEIT
        self._attr_temperature_unit = (
            UnitOfTemperature.FAHRENHEIT if fahrenheit else UnitOfTemperature.CELSIUS
        )
        low, high = MIN_CELSIUS, MAX_CELSIUS
        if fahrenheit:
            low, high = low * 1.8 + 32, high * 1.8 + 32
        self._attr_min_temp = number(parameters.get("min_temp"), low)
        self._attr_max_temp = number(parameters.get("max_temp"), high)
        step = number(parameters.get("step"), 0)
        self._attr_target_temperature_step = step if step > 0 else None
        self._attr_supported_features = self._features(parameters)

    def _features(self, parameters: Parameters) -> ClimateEntityFeature:
        features = ClimateEntityFeature.TARGET_TEMPERATURE
        if parameters.get("target_range"):
            features |= ClimateEntityFeature.TARGET_TEMPERATURE_RANGE
        if parameters.get("target_humidity"):
            features |= ClimateEntityFeature.TARGET_HUMIDITY
        if HVACMode.OFF in self._attr_hvac_modes:
            features |= ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
        for name, feature in MODES.items():
            words = texts(parameters.get(f"{name}s"))
            setattr(self, f"_attr_{name}s", words)
            if words:
                features |= feature
        return features

    @override
    def _update(self, state: State) -> None:
        self._attr_hvac_mode = member(HVACMode, state.get("hvac_mode"))
        self._attr_hvac_action = member(HVACAction, state.get("hvac_action"))
        for name, attribute in NUMBERS.items():
            value = state.get(name)
            setattr(self, attribute, value if isinstance(value, int | float) else None)
        for name in MODES:
            value = state.get(name)
            setattr(self, f"_attr_{name}", value if isinstance(value, str) else None)

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set what is to be reached."""
        await self.async_command(
            "set",
            hvac_mode=kwargs.get(ATTR_HVAC_MODE),
            temperature=kwargs.get(ATTR_TEMPERATURE),
            target_temp_low=kwargs.get(ATTR_TARGET_TEMP_LOW),
            target_temp_high=kwargs.get(ATTR_TARGET_TEMP_HIGH),
        )

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Heat, cool or rest."""
        await self.async_command("set", hvac_mode=hvac_mode.value)

    @override
    async def async_set_humidity(self, humidity: int) -> None:
        """Set the humidity that is to be reached."""
        await self.async_command("set", humidity=humidity)

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        """Set the fan."""
        await self.async_command("set", fan_mode=fan_mode)

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Choose one of its settings."""
        await self.async_command("set", preset_mode=preset_mode)

    @override
    async def async_set_swing_mode(self, swing_mode: str) -> None:
        """Set where it blows."""
        await self.async_command("set", swing_mode=swing_mode)

    @override
    async def async_turn_on(self) -> None:
        """Switch it on, in the mode that it chooses."""
        await self.async_command("turn_on")

    @override
    async def async_turn_off(self) -> None:
        """Switch it off."""
        await self.async_command("turn_off")

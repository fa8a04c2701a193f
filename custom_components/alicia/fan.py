"""Fans of devices."""

from typing import Any, override

from homeassistant.components.fan import FanEntity
from homeassistant.components.fan.const import (
    DIRECTION_FORWARD,
    DIRECTION_REVERSE,
    FanEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import number, texts
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have fans made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceFan(data, source)
    )


class DeviceFan(CapabilityEntity, FanEntity):
    """A fan; what its registration doesn't name, it doesn't have."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF
        if (speeds := number(parameters.get("speeds"), 0)) >= 1:
            features |= FanEntityFeature.SET_SPEED
            self._attr_speed_count = int(min(speeds, 100))
        if presets := texts(parameters.get("preset_modes")):
            features |= FanEntityFeature.PRESET_MODE
            self._attr_preset_modes = presets
        if parameters.get("oscillation"):
            features |= FanEntityFeature.OSCILLATE
        if parameters.get("direction"):
            features |= FanEntityFeature.DIRECTION
        self._attr_supported_features = features

    @override
    def _update(self, state: State) -> None:
        on, percentage = state.get("on"), state.get("percentage")
        self._on = None if on is None else bool(on)
        self._attr_percentage = round(percentage) if isinstance(percentage, int | float) else None
        preset = state.get("preset_mode")
        self._attr_preset_mode = str(preset) if preset else None
        oscillating = state.get("oscillating")
        self._attr_oscillating = None if oscillating is None else bool(oscillating)
        direction = state.get("direction")
        known = direction in (DIRECTION_FORWARD, DIRECTION_REVERSE)
        self._attr_current_direction = str(direction) if known else None

    _on: bool | None = None

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether it turns, as it says itself or by its speed."""
        return super().is_on if self._on is None and self._attr_percentage else self._on

    @override
    async def async_turn_on(
        self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any
    ) -> None:
        """Have it turn."""
        await self.async_command("turn_on", percentage=percentage, preset_mode=preset_mode)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Have it stand still."""
        await self.async_command("turn_off")

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        """Set its speed."""
        await self.async_command("set_percentage", percentage=percentage)

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Set its mode."""
        await self.async_command("set_preset_mode", preset_mode=preset_mode)

    @override
    async def async_oscillate(self, oscillating: bool) -> None:
        """Have it swing, or not."""
        await self.async_command("oscillate", oscillating=oscillating)

    @override
    async def async_set_direction(self, direction: str) -> None:
        """Have it turn the other way."""
        await self.async_command("set_direction", direction=direction)

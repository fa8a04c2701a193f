"""Texts of devices."""

import re
from typing import Final, override

from homeassistant.components.text import TextEntity, TextMode
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import member, number, text
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have texts made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceText(data, source)
    )


MAX_LENGTH: Final = 255  # characters that Home Assistant takes


class DeviceText(CapabilityEntity, TextEntity):
    """A text that can be set."""

    _attr_native_value = None

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_native_min = int(max(0, number(parameters.get("min"), 0)))
        self._attr_native_max = int(min(MAX_LENGTH, number(parameters.get("max"), MAX_LENGTH)))
        self._attr_mode = member(TextMode, parameters.get("mode")) or TextMode.TEXT
        self._attr_pattern = _pattern(text(parameters.get("pattern")))

    @override
    def _update(self, state: State) -> None:
        value = state.get("value")
        # One that it can't show would be an exception for each status.
        self._attr_native_value = value if isinstance(value, str) and self._fits(value) else None

    def _fits(self, value: str) -> bool:
        fits = self.native_min <= len(value) <= self.native_max
        return fits and (self.pattern is None or re.match(self.pattern, value) is not None)

    @override
    async def async_set_value(self, value: str) -> None:
        """Set it."""
        await self.async_command("set", value=value)


def _pattern(value: str | None) -> str | None:
    try:
        return re.compile(value).pattern if value else None
    except re.error:
        return None

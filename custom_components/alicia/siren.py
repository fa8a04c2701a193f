"""Sirens of devices."""

from typing import Any, override

from homeassistant.components.siren import SirenEntity
from homeassistant.components.siren.const import (
    ATTR_DURATION,
    ATTR_TONE,
    ATTR_VOLUME_LEVEL,
    SirenEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import texts
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have sirens made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceSiren(data, source)
    )


class DeviceSiren(CapabilityEntity, SirenEntity):
    """Something that can't be overheard."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF
        if tones := texts(parameters.get("tones")):
            features |= SirenEntityFeature.TONES
            self._attr_available_tones = list(tones)
        if parameters.get("duration"):
            features |= SirenEntityFeature.DURATION
        if parameters.get("volume"):
            features |= SirenEntityFeature.VOLUME_SET
        self._attr_supported_features = features

    @override
    def _update(self, state: State) -> None:
        on = state.get("on")
        self._attr_is_on = None if on is None else bool(on)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let it sound."""
        level = kwargs.get(ATTR_VOLUME_LEVEL)
        await self.async_command(
            "turn_on",
            tone=kwargs.get(ATTR_TONE),
            duration=kwargs.get(ATTR_DURATION),
            volume=None if level is None else level * 100,
        )

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Silence it."""
        await self.async_command("turn_off")

"""Covers of devices."""

from typing import Any, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverDeviceClass,
    CoverEntity,
    CoverEntityFeature,
)
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
    """Have covers made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceCover(data, source)
    )


class DeviceCover(CapabilityEntity, CoverEntity):
    """A blind, a shutter, a gate."""

    _attr_is_closed = None

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(CoverDeviceClass, parameters.get("device_class"))
        features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        if parameters.get("stop") is not False:
            features |= CoverEntityFeature.STOP
        if parameters.get("position"):
            features |= CoverEntityFeature.SET_POSITION
        if parameters.get("tilt"):
            features |= CoverEntityFeature.SET_TILT_POSITION
        self._attr_supported_features = features

    @override
    def _update(self, state: State) -> None:
        position, tilt = state.get("position"), state.get("tilt")
        self._attr_current_cover_position = _whole(position)
        self._attr_current_cover_tilt_position = _whole(tilt)
        word = state.get("state")
        self._attr_is_opening = word == "opening"
        self._attr_is_closing = word == "closing"
        if word in ("open", "closed"):
            self._attr_is_closed = word == "closed"
        else:
            self._attr_is_closed = None if position is None else position == 0
        # On its way it is neither.
        if word in ("opening", "closing"):
            self._attr_is_closed = False

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open it."""
        await self.async_command("open")

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close it."""
        await self.async_command("close")

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        """Leave it where it is."""
        await self.async_command("stop")

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Move it to a position."""
        await self.async_command("set_position", position=kwargs[ATTR_POSITION])

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        """Tilt its slats."""
        await self.async_command("set_tilt", tilt=kwargs[ATTR_TILT_POSITION])


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None

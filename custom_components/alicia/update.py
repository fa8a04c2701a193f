"""Firmware of devices."""

from typing import Any, override

from homeassistant.components.update import (
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import member, text
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have updates made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceUpdate(data, source)
    )


class DeviceUpdate(CapabilityEntity, UpdateEntity):
    """The firmware that a device has, and the one that it could have."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(UpdateDeviceClass, parameters.get("device_class"))
        self._attr_supported_features = (
            UpdateEntityFeature.INSTALL
            | UpdateEntityFeature.PROGRESS
            | UpdateEntityFeature.SPECIFIC_VERSION
        )

    @override
    def _update(self, state: State) -> None:
        self._attr_installed_version = text(state.get("installed_version"))
        self._attr_latest_version = text(state.get("latest_version"))
        self._attr_in_progress = bool(state.get("in_progress"))
        progress = state.get("progress")
        self._attr_update_percentage = progress if isinstance(progress, int | float) else None
        self._attr_title = text(state.get("title"))
        self._attr_release_url = text(state.get("release_url"))
        summary = text(state.get("release_summary"))
        self._attr_release_summary = summary[:255] if summary else None

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Have the device fetch and install it."""
        await self.async_command("install", version=version)

"""Locks of devices."""

from typing import Any, override

from homeassistant.components.lock import LockEntity
from homeassistant.components.lock.const import LockEntityFeature
from homeassistant.const import ATTR_CODE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import text
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have locks made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceLock(data, source)
    )


class DeviceLock(CapabilityEntity, LockEntity):
    """A lock."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_code_format = text(parameters.get("code_format"))
        if parameters.get("open"):
            self._attr_supported_features = LockEntityFeature.OPEN

    @override
    def _update(self, state: State) -> None:
        word = state.get("state")
        self._attr_is_locked = None if word is None else word == "locked"
        self._attr_is_locking = word == "locking"
        self._attr_is_unlocking = word == "unlocking"
        self._attr_is_jammed = word == "jammed"
        self._attr_is_open = word == "open"

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock it."""
        await self.async_command("lock", code=kwargs.get(ATTR_CODE))

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock it."""
        await self.async_command("unlock", code=kwargs.get(ATTR_CODE))

    @override
    async def async_open(self, **kwargs: Any) -> None:
        """Open the latch."""
        await self.async_command("open", code=kwargs.get(ATTR_CODE))

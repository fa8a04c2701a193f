"""Fans."""

from typing import Any

from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import of


class HouseFan(HouseEntity, FanEntity):
    """A fan."""

    _attr_percentage = 0
    _attr_supported_features = (
        FanEntityFeature.SET_SPEED | FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF
    )

    async def async_turn_on(
        self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any
    ) -> None:
        """Turn."""
        self.put(percentage=percentage or 100)

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop."""
        self.put(percentage=0)

    async def async_set_percentage(self, percentage: int) -> None:
        """Turn as fast as is asked for."""
        self.put(percentage=percentage)


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HouseFan(thing) for thing in of("fan"))

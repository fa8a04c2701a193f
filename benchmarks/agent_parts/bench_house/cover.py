"""Blinds and curtains."""

from typing import Any

from homeassistant.components.cover import ATTR_POSITION, CoverEntity, CoverEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import of


class HouseCover(HouseEntity, CoverEntity):
    """Something before a window."""

    _attr_current_cover_position = 60
    _attr_is_closed = False
    _attr_supported_features = (
        CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.SET_POSITION
    )

    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open."""
        self._go(100)

    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close."""
        self._go(0)

    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Go to a position."""
        self._go(kwargs[ATTR_POSITION])

    def _go(self, position: int) -> None:
        self.put(current_cover_position=position, is_closed=position == 0)


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HouseCover(thing) for thing in of("cover"))

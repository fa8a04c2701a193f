"""Lights."""

from typing import Any

from homeassistant.components.light import ColorMode, LightEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import of


class HouseLight(HouseEntity, LightEntity):
    """A light that has a colour."""

    _attr_supported_color_modes = {ColorMode.HS}
    _attr_color_mode = ColorMode.HS
    _attr_is_on = False

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Light up."""
        self.put(
            is_on=True, **{key: kwargs[key] for key in ("brightness", "hs_color") if key in kwargs}
        )

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Go out."""
        self.put(is_on=False)


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HouseLight(thing) for thing in of("light"))

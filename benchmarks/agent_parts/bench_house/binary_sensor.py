"""Sensors that know two states."""

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import of


class HouseBinarySensor(HouseEntity, BinarySensorEntity):
    """One that notices nothing."""

    _attr_is_on = False


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HouseBinarySensor(thing) for thing in of("binary_sensor"))

"""Sensors."""

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import Thing, of


class HouseSensor(HouseEntity, SensorEntity):
    """A sensor whose value stays as it is."""

    def __init__(self, thing: Thing) -> None:
        super().__init__(thing)
        self._attr_native_value = thing.traits["value"]
        self._attr_native_unit_of_measurement = thing.traits["unit"]


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HouseSensor(thing) for thing in of("sensor"))

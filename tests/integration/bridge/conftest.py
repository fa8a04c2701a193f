"""A house on the bus, with things that are exposed and some that aren't."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest


@pytest.fixture
async def house(hass: HomeAssistant, bus: Any) -> Any:
    """Return the bus of a house with things that are exposed, and some that aren't."""
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {"fan": None, "secret": None}}
    )
    hass.states.async_set("lock.door", "locked")
    hass.states.async_set("cover.garage", "closed", {"device_class": "garage"})
    hass.states.async_set("cover.blind", "closed", {"device_class": "blind"})
    hass.states.async_set("cover.all", "closed", {"entity_id": ["cover.blind", "cover.doors"]})
    hass.states.async_set("cover.doors", "closed", {"entity_id": ["cover.garage", "cover.all"]})
    hass.states.async_set("scene.film", "unknown", {"entity_id": ["lock.door"]})
    hass.states.async_set("script.party", "off")
    for entity_id in hass.states.async_entity_ids():
        async_expose_entity(hass, "conversation", entity_id, True)
    async_expose_entity(hass, "conversation", "input_boolean.secret", False)
    return bus

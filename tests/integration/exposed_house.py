"""A small house that is exposed to Assist, and what Home Assistant then offers a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Final

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    llm,
)
from homeassistant.setup import async_setup_component
import probatio
from pytest_homeassistant_custom_component.common import MockConfigEntry

_ALL_FEATURES: Final = 0xFFFFFF
_DOMAINS: Final = (
    "intent", "llm", "conversation", "light", "lock", "cover", "climate", "media_player", "switch",
    "fan", "todo", "vacuum", "sensor", "binary_sensor", "scene", "assist_satellite",
)  # fmt: skip
_SCRIPT: Final = {
    "good_night": {
        "alias": "Good night",
        "description": "Turns everything off and locks up",
        "sequence": [],
    }
}


@dataclass(frozen=True, slots=True)
class Exposed:
    """An entity."""

    domain: str
    name: str
    area: str | None
    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


HOUSE: Final = (
    Exposed("light", "Kitchen light", "Kitchen", "off"),
    Exposed("light", "Living room lamp", "Living room", "on", {"brightness": 128}),
    Exposed("light", "Bedroom light", "Bedroom", "off"),
    Exposed("light", "Licht im Büro", "Büro", "off"),
    Exposed("switch", "Coffee machine", "Kitchen", "off"),
    Exposed("lock", "Front door", "Hallway", "locked"),
    Exposed("lock", "Haustür", "Hallway", "locked"),
    Exposed("cover", "Garage door", "Garage", "closed", {"device_class": "garage"}),
    Exposed("cover", "Bedroom blinds", "Bedroom", "open", {"current_position": 100}),
    Exposed(
        "climate",
        "Thermostat",
        "Living room",
        "heat",
        {"temperature": 20, "current_temperature": 19.5, "supported_features": 1},
    ),
    Exposed("media_player", "Radio", "Kitchen", "playing", {"volume_level": 0.4}),
    Exposed("fan", "Ceiling fan", "Bedroom", "off", {"percentage": 0}),
    Exposed("vacuum", "Robot", "Hallway", "docked"),
    Exposed("todo", "Shopping list", None, "2"),
    Exposed(
        "sensor",
        "Outdoor temperature",
        None,
        "7.5",
        {"unit_of_measurement": "°C", "device_class": "temperature"},
    ),
    Exposed("binary_sensor", "Kitchen window", "Kitchen", "off", {"device_class": "window"}),
    Exposed("scene", "Movie night", "Living room", "unknown"),
)


async def async_make_house(hass: HomeAssistant) -> llm.LLMContext:
    """Make the house; returns who asks: a satellite in the kitchen that can run timers."""
    for domain in _DOMAINS:
        assert await async_setup_component(hass, domain, {}), domain
    assert await async_setup_component(hass, "script", {"script": _SCRIPT})
    areas, entities = ar.async_get(hass), er.async_get(hass)
    for exposed in HOUSE:
        entity = entities.async_get_or_create(
            exposed.domain, "test", exposed.name, original_name=exposed.name
        )
        if exposed.area:
            area = areas.async_get_or_create(exposed.area)
            entities.async_update_entity(entity.entity_id, area_id=area.id)
        attributes = {
            "friendly_name": exposed.name,
            "supported_features": _ALL_FEATURES,
            **exposed.attributes,
        }
        hass.states.async_set(entity.entity_id, exposed.state, attributes)
        async_expose_entity(hass, "conversation", entity.entity_id, should_expose=True)
    async_expose_entity(hass, "conversation", "script.good_night", should_expose=True)
    return llm.LLMContext(
        platform="test",
        context=Context(),
        language="en",
        assistant="conversation",
        device_id=_satellite(hass, areas.async_get_or_create("Kitchen").id),
    )


def _satellite(hass: HomeAssistant, area_id: str) -> str:
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "satellite")}
    )
    devices.async_update_device(device.id, area_id=area_id)
    async_register_timer_handler(hass, device.id, lambda *_: None)
    return device.id


def offered(api: llm.APIInstance) -> dict[str, Any]:
    """Return the prompt and the tools of an API, as JSON has them."""
    tools = [
        {
            "type": "function",
            "name": tool.name,
            "description": tool.description,
            "parameters": probatio.to_openapi(
                tool.parameters, custom_serializer=api.custom_serializer, openapi_version="3.1.0"
            ),
        }
        for tool in api.tools
    ]
    found: dict[str, Any] = json.loads(
        json.dumps({"prompt": api.api_prompt, "tools": tools}, default=str)
    )
    return found

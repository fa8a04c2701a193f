"""Set-up, unloading, and a first command."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind


async def test_text_command_is_answered(hass: HomeAssistant, bus: Any) -> None:
    hass.states.async_set("light.lamp", "off")
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it", "request_id": "r1"})

    (answer,) = bus.heard(Kind.COMMAND_RESPONSE)
    assert answer["request_id"] == "r1"
    assert answer["source"] == "home_assistant"
    assert answer["outcome"] == "done"
    assert answer["text"] == "what time is it"


async def test_everybody_is_asked_to_register(bus: Any) -> None:
    assert bus.heard(Kind.QUERY) == [
        {"source": "home_assistant", "timestamp": bus.heard(Kind.QUERY)[0]["timestamp"]}
    ]


async def test_unload(hass: HomeAssistant, bus: Any, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED

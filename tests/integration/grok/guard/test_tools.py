"""What a call of a tool is taken for, whatever the tool and however the thing is named."""

from typing import Any

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    llm,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN
from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import (
    REFUSED_HIDDEN,
    Verdict,
)

from ..conftest import Home
from .verdicts import (
    BACK,
    FRONT,
    GARAGE,
    Harmless,
    Reader,
    Strange,
    Telling,
    tool_verdict,
    touched,
)


async def test_looking_is_allowed(hass: HomeAssistant, home: Home) -> None:
    assert tool_verdict(hass, Reader(), name="Front door") == Verdict()


@pytest.mark.parametrize(
    ("arguments", "touches"),
    [
        ({}, set()),
        ({"text": "Turn the radio up"}, set()),
        ({"name": "Kitchen light"}, set()),
        ({"target": {"entity_id": "lock.test_front_door"}}, {FRONT}),
        ({"lock.test_front_door": True}, {FRONT}),
        ({"name": "Front door"}, {FRONT}),
        ({"area": "Garage"}, {GARAGE}),
        ({"command": "Unlock"}, {Touch(Strange.name, Deed.CALL)}),
        ({"which": " FRONT door"}, {FRONT}),
        ({"which": ["Garage door, Kitchen light"]}, {GARAGE}),
        ({"where": {"room": "hallway"}}, {FRONT, BACK}),
        ({"where": "Kitchen"}, set()),
        ({"target": "ALL "}, {Touch(Strange.name, Deed.CALL)}),
        ({"text": "Tell me whether the front door is shut"}, set()),
    ],
)
async def test_a_tool_that_nobody_knows(
    hass: HomeAssistant, home: Home, arguments: dict[str, Any], touches: set[Touch]
) -> None:
    assert tool_verdict(hass, Strange(), **arguments).touches == touches
    wrapped = llm.NamespacedTool("other", Strange())
    assert {each.deed for each in tool_verdict(hass, wrapped, **arguments).touches} == {
        each.deed for each in touches
    }


async def test_a_tool_whose_name_says_enough(hass: HomeAssistant, home: Home) -> None:
    assert tool_verdict(hass, Telling()) == touched(Touch(Telling.name, Deed.CALL))


@pytest.mark.parametrize(("tool", "asks"), [(Strange(), True), (Harmless(), False)])
async def test_a_tool_once_strangers_had_a_word(
    hass: HomeAssistant, home: Home, tool: llm.Tool, asks: bool
) -> None:
    assert bool(tool_verdict(hass, tool, is_tainted=True).touches) is asks


async def test_a_device_by_its_id(hass: HomeAssistant, home: Home) -> None:
    """In Home Assistant, and on a bus."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{entry.entry_id}:strong-box")}
    )
    er.async_get(hass).async_update_entity("lock.test_front_door", device_id=device.id)
    assert tool_verdict(hass, Strange(), device=device.id) == touched(FRONT)
    assert tool_verdict(hass, Strange(), device_id="strong-box", command="lock") == touched(FRONT)


async def test_an_entity_by_the_id_of_its_entry(hass: HomeAssistant, home: Home) -> None:
    entry = er.async_get(hass).async_get("lock.test_front_door")
    assert entry is not None
    assert tool_verdict(hass, Strange(), target=[entry.id]) == touched(FRONT)


@pytest.mark.parametrize("tool", [Strange(), llm.NamespacedTool("x", Harmless())])
async def test_what_is_not_exposed_is_not_touched(
    hass: HomeAssistant, home: Home, tool: llm.Tool
) -> None:
    async_expose_entity(hass, ASSISTANT, "light.test_kitchen_light", should_expose=False)
    verdict = tool_verdict(hass, tool, target="light.test_kitchen_light")
    assert verdict == Verdict(refusal=REFUSED_HIDDEN)


async def test_a_device_with_things_that_are_not_exposed(hass: HomeAssistant, home: Home) -> None:
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "lamp")}
    )
    er.async_get(hass).async_update_entity("light.test_kitchen_light", device_id=device.id)
    async_expose_entity(hass, ASSISTANT, "light.test_kitchen_light", should_expose=False)
    assert tool_verdict(hass, Harmless(), device=device.id) == Verdict()


@pytest.mark.parametrize("integration", ["calendar", "media_player", "todo", "vacuum"])
async def test_tools_that_move_only_their_own(
    hass: HomeAssistant, home: Home, integration: str
) -> None:
    tool = Strange()
    tool.integration = integration
    assert tool_verdict(hass, tool, area="Hallway", is_tainted=True) == Verdict()

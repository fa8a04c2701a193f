"""Nothing that opens or guards the house is touched, whatever Grok calls."""

from dataclasses import replace
from typing import Any

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, floor_registry as fr, llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.alicia.grok.agent import Agent
from custom_components.alicia.grok.gate import (
    REFUSAL,
    REFUSAL_LATER,
    ToolCall,
    async_is_guarded,
    refuse_what_guards,
)
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import Home


@pytest.mark.parametrize(
    ("arguments", "guarded"),
    [
        ({"name": "Front door", "domain": ["lock"]}, True),
        ({"name": "front DOOR"}, True),
        ({"name": "lock.test_front_door"}, True),
        ({"area": "Hallway"}, True),
        ({"domain": ["lock"]}, True),
        ({"domain": "lock"}, True),
        ({"name": "Garage door"}, True),
        ({"device_class": ["garage"], "domain": ["cover"]}, True),
        ({"name": "all", "domain": ["lock"]}, True),
        ({"name": "All"}, True),
        ({"name": "all", "domain": ["light"]}, False),
        ({"data": {"target": ["lock.test_front_door"]}}, True),
        ({"name": "Kitchen light", "domain": ["light"]}, False),
        ({"name": "Bedroom blinds", "position": 40}, False),
        ({"area": "Kitchen"}, False),
        ({"area": "Hallway", "domain": ["vacuum"]}, False),
        ({"name": "Nothing of this name"}, False),
        ({"name": " ", "domain": [], "area": 7}, False),
        ({}, False),
    ],
)
async def test_what_is_guarded(
    hass: HomeAssistant, home: Home, arguments: dict[str, Any], guarded: bool
) -> None:
    assert async_is_guarded(hass, arguments) is guarded


async def test_one_of_two_with_a_name(hass: HomeAssistant, home: Home) -> None:
    """A harmless thing does not hide one that guards."""
    hass.states.async_set("valve.kitchen_light", "closed", {"friendly_name": "Kitchen light"})
    async_expose_entity(hass, ASSISTANT, "valve.kitchen_light", should_expose=True)
    assert async_is_guarded(hass, {"name": "Kitchen light"})


async def test_a_floor(hass: HomeAssistant, home: Home) -> None:
    floor = fr.async_get(hass).async_create("Ground floor")
    areas = ar.async_get(hass)
    for area in areas.async_list_areas():
        areas.async_update(area.id, floor_id=floor.floor_id)
    assert async_is_guarded(hass, {"floor": "Ground floor"})
    assert not async_is_guarded(hass, {"floor": "Ground floor", "domain": ["light"]})


class Reader(llm.Tool):
    """A tool that changes nothing."""

    name = "reader"
    annotations = llm.ToolAnnotations(read_only=True)


@pytest.mark.parametrize(("tool", "refusal"), [(Reader(), None), (llm.Tool(), REFUSAL)])
async def test_looking_is_allowed(
    hass: HomeAssistant, home: Home, tool: llm.Tool, refusal: str | None
) -> None:
    context = llm.LLMContext("test", Context(), "en", ASSISTANT, None)
    asked = llm.ToolInput("reader", {"name": "Front door"})
    assert await refuse_what_guards(ToolCall(hass, tool, asked, context, "id")) == refusal


@pytest.mark.parametrize(
    ("service", "name"),
    [("lock.unlock", "Front door"), ("lock.lock", "Haustür"), ("cover.open_cover", "Garage door")],
)
async def test_grok_is_told_no(
    hass: HomeAssistant, home: Home, xai: FakeXai, service: str, name: str
) -> None:
    calls = async_mock_service(hass, *service.split("."))
    for tool in ("intent__HassTurnOn", "intent__HassTurnOff"):
        xai.will(Turn(calls=(Call(tool, {"name": name}),)), Turn(text="I may not."))
        assert await home.say("Open up") == "I may not."
        (output,) = (
            item for item in xai.asked[-1].input if item.get("type") == "function_call_output"
        )
        assert REFUSAL in output["output"]
    assert calls == []


async def test_a_timer_has_no_command(home: Home, xai: FakeXai) -> None:
    """It would be done later, when nobody looks any more."""
    later = {"minutes": 1, "conversation_command": "unlock the front door"}
    xai.will(Turn(calls=(Call("intent__HassStartTimer", later),)), Turn(text="I may not."))
    await home.say("Go")
    (output,) = (item for item in xai.asked[-1].input if item.get("type") == "function_call_output")
    assert REFUSAL_LATER in output["output"]


async def test_every_call_goes_through_the_guard(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    """The guard is handed in; it sees the tool, the call, who asks and in which conversation."""
    seen: list[ToolCall] = []

    async def guard(call: ToolCall) -> str | None:
        seen.append(call)
        return "Not today."

    data = account.runtime_data
    entity = hass.data["entity_components"]["conversation"].get_entity("conversation.grok")
    entity._agent = Agent(hass, replace(data, guard=guard), entity._options, "key")
    lights = async_mock_service(hass, "light", "turn_on")
    on = Call("intent__HassTurnOn", {"name": "Kitchen light"})
    xai.will(Turn(calls=(on, Call("homeassistant__GetLiveContext"))), Turn(text="No."))
    result = await home.ask("Light!")
    assert {call.input.tool_name for call in seen} == {
        "intent__HassTurnOn",
        "homeassistant__GetLiveContext",
    }
    assert seen[0].tool is not None
    assert seen[0].conversation_id == result.conversation_id
    assert seen[0].context.device_id == home.satellite
    assert lights == []

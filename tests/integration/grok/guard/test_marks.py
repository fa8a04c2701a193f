"""What the user has marked asks, whatever is done to it; and what he has let be does not."""

from typing import Any

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    llm,
)
import pytest

from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import (
    Policy,
    Verdict,
)

from ..conftest import Home
from .verdicts import (
    BACK,
    FRONT,
    Harmless,
    Reader,
    Strange,
    intent_verdict,
    tool_verdict,
    touched,
)


async def test_what_is_marked_asks_whatever_is_done(hass: HomeAssistant, home: Home) -> None:
    policy = Policy(
        marked=frozenset({"cover.test_bedroom_blinds"}), tools=frozenset({"does_something"})
    )
    blinds = Touch("cover.test_bedroom_blinds", Deed.USE)
    for name in ("HassTurnOn", "HassTurnOff", "HassSetPosition"):
        assert intent_verdict(hass, name, policy, name="Bedroom blinds") == touched(blinds)
    call = Touch(Strange.name, Deed.CALL)
    assert tool_verdict(hass, Harmless(), policy) == touched(call)


@pytest.mark.parametrize(
    "name", ["somebody__does_something", "does_something", "x__somebody__does_something"]
)
@pytest.mark.parametrize("tool", [Harmless(), Reader()])
async def test_a_tool_that_is_marked(
    hass: HomeAssistant, home: Home, tool: llm.Tool, name: str
) -> None:
    """Whatever it says of itself, and whichever of its names was written down."""
    policy = Policy(tools=frozenset({name}))
    wanted = touched(Touch(Strange.name, Deed.CALL))
    assert tool_verdict(hass, llm.NamespacedTool("x", tool), policy) == wanted


async def test_a_tool_that_is_marked_by_its_integration(hass: HomeAssistant, home: Home) -> None:
    tool = Reader()
    tool.name, tool.integration = "look", "somebody"
    for name, asks in (("somebody__look", True), ("look", True), ("another__look", False)):
        assert bool(tool_verdict(hass, tool, Policy(tools=frozenset({name}))).touches) is asks


async def test_a_marked_intent_that_the_house_understands(hass: HomeAssistant, home: Home) -> None:
    policy = Policy(tools=frozenset({"intent__HassTurnOn"}))
    call = Touch("HassTurnOn", Deed.CALL)
    assert intent_verdict(hass, "HassTurnOn", policy, name="Kitchen light") == touched(call)
    assert intent_verdict(hass, "HassTurnOff", policy, name="Kitchen light") == Verdict()


@pytest.mark.parametrize(
    ("name", "slots", "marked"),
    [
        ("HassClimateSetTemperature", {"temperature": 21}, "climate.test_thermostat"),
        ("HassClimateSetTemperature", {"temperature": 21, "name": " "}, "climate.test_thermostat"),
        ("HassMediaPause", {}, "media_player.test_radio"),
        ("HassVacuumStart", {"area": "Hallway"}, "vacuum.test_robot"),
        ("HassVacuumCleanArea", {"area": "Kitchen"}, "vacuum.test_robot"),
    ],
)
async def test_what_is_marked_asks_where_nothing_is_named(
    hass: HomeAssistant, home: Home, name: str, slots: dict[str, Any], marked: str
) -> None:
    policy = Policy(marked=frozenset({marked}))
    assert intent_verdict(hass, name, policy, **slots) == touched(Touch(marked, Deed.USE))
    assert intent_verdict(hass, name, **slots) == Verdict()
    elsewhere = {**slots, "name": "Kitchen light"}
    assert intent_verdict(hass, name, policy, **elsewhere) == Verdict()


async def test_what_is_marked_may_be_looked_at(hass: HomeAssistant, home: Home) -> None:
    policy = Policy(marked=frozenset({"vacuum.test_robot"}))
    assert intent_verdict(hass, "HassGetState", policy, name="Robot") == Verdict()


async def test_a_marked_thing_and_a_tool_of_its_kind(hass: HomeAssistant, home: Home) -> None:
    tool = Strange()
    tool.integration = "media_player"
    policy = Policy(marked=frozenset({"media_player.test_radio"}))
    use = Touch("media_player.test_radio", Deed.USE)
    for arguments in ({}, {"name": "Radio"}, {"area": "Kitchen"}):
        assert tool_verdict(hass, tool, policy, **arguments) == touched(use)
    assert tool_verdict(hass, tool, policy, area="Bedroom") == Verdict()


async def test_what_runs_others_is_switched_off(hass: HomeAssistant, home: Home) -> None:
    """That runs nothing."""
    hass.states.async_set("scene.theirs", "", {"entity_id": ["lock.test_front_door"]})
    async_expose_entity(hass, ASSISTANT, "scene.theirs", should_expose=True)
    assert intent_verdict(hass, "HassTurnOff", name="scene.theirs") == Verdict()
    run = Touch("scene.theirs", Deed.RUN)
    assert intent_verdict(hass, "HassTurnOn", name="scene.theirs") == touched(run, FRONT)
    policy = Policy(marked=frozenset({"scene.theirs"}))
    use = Touch("scene.theirs", Deed.USE)
    assert intent_verdict(hass, "HassTurnOff", policy, name="scene.theirs") == touched(use)


async def test_what_needs_not_be_asked_for(hass: HomeAssistant, home: Home) -> None:
    policy = Policy(unasked=frozenset({"lock.test_front_door"}))
    assert intent_verdict(hass, "HassTurnOff", policy, domain=["lock"]) == touched(BACK)
    arguments = {"target": "lock.test_front_door"}
    assert tool_verdict(hass, Harmless(), policy, **arguments) == Verdict()
    tainted = tool_verdict(hass, Harmless(), policy, is_tainted=True, **arguments)
    assert tainted == touched(FRONT)


async def test_a_script_that_needs_not_be_asked_for(hass: HomeAssistant, home: Home) -> None:
    policy = Policy(
        marked=frozenset({"script.good_night"}), unasked=frozenset({"script.good_night"})
    )
    assert intent_verdict(hass, "HassTurnOn", policy, name="Good night") == Verdict()

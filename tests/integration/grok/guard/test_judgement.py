"""What a call is taken for, whatever the tool and however the thing is named."""

from typing import Any

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    intent,
    llm,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN
from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import (
    REFUSED_HIDDEN,
    REFUSED_LATER,
    Policy,
    Verdict,
    async_judge,
    async_judge_intent,
)

from ..conftest import Home

FRONT = Touch("lock.test_front_door", Deed.UNLOCK)
BACK = Touch("lock.test_haustur", Deed.UNLOCK)
GARAGE = Touch("cover.test_garage_door", Deed.OPEN)


def touched(*touches: Touch) -> Verdict:
    return Verdict(frozenset(touches))


def intent_verdict(
    hass: HomeAssistant, name: str, policy: Policy | None = None, /, **slots: Any
) -> Verdict:
    return async_judge_intent(hass, policy or Policy(), name, slots, is_tainted=False)


class Strange(llm.Tool):
    """A tool of somebody else, which says nothing of itself."""

    name = "somebody__does_something"
    integration = "somebody"


class Telling(Strange):
    name = "somebody__unlock_vehicle"


class Reader(Strange):
    """A tool that changes nothing."""

    annotations = llm.ToolAnnotations(read_only=True)


class Harmless(Strange):
    """A tool that says that it only adds something here."""

    annotations = llm.ToolAnnotations(destructive=False, open_world=False)


def tool_verdict(
    hass: HomeAssistant,
    tool: llm.Tool,
    policy: Policy | None = None,
    /,
    *,
    is_tainted: bool = False,
    **arguments: Any,
) -> Verdict:
    return async_judge(hass, policy or Policy(), tool, arguments, is_tainted=is_tainted)


@pytest.mark.parametrize(
    ("name", "slots", "touches"),
    [
        ("HassTurnOff", {"name": "Front door", "domain": ["lock"]}, {FRONT}),
        ("HassTurnOff", {"name": " front DOOR "}, {FRONT}),
        ("HassTurnOff", {"name": "lock.test_front_door"}, {FRONT}),
        ("HassTurnOff", {"name": "LOCK.test_front_door"}, {FRONT}),
        ("HassTurnOff", {"area": "Hallway"}, {FRONT, BACK}),
        ("HassTurnOff", {"domain": ["lock"]}, {FRONT, BACK}),
        ("HassTurnOff", {"domain": "lock"}, {FRONT, BACK}),
        ("HassTurnOff", {"name": "all"}, {FRONT, BACK}),
        ("HassTurnOff", {"name": "All", "domain": ["lock"]}, {FRONT, BACK}),
        ("HassTurnOff", {"name": "all", "domain": ["light"]}, set()),
        ("HassTurnOff", {"data": {"target": ["lock.test_front_door"]}}, {FRONT}),
        ("HassTurnOff", {"name": "switch.a, lock.test_front_door"}, {FRONT}),
        ("HassTurnOff", {"name": "loc\u212a.test_front_door"}, {FRONT}),
        ("HassTurnOn", {"name": "Front door"}, set()),
        ("HassTurnOn", {"name": "Garage door"}, {GARAGE}),
        ("HassTurnOff", {"name": "Garage door"}, set()),
        ("HassStopMoving", {"name": "Garage door"}, set()),
        ("HassToggle", {"name": "Garage door"}, {GARAGE}),
        ("HassToggle", {"name": "Front door"}, {FRONT}),
        ("HassOpenCover", {"device_class": ["garage"], "domain": ["cover"]}, {GARAGE}),
        ("HassOpenCover", {}, {GARAGE}),
        ("HassOpenCover", {"name": ""}, {GARAGE}),
        ("HassOpenCover", {"name": "Front door"}, set()),
        ("HassCloseCover", {}, set()),
        ("HassSetPosition", {"name": "all", "position": 40}, {GARAGE}),
        ("HassSetPosition", {"name": "Garage door", "position": 10}, {GARAGE}),
        ("HassSetPosition", {"name": "Garage door", "position": 0}, set()),
        ("HassSetPosition", {"name": "Bedroom blinds", "position": 40}, set()),
        ("HassTurnOff", {"name": "Kitchen light", "domain": ["light"]}, set()),
        ("HassTurnOff", {"area": "Kitchen"}, set()),
        ("HassTurnOff", {"area": "Hallway", "domain": ["vacuum"]}, set()),
        ("HassTurnOff", {"name": "Nothing of this name"}, set()),
        ("HassTurnOff", {"name": " ", "domain": [], "area": 7}, set()),
        ("HassTurnOff", {"name": ["Front door"], "domain": [None, ""]}, set()),
        ("HassTurnOff", {}, set()),
        ("HassGetState", {"name": "Front door"}, set()),
        ("HassLightSet", {"area": "Hallway"}, set()),
        ("HassNobodyKnows", {"name": "Front door"}, {FRONT}),
        ("SomebodyElses", {"area": "Garage"}, {GARAGE}),
    ],
)
async def test_intents(
    hass: HomeAssistant, home: Home, name: str, slots: dict[str, Any], touches: set[Touch]
) -> None:
    assert intent_verdict(hass, name, **slots) == Verdict(frozenset(touches))


async def test_what_an_intent_does_not_reach(hass: HomeAssistant, home: Home) -> None:
    """Home Assistant turns no alarm off by what turns things off in an area."""
    entry = er.async_get(hass).async_get_or_create(
        "alarm_control_panel", "test", "alarm", original_name="Alarm"
    )
    hallway = ar.async_get(hass).async_get_or_create("Hallway")
    er.async_get(hass).async_update_entity(entry.entity_id, area_id=hallway.id)
    hass.states.async_set(entry.entity_id, "armed_away", {"friendly_name": "Alarm"})
    async_expose_entity(hass, ASSISTANT, entry.entity_id, should_expose=True)
    disarm = Touch(entry.entity_id, Deed.DISARM)
    assert intent_verdict(hass, "HassTurnOff", area="Hallway") == touched(FRONT, BACK)
    assert intent_verdict(hass, "Another", area="Hallway") == touched(FRONT, BACK, disarm)


@pytest.mark.parametrize(
    ("service", "touches"),
    [("lock.unlock", {FRONT}), ("lock.lock", set()), ("light.toggle", set())],
)
async def test_an_intent_that_has_home_assistants_handler(
    hass: HomeAssistant, home: Home, service: str, touches: set[Touch]
) -> None:
    for name in ("HassMine", "HassGetMeIn"):
        intent.async_register(hass, intent.ServiceIntentHandler(name, *service.split(".")))
        verdict = intent_verdict(hass, name, name="Front door")
        assert verdict == Verdict(frozenset(touches))


async def test_another_intent_of_home_assistants_name(hass: HomeAssistant, home: Home) -> None:
    """Whoever calls an intent of his own like one of Home Assistant's is not taken for it."""

    class Mine(intent.IntentHandler):
        intent_type = "HassMine"

    intent.async_register(hass, Mine())
    assert intent_verdict(hass, "HassMine", name="Front door") == touched(FRONT)


async def test_one_of_two_with_a_name(hass: HomeAssistant, home: Home) -> None:
    """A harmless thing does not hide one that guards."""
    hass.states.async_set("valve.kitchen_light", "closed", {"friendly_name": "Kitchen light"})
    async_expose_entity(hass, ASSISTANT, "valve.kitchen_light", should_expose=True)
    valve = Touch("valve.kitchen_light", Deed.OPEN)
    assert intent_verdict(hass, "HassTurnOn", name="Kitchen light") == touched(valve)


async def test_a_floor(hass: HomeAssistant, home: Home) -> None:
    floor = fr.async_get(hass).async_create("Ground floor", aliases={"Below"})
    areas = ar.async_get(hass)
    for area in areas.async_list_areas():
        areas.async_update(area.id, floor_id=floor.floor_id)
    assert intent_verdict(hass, "HassTurnOff", floor="below") == touched(FRONT, BACK)
    assert intent_verdict(hass, "HassTurnOff", floor="Below", domain=["light"]) == Verdict()


async def test_a_group_and_a_group_of_groups(hass: HomeAssistant, home: Home) -> None:
    members = ["group.inner", "light.test_kitchen_light", "group.outer"]
    hass.states.async_set("group.outer", "on", {"entity_id": members, "friendly_name": "Outer"})
    inner = {"group_entities": ["LOCK.test_front_door", "cover.test_garage_door"]}
    hass.states.async_set("group.inner", "on", inner)
    async_expose_entity(hass, ASSISTANT, "group.outer", should_expose=True)
    assert intent_verdict(hass, "HassTurnOff", name="Outer") == touched(FRONT)
    assert intent_verdict(hass, "HassTurnOn", name="Outer") == touched(GARAGE)


async def test_what_is_unavailable_keeps_its_class(hass: HomeAssistant, home: Home) -> None:
    entry = er.async_get(hass).async_get_or_create(
        "cover", "test", "gate", original_device_class="gate", original_name="Side gate"
    )
    hass.states.async_set(entry.entity_id, "unavailable", {"friendly_name": "Side gate"})
    async_expose_entity(hass, ASSISTANT, entry.entity_id, should_expose=True)
    gate = Touch(entry.entity_id, Deed.OPEN)
    assert intent_verdict(hass, "HassTurnOn", name="Side gate") == touched(gate)


@pytest.mark.parametrize("position", [0, 30, 60])
async def test_a_door_that_says_how_far_it_is_open(
    hass: HomeAssistant, home: Home, position: int
) -> None:
    attributes = {"device_class": "garage", "current_position": 60, "friendly_name": "Garage door"}
    hass.states.async_set("cover.test_garage_door", "open", attributes)
    slots = {"name": "Garage door", "position": position}
    assert intent_verdict(hass, "HassSetPosition", **slots) == Verdict()
    slots["position"] = 61
    assert intent_verdict(hass, "HassSetPosition", **slots) == touched(GARAGE)


@pytest.mark.parametrize("command", ["unlock the front door", ["x"], 7])
async def test_a_command_for_later(hass: HomeAssistant, home: Home, command: object) -> None:
    later = {"minutes": 1, "conversation_command": command}
    assert intent_verdict(hass, "HassStartTimer", **later) == Verdict(refusal=REFUSED_LATER)
    assert intent_verdict(hass, "HassStartTimer", minutes=1) == Verdict()
    assert intent_verdict(hass, "HassStartTimer", minutes=1, conversation_command=" ") == Verdict()


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


@pytest.mark.parametrize(("domain", "asks"), [("button", True), ("light", False)])
async def test_a_button_of_a_lock(hass: HomeAssistant, home: Home, domain: str, asks: bool) -> None:
    """It may pull the latch; a light of a garage's motor only shines."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "lock")}
    )
    entities = er.async_get(hass)
    entities.async_update_entity("lock.test_front_door", device_id=device.id)
    beside = entities.async_get_or_create(
        domain, "test", "beside", original_name="Beside", device_id=device.id
    )
    hass.states.async_set(beside.entity_id, "unknown", {"friendly_name": "Beside"})
    async_expose_entity(hass, ASSISTANT, beside.entity_id, should_expose=True)
    wanted = touched(Touch(beside.entity_id, Deed.USE)) if asks else Verdict()
    assert intent_verdict(hass, "HassTurnOn", name=beside.entity_id) == wanted


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

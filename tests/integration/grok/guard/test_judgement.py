"""What an intent is taken for, however the thing is named."""

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
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import (
    REFUSED_LATER,
    Verdict,
)

from ..conftest import Home
from .verdicts import (
    BACK,
    FRONT,
    GARAGE,
    intent_verdict,
    touched,
)


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

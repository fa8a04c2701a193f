"""What a script, an automation or a scene would do is read before it runs."""

from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, label_registry as lr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import Policy, async_judge_intent
from custom_components.alicia.grok.guard.scripts import _Reader, async_reach

from ..conftest import Home

FRONT, BACK, GARAGE = "lock.test_front_door", "lock.test_haustur", "cover.test_garage_door"
LAMP = "light.test_kitchen_light"
UNLOCK, OPEN = Touch(FRONT, Deed.UNLOCK), Touch(GARAGE, Deed.OPEN)
RUN = Touch("script.x", Deed.RUN)

Step = dict[str, Any]


def step(action: str, entity_id: str = FRONT, **more: Any) -> Step:
    return {"action": action, "target": {"entity_id": entity_id}, **more}


async def load(hass: HomeAssistant, domain: str, config: object) -> None:
    """Give an integration what the user has written."""
    with patch("homeassistant.config.load_yaml_config_file", return_value={domain: config}):
        await hass.services.async_call(domain, "reload", blocking=True)
    await hass.async_block_till_done()


async def reach(
    hass: HomeAssistant, *steps: Step, marked: str = "", **scripts: list[Step]
) -> frozenset[Touch]:
    """Return what a script would do, beside others."""
    config = {name: {"sequence": each} for name, each in {"x": [*steps], **scripts}.items()}
    await load(hass, "script", config)
    return async_reach(hass, "script.x", frozenset({marked}))


@pytest.mark.parametrize(
    ("steps", "touches"),
    [
        ([], set()),
        ([step("lock.lock")], set()),
        ([{"action": "light.turn_on", "target": {"area_id": "hallway"}}], set()),
        ([step("script.good_night", FRONT)], set()),
        ([step("light.turn_off", "all")], set()),
        ([step("cover.close_cover", GARAGE)], set()),
        ([step("cover.open_cover", "cover.test_bedroom_blinds")], set()),
        ([step("homeassistant.turn_off", "all")], set()),
        ([{"action": "notify.persistent_notification", "data": {"message": "unlock"}}], set()),
        ([{"delay": 1}, {"event": "unlock"}, {"stop": "enough"}], set()),
        ([step("lock.unlock")], {UNLOCK}),
        ([step("lock.open")], {UNLOCK}),
        ([step("somebody.set_bolt")], {UNLOCK}),
        ([{"action": "lock.unlock", "data": {"entity_id": [FRONT]}}], {UNLOCK}),
        ([{"action": "lock.unlock", "data": {"entity_id": f" {FRONT}"}}], {UNLOCK}),
        ([{"action": "lock.unlock", "data": {"entity_id": FRONT.upper()}}], {UNLOCK}),
        (
            [{"action": "lock.unlock", "data": {"entity_id": f"light.a, {FRONT},{GARAGE}"}}],
            {UNLOCK},
        ),
        ([{"action": "cover.toggle", "data": {"entity_id": "ALL"}}], {OPEN}),
        ([{"action": "cover.toggle", "data": {"entity_id": "none"}}], set()),
        ([{"service": "lock.unlock", "entity_id": FRONT}], {UNLOCK}),
        ([step("cover.toggle", GARAGE)], {OPEN}),
        ([step("homeassistant.toggle", GARAGE)], {OPEN}),
        ([step("cover.set_cover_position", GARAGE, data={"position": 50})], {OPEN}),
        ([step("cover.set_cover_position", GARAGE, data={"position": 0})], set()),
        ([step("cover.set_cover_position", GARAGE, data={"position": "{{ 0 }}"})], {OPEN}),
        ([{"if": [], "then": [], "else": [step("lock.unlock")]}], {UNLOCK}),
        ([{"choose": [{"conditions": [], "sequence": [step("lock.unlock")]}]}], {UNLOCK}),
        ([{"choose": [], "default": [step("lock.unlock")]}], {UNLOCK}),
        ([{"repeat": {"count": 2, "sequence": [step("lock.unlock")]}}], {UNLOCK}),
        ([{"parallel": [{"sequence": [step("lock.unlock")]}]}], {UNLOCK}),
        ([{"sequence": [step("lock.unlock"), step("cover.open_cover", GARAGE)]}], {UNLOCK, OPEN}),
        ([{**step("lock.unlock"), "enabled": False}], {UNLOCK}),
    ],
)
async def test_steps(
    hass: HomeAssistant, home: Home, steps: list[Step], touches: set[Touch]
) -> None:
    assert await reach(hass, *steps) == (touches | {RUN} if touches else set())


@pytest.mark.parametrize(
    "steps",
    [
        [{"action": "{{ what }}", "data": {}}],
        [step("lock.unlock", "{{ door }}")],
        [step("lock.unlock", [FRONT, "{{ door }}"])],  # type: ignore[arg-type]
        [{"action": "lock.unlock", "target": "{{ door }}"}],
        [step("cover.open_cover", "{{ door }}")],
        [step("script.turn_on", "{{ which }}")],
        [step("homeassistant.toggle", "{{ which }}")],
        [{"action": "conversation.process", "data": {"text": "unlock the front door"}}],
        [{"action": "alicia.process_command", "data": {"text": "unlock the front door"}}],
    ],
)
async def test_steps_of_which_nobody_can_tell(
    hass: HomeAssistant, home: Home, steps: list[Step]
) -> None:
    assert await reach(hass, *steps) == {RUN}


@pytest.mark.parametrize(
    "steps", [[step("lock.lock", "{{ door }}")], [step("light.turn_on", "{{ lamp }}")]]
)
async def test_steps_that_are_harmless_to_whatever_it_is(
    hass: HomeAssistant, home: Home, steps: list[Step]
) -> None:
    assert await reach(hass, *steps) == set()


@pytest.mark.parametrize(
    "start",
    [
        {"action": "script.y"},
        step("script.turn_on", "script.y"),
        step("homeassistant.turn_on", "script.y"),
        {"action": "script.turn_on", "data": {"entity_id": "script.a, script.y"}},
    ],
)
async def test_a_script_that_runs_another(hass: HomeAssistant, home: Home, start: Step) -> None:
    """And that one runs the first again."""
    found = await reach(hass, start, y=[{"action": "script.x"}, step("lock.unlock")])
    assert found == {RUN, UNLOCK}


async def test_areas_devices_and_labels(hass: HomeAssistant, home: Home) -> None:
    entities = er.async_get(hass)
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "lock")}
    )
    label = lr.async_get(hass).async_create("Doors")
    entities.async_update_entity(FRONT, device_id=device.id)
    entities.async_update_entity(GARAGE, labels={label.label_id})
    found = await reach(hass, {"action": "lock.unlock", "target": {"device_id": device.id}})
    assert found == {RUN, UNLOCK}
    found = await reach(hass, {"action": "lock.unlock", "target": {"area_id": "hallway"}})
    assert found == {RUN, UNLOCK, Touch(BACK, Deed.UNLOCK)}
    found = await reach(hass, {"action": "cover.toggle", "target": {"label_id": label.label_id}})
    assert found == {RUN, OPEN}


@pytest.mark.parametrize(("state", "asks"), [("locked", False), ("unlocked", True)])
async def test_a_scene(hass: HomeAssistant, home: Home, state: str, asks: bool) -> None:
    scene = {"name": "Leaving", "entities": {FRONT: state, "light.test_kitchen_light": "off"}}
    await load(hass, "scene", [scene])
    wanted = {Touch("scene.leaving", Deed.RUN), UNLOCK} if asks else set()
    assert async_reach(hass, "scene.leaving", frozenset()) == wanted
    found = await reach(hass, {"scene": "scene.leaving"})
    assert found == ({RUN, UNLOCK} if asks else set())
    found = await reach(hass, {"action": "scene.apply", "data": {"entities": {FRONT: state}}})
    assert found == ({RUN, UNLOCK} if asks else set())


async def test_a_scene_of_somebody_else(hass: HomeAssistant, home: Home) -> None:
    hass.states.async_set("scene.theirs", "", {"entity_id": [FRONT]})
    assert async_reach(hass, "scene.theirs", frozenset()) == {
        Touch("scene.theirs", Deed.RUN),
        UNLOCK,
    }
    assert async_reach(hass, "scene.nobodys", frozenset()) == set()


async def test_an_automation(hass: HomeAssistant, home: Home) -> None:
    config = {"alias": "Postman", "triggers": [], "actions": [step("lock.unlock")]}
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    found = await reach(hass, step("automation.trigger", "automation.postman"))
    assert found == {RUN, UNLOCK}


@pytest.mark.parametrize(("kind", "asks"), [("unlock", True), ("open", True), ("lock", False)])
async def test_an_action_of_a_device(
    hass: HomeAssistant, home: Home, kind: str, asks: bool
) -> None:
    given = {"device_id": "any", "domain": "lock", "type": kind}
    reader = _Reader(hass, frozenset())
    assert set(reader.steps([{**given, "entity_id": FRONT}])) == ({UNLOCK} if asks else set())
    assert bool(set(reader.steps([given]))) is asks


async def test_a_group_of_doors(hass: HomeAssistant, home: Home) -> None:
    """Whatever way a script moves it, its members are moved."""
    group = {"entity_id": [GARAGE], "device_class": None}
    hass.states.async_set("cover.doors", "closed", group)
    for each in (
        step("cover.open_cover", "cover.doors"),
        {"action": "scene.apply", "data": {"entities": {"Cover.Doors ": "open"}}},
    ):
        assert await reach(hass, each) == {RUN, OPEN}
    device = {"device_id": "any", "domain": "cover", "type": "open", "entity_id": "cover.doors"}
    assert set(_Reader(hass, frozenset()).steps([device])) == {OPEN}
    hass.states.async_set("scene.theirs", "", {"entity_id": ["cover.doors"]})
    assert OPEN in async_reach(hass, "scene.theirs", frozenset())


@pytest.mark.parametrize(
    "each",
    [
        step("light.turn_on", LAMP),
        step("light.turn_on", "all"),
        step("light.turn_off", "{{ lamp }}"),
        step("homeassistant.toggle", LAMP),
        {"action": "light.turn_on", "target": {"area_id": "kitchen"}},
        {"action": "scene.apply", "data": {"entities": {LAMP: "on"}}},
    ],
)
async def test_what_is_marked_asks_also_within_a_script(
    hass: HomeAssistant, home: Home, each: Step
) -> None:
    assert await reach(hass, each) == set()
    found = await reach(hass, each, marked=LAMP)
    assert found >= {RUN}
    assert found <= {RUN, Touch(LAMP, Deed.USE)}


async def test_an_action_of_a_device_that_is_marked(hass: HomeAssistant, home: Home) -> None:
    given = {"device_id": "any", "domain": "light", "type": "toggle", "entity_id": LAMP}
    assert set(_Reader(hass, frozenset()).steps([given])) == set()
    assert set(_Reader(hass, frozenset({LAMP})).steps([given])) == {Touch(LAMP, Deed.USE)}


async def test_a_marked_script_asks_also_within_another(hass: HomeAssistant, home: Home) -> None:
    found = await reach(hass, {"action": "script.y"}, y=[], marked="script.y")
    assert found == {RUN, Touch("script.y", Deed.RUN)}
    assert await reach(hass, step("script.turn_off", "script.y"), y=[]) == set()


@pytest.mark.parametrize("child", [True, False])
async def test_a_button_of_a_lock(hass: HomeAssistant, home: Home, child: bool) -> None:
    """A script may press it, too; also where the lock is a part of a thing that has buttons."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    whole = devices.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "door")}
    )
    part = devices.async_get_or_create_child(
        config_entry_id=entry.entry_id, identifiers={("test", "bolt")}, parent_device_id=whole.id
    )
    beside, at = (whole, part) if child else (part, whole)
    entities.async_update_entity(FRONT, device_id=at.id)
    button = entities.async_get_or_create("button", "test", "latch", device_id=beside.id).entity_id
    hass.states.async_set(button, "unknown")
    assert await reach(hass, step("button.press", button)) == {RUN, Touch(button, Deed.USE)}


async def test_a_script_of_an_intent(hass: HomeAssistant, home: Home) -> None:
    scripts = {
        "LetIn": {"action": [step("lock.unlock")]},
        "Say": {"speech": {"text": "Hello"}},
        "HassTurnOn": {"action": [step("lock.unlock")]},
    }
    assert await async_setup_component(hass, "intent_script", {"intent_script": scripts})

    def touches(name: str, *, is_tainted: bool = False) -> frozenset[Touch]:
        slots = {"name": "Kitchen light"}
        return async_judge_intent(hass, Policy(), name, slots, is_tainted=is_tainted).touches

    assert touches("LetIn") == {UNLOCK, Touch("LetIn", Deed.RUN)}
    assert touches("HassTurnOn") == {UNLOCK, Touch("HassTurnOn", Deed.RUN)}
    assert touches("Say") == set()
    assert touches("Say", is_tainted=True) == {Touch("Say", Deed.RUN)}

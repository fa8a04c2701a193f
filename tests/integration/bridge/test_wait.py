"""An answer can wait for the states of devices that report after the action has returned."""

import asyncio
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import EVENT_CALL_SERVICE, Event, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)

from custom_components.alicia.bridge import bridge
from custom_components.alicia.bus.topics import Kind

FAN = "input_boolean.fan"
DESK, HALL = "light.desk", "light.hall"


class Lamps:
    """Lights of Home Assistant's MQTT integration: they are what their devices say."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    async def add(self, name: str, **config: Any) -> None:
        """Have a light discovered, and its device say that it is off."""
        topics = {"command_topic": f"lamps/{name}/set", "availability_topic": f"lamps/{name}/here"}
        lamp = {"name": name, "unique_id": name, "state_topic": f"lamps/{name}", **topics, **config}
        await self._fire(f"homeassistant/light/{name}/config", json.dumps(lamp))
        await self._fire(f"lamps/{name}/here", "online")
        await self.say(name, "OFF")
        async_expose_entity(self._hass, "conversation", f"light.{name}", True)

    async def say(self, name: str, state: str) -> None:
        """Have a device report its state."""
        await self._fire(f"lamps/{name}", state)

    async def lose(self, name: str) -> None:
        """Have a device go offline."""
        await self._fire(f"lamps/{name}/here", "offline")

    async def _fire(self, topic: str, payload: str) -> None:
        async_fire_mqtt_message(self._hass, topic, payload)
        await self._hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
def mqtt_config_entry_options() -> dict[str, Any]:
    """Return options of the MQTT entry with which lights are discovered."""
    return {"birth_message": {}}


@pytest.fixture
async def lamps(hass: HomeAssistant, house: Any) -> Lamps:
    """Return the lights of the house."""
    lamps = Lamps(hass)
    await lamps.add("desk")
    await lamps.add("hall")
    return lamps


@pytest.fixture
def calls(hass: HomeAssistant) -> list[tuple[str, Any]]:
    """Return the actions that are called from now on, each with its entities."""
    calls: list[tuple[str, Any]] = []

    def on_call(event: Event[Any]) -> None:
        calls.append((event.data["service"], event.data["service_data"].get("entity_id")))

    hass.bus.async_listen(EVENT_CALL_SERVICE, on_call)
    return calls


async def command(house: Any, request_id: str, *entity_ids: str, **fields: Any) -> None:
    request = {"service": "turn_on", "entity_id": list(entity_ids), "wait": 5, **fields}
    await house.say(Kind.HA_COMMAND, {"request_id": request_id, **request})


def answers(house: Any) -> dict[str, dict[str, Any]]:
    return {each["request_id"]: each for each in house.heard(Kind.HA_RESPONSE)}


def states(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["entity_id"], each["state"]) for each in answer["states"]]


async def test_the_answer_has_the_state_that_came_later(house: Any, lamps: Lamps) -> None:
    await command(house, "r", DESK)
    assert not answers(house), "the state that Home Assistant writes again is the old one"
    await lamps.say("desk", "ON")
    answer = answers(house)["r"]
    assert states(answer) == [(DESK, "on")]
    assert "pending" not in answer
    assert "error" not in answer


async def test_without_a_wait_the_answer_comes_at_once(house: Any, lamps: Lamps) -> None:
    await command(house, "r", DESK, wait=0)
    await command(house, "s", DESK, wait=None)
    assert set(answers(house)) == {"r", "s"}
    assert not any({"states", "pending"} & each.keys() for each in answers(house).values())


async def test_who_never_reports_is_named(house: Any, lamps: Lamps, pass_time: Any) -> None:
    await command(house, "r", HALL, DESK)
    await lamps.say("desk", "ON")
    await pass_time(4)
    assert not answers(house)
    await pass_time(6)
    answer = answers(house)["r"]
    assert states(answer) == [(DESK, "on")]
    assert answer["pending"] == [HALL]
    assert "error" not in answer
    await lamps.say("hall", "ON")
    assert len(house.heard(Kind.HA_RESPONSE)) == 1


async def test_the_answer_has_what_else_the_action_changed_later(
    hass: HomeAssistant, house: Any, lamps: Lamps
) -> None:
    calls: list[ServiceCall] = []

    async def nudge(call: ServiceCall) -> None:
        calls.append(call)

    hass.services.async_register("light", "nudge", nudge)
    await command(house, "r", DESK, service="nudge")
    hass.states.async_set(FAN, "on", context=calls[0].context)
    await lamps.say("hall", "ON")
    await lamps.say("desk", "ON")
    assert states(answers(house)["r"]) == [(FAN, "on"), (DESK, "on")]


async def test_all_have_to_report(house: Any, lamps: Lamps) -> None:
    await command(house, "r", DESK, HALL)
    await lamps.say("hall", "ON")
    assert not answers(house)
    await lamps.say("desk", "ON")
    assert states(answers(house)["r"]) == [(DESK, "on"), (HALL, "on")]


async def test_a_report_before_the_action_returns_counts(
    hass: HomeAssistant, house: Any, lamps: Lamps
) -> None:
    released = asyncio.Event()

    async def slow(call: ServiceCall) -> None:
        await released.wait()

    hass.services.async_register("light", "slow", slow)
    saying = asyncio.create_task(command(house, "r", DESK, service="light.slow"))
    await asyncio.sleep(0)
    async_fire_mqtt_message(hass, "lamps/desk", "ON")
    await asyncio.sleep(0)
    assert not answers(house)
    released.set()
    await saying
    assert states(answers(house)["r"]) == [(DESK, "on")]


async def test_a_state_that_home_assistant_assumes_is_a_report(house: Any, lamps: Lamps) -> None:
    await lamps.add("shed", optimistic=True)
    await command(house, "r", "light.shed")
    assert states(answers(house)["r"]) == [("light.shed", "on")]


async def test_a_report_of_the_same_state_counts(
    hass: HomeAssistant, house: Any, lamps: Lamps
) -> None:
    async def nudge(call: ServiceCall) -> None:
        pass

    hass.services.async_register("cover", "nudge", nudge)
    await command(house, "r", "cover.blind", service="nudge")
    assert not answers(house)
    hass.states.async_set("cover.blind", "closed", {"device_class": "blind"})
    answer = answers(house)["r"]
    assert "pending" not in answer
    assert "states" not in answer, "it changed nothing"


@pytest.mark.parametrize("how", ["lose", "remove"])
async def test_who_can_not_be_reached_has_not_reported(
    hass: HomeAssistant, house: Any, lamps: Lamps, pass_time: Any, how: str
) -> None:
    await command(house, "r", DESK)
    if how == "lose":
        await lamps.lose("desk")
    else:
        hass.states.async_remove(DESK)
    assert not answers(house)
    await pass_time(6)
    assert answers(house)["r"]["pending"] == [DESK]


async def test_a_wait_for_nobody_is_none(hass: HomeAssistant, house: Any) -> None:
    async def take(call: ServiceCall) -> None:
        pass

    hass.services.async_register("notify", "me", take)
    entry = hass.config_entries.async_entries("alicia")[0]
    hass.config_entries.async_update_entry(entry, options={"bridge": {"actions": ["notify.me"]}})
    await hass.config_entries.async_reload(entry.entry_id)
    await command(house, "r", service="notify.me")
    assert "error" not in answers(house)["r"]


async def test_an_action_that_fails_waits_for_nothing(
    hass: HomeAssistant, house: Any, lamps: Lamps
) -> None:
    async def fail(call: ServiceCall) -> None:
        raise HomeAssistantError("stuck")

    hass.services.async_register("light", "spin", fail)
    before = listeners(hass)
    await command(house, "r", DESK, service="light.spin")
    assert answers(house)["r"]["error"]["code"] == "failed"
    assert listeners(hass) == before


def listeners(hass: HomeAssistant) -> dict[str, int]:
    """How many listen to what; stores that are yet to be written come and go by the clock."""
    found = dict(hass.bus.async_listeners())
    found.pop(EVENT_HOMEASSISTANT_FINAL_WRITE, None)
    return found


async def test_hostile_waits_are_refused(
    house: Any, lamps: Lamps, calls: list[tuple[str, Any]]
) -> None:
    waits = '-1 -0.001 10.001 1e9 1e999 NaN -Infinity true false "5" "" [1] {}'.split()
    for number, wait in enumerate(waits):
        raw = f'{{"service": "turn_on", "entity_id": "{DESK}", "request_id": "{number}"'
        await house.say(Kind.HA_COMMAND, f'{raw}, "wait": {wait}}}'.encode())
        error = answers(house)[str(number)]["error"]
        assert error["code"] == "invalid_field"
        assert error["message"].startswith("wait: ")
    assert calls == []
    await command(house, "good", FAN, wait=10)
    assert "error" not in answers(house)["good"]


async def test_the_next_command_does_not_wait_for_the_report(
    house: Any, lamps: Lamps, calls: list[tuple[str, Any]]
) -> None:
    await command(house, "first", DESK)
    await command(house, "second", DESK, service="turn_off")
    await command(house, "third", DESK, wait=0)
    assert calls == [("turn_on", [DESK]), ("turn_off", [DESK]), ("turn_on", [DESK])]
    assert set(answers(house)) == {"third"}
    await lamps.say("desk", "ON")
    assert list(answers(house)) == ["third", "first", "second"]


async def test_those_who_wait_hold_up_nobody_else(
    hass: HomeAssistant, house: Any, lamps: Lamps, pass_time: Any
) -> None:
    names = [f"light.quiet_{number}" for number in range(2 * bridge.WORKERS)]
    for name in names:
        hass.states.async_set(name, "off")
        async_expose_entity(hass, "conversation", name, True)
        await command(house, name, name)
    await command(house, "fan", FAN)
    assert set(answers(house)) == {"fan"}
    await pass_time(6)
    assert set(answers(house)) == {"fan", *names}


async def test_answers_do_not_wait_without_end(
    house: Any, lamps: Lamps, monkeypatch: pytest.MonkeyPatch, pass_time: Any
) -> None:
    monkeypatch.setattr(bridge, "LATE", 2)
    for number in range(3):
        await command(house, f"r-{number}", DESK)
    assert set(answers(house)) == {"r-2"}
    assert answers(house)["r-2"]["pending"] == [DESK]
    await lamps.say("desk", "ON")
    assert set(answers(house)) == {"r-0", "r-1", "r-2"}
    await command(house, "r-3", DESK)
    assert "r-3" not in answers(house)
    await pass_time(6)


async def test_a_bus_that_stops_answers_those_who_wait(
    hass: HomeAssistant, entry: MockConfigEntry, house: Any, lamps: Lamps
) -> None:
    before = hass.bus.async_listeners()
    await command(house, "r", DESK)
    assert hass.bus.async_listeners() != before
    await hass.config_entries.async_unload(entry.entry_id)
    assert answers(house)["r"]["pending"] == [DESK]
    assert "state_reported" not in hass.bus.async_listeners()

"""The states of exposed entities are on the bus, if the user wants them there."""

import asyncio
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind

EVENTS = ["doorbell", "*", "state_changed", "state_reported"]
LAMP = {"domain": "light", "object_id": "lamp"}


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of a bus that mirrors."""
    return {"bridge": {"mirror": True, "mirror_attributes": True, "events": EVENTS}}


@pytest.fixture
async def lamp(hass: HomeAssistant, bus: Any, pass_time: Any) -> None:
    """A lamp is exposed, and another is not."""
    hass.states.async_set("light.lamp", "on", {"brightness": 40})
    hass.states.async_set("light.hidden", "on")
    async_expose_entity(hass, "conversation", "light.lamp", True)
    async_expose_entity(hass, "conversation", "light.hidden", False)
    await pass_time(1)


def raw(bus: Any, **ids: str) -> list[bytes]:
    topic = bus.topics.build(Kind.HA_STATE, **ids)
    return [payload for sent, payload in bus.published if sent == topic]


async def test_exposed_states_are_mirrored(hass: HomeAssistant, bus: Any, lamp: None) -> None:
    (payload,) = raw(bus, **LAMP)
    state = json.loads(payload)
    assert (state["state"], state["attributes"]) == ("on", {"brightness": 40})
    assert not raw(bus, domain="light", object_id="hidden")


async def test_a_burst_is_told_once(
    hass: HomeAssistant, bus: Any, lamp: None, pass_time: Any
) -> None:
    for brightness in range(100):
        hass.states.async_set("light.lamp", "on", {"brightness": brightness})
    await pass_time(1)
    assert len(raw(bus, **LAMP)) == 2
    assert json.loads(raw(bus, **LAMP)[-1])["attributes"] == {"brightness": 99}


@pytest.mark.parametrize("how", ["hide", "remove"])
async def test_what_is_not_exposed_any_more_is_cleared(
    hass: HomeAssistant, bus: Any, lamp: None, pass_time: Any, how: str
) -> None:
    if how == "hide":
        async_expose_entity(hass, "conversation", "light.lamp", False)
    else:
        hass.states.async_remove("light.lamp")
    await pass_time(1)
    assert raw(bus, **LAMP)[-1] == b""


async def test_a_mirror_that_is_switched_off_is_cleared(
    hass: HomeAssistant,
    bus: Any,
    lamp: None,
    entry: MockConfigEntry,
    pass_time: Any,
    hass_storage: dict[str, Any],
) -> None:
    await pass_time(20)
    assert hass_storage[f"alicia.mirror.{entry.entry_id}"]["data"] == ["light.lamp"]
    hass.config_entries.async_update_entry(entry, options={})
    await hass.config_entries.async_reload(entry.entry_id)
    ready = asyncio.Event()
    entry.runtime_data.coordinator.async_add_ready_listener(lambda _: ready.set())
    await ready.wait()
    await pass_time(1)
    assert raw(bus, **LAMP)[-1] == b""


async def test_the_bus_own_devices_are_not_mirrored(
    hass: HomeAssistant, bus: Any, pass_time: Any
) -> None:
    device = {"device_id": "desk", "device_type": "relay", "capabilities": ["switch"]}
    await bus.say(Kind.REGISTER, {**device, "metadata": {"name": "Desk"}})
    async_expose_entity(hass, "conversation", "switch.desk", True)
    await bus.say(Kind.DEVICE_STATUS, {"switch": True}, device_id="desk")
    await pass_time(1)
    assert hass.states.get("switch.desk") is not None
    assert not raw(bus, domain="switch", object_id="desk")


async def test_a_mirrored_state_is_no_command(hass: HomeAssistant, bus: Any, lamp: None) -> None:
    message_id = json.loads(raw(bus, **LAMP)[0])["message_id"]
    command = {"service": "light.turn_off", "entity_id": "light.lamp", "message_id": message_id}
    await bus.say(Kind.HA_COMMAND, command)
    assert bus.heard(Kind.HA_RESPONSE)[-1]["error"]["code"] == "not_allowed"


async def test_events_on_the_list_are_forwarded(hass: HomeAssistant, bus: Any) -> None:
    hass.bus.async_fire("doorbell", {"door": "front"})
    hass.bus.async_fire("secret", {"door": "back"})
    hass.bus.async_fire("doorbell", {"door": object()})
    await hass.async_block_till_done()
    (event,) = (e for e in bus.heard(Kind.HA_EVENT) if e["event_type"] != "state_changed")
    assert (event["event_type"], event["data"]) == ("doorbell", {"door": "front"})


async def test_only_exposed_states_are_told_of_in_events(
    hass: HomeAssistant, bus: Any, lamp: None
) -> None:
    known = len(bus.heard(Kind.HA_EVENT))
    hass.states.async_set("light.hidden", "off")
    hass.states.async_set("light.lamp", "off")
    await hass.async_block_till_done()
    heard = [event["data"] for event in bus.heard(Kind.HA_EVENT)[known:]]
    assert heard[-1]["new_state"]["state"] == "off"
    assert {each["entity_id"] for each in heard} == {"light.lamp"}


async def test_a_mirror_that_is_switched_off_at_once_is_cleared(
    hass: HomeAssistant, bus: Any, lamp: None, entry: MockConfigEntry, pass_time: Any
) -> None:
    hass.config_entries.async_update_entry(entry, options={})
    await hass.config_entries.async_reload(entry.entry_id)
    ready = asyncio.Event()
    entry.runtime_data.coordinator.async_add_ready_listener(lambda _: ready.set())
    await ready.wait()
    await pass_time(1)
    assert raw(bus, **LAMP)[-1] == b""


async def test_what_is_mirrored_is_cleared_with_the_bus(
    hass: HomeAssistant, bus: Any, lamp: None, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    assert raw(bus, **LAMP)[-1] == b""
    assert f"alicia.mirror.{entry.entry_id}" not in hass_storage

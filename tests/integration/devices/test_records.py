"""What is counted of each device, and what goes wrong with it."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.diagnostics import async_get_device_diagnostics

DESK: dict[str, Any] = {
    "device_id": "desk",
    "device_type": "probe",
    "capabilities": ["temperature", "humidity"],
    "metadata": {"name": "Desk"},
}
GAUGES = ("last_seen", "message_rate", "errors")


@pytest.fixture
async def desk(bus: Any) -> None:
    """A probe is on the bus."""
    await bus.say(Kind.REGISTER, DESK)


async def test_gauges_are_there_for_those_who_want_them(
    hass: HomeAssistant,
    bus: Any,
    desk: None,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    pass_time: Any,
) -> None:
    for name in GAUGES:
        entity = entity_registry.async_get(f"sensor.desk_{name}")
        assert entity is not None
        assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        entity_registry.async_update_entity(entity.entity_id, disabled_by=None)
    await pass_time(31)  # Home Assistant reloads those whose entities were enabled
    ready = asyncio.Event()
    entry.runtime_data.coordinator.async_add_ready_listener(lambda _: ready.set())
    await ready.wait()
    await bus.say(Kind.REGISTER, DESK)
    for temperature in (1, 2, "no number"):
        await bus.say(Kind.DEVICE_STATUS, {"temperature": temperature}, device_id="desk")
    await bus.say(Kind.DEVICE_STATUS, {"temperature": {"value": [1]}}, device_id="desk")
    await pass_time(31)
    states = {name: hass.states.get(f"sensor.desk_{name}") for name in GAUGES}
    assert {name: state and state.state for name, state in states.items()} == {
        "last_seen": states["last_seen"] and states["last_seen"].state,
        "message_rate": "8.0",
        "errors": "1",
    }
    assert states["last_seen"] is not None
    assert states["last_seen"].state.startswith("20")


async def test_diagnostics_tell_what_came_last(
    hass: HomeAssistant, bus: Any, desk: None, entry: MockConfigEntry
) -> None:
    for temperature in range(9):
        await bus.say(Kind.DEVICE_STATUS, {"temperature": temperature}, device_id="desk")
    event = {"capability": "key", "event": "press"}
    await bus.say(Kind.DEVICE_EVENT, event, device_id="desk")
    await bus.say(Kind.DEVICE_RESPONSE, {"request_id": "r", "result": {}}, device_id="desk")
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("alicia", f"{entry.entry_id}:desk"), entry.entry_id
    )
    assert device is not None
    found = await async_get_device_diagnostics(hass, entry, device)
    assert found["messages"] == 11
    assert found["state"] == {"temperature": {"value": 8}}
    assert [each["kind"] for each in found["last_messages"]] == [
        *["DeviceStatus"] * 3,
        "DeviceEvent",
        "DeviceResponse",
    ]


async def test_a_bad_value_costs_the_others_nothing(
    hass: HomeAssistant, bus: Any, desk: None, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        status = {"temperature": ["hot"], "humidity": 40, "colour": "red"}
        await bus.say(Kind.DEVICE_STATUS, status, device_id="desk")
    state = hass.states.get("sensor.desk_humidity")
    assert state is not None
    assert state.state == "40"
    assert caplog.text.count("desk: temperature: value: expected") == 1
    assert caplog.text.count("desk: colour: no capability that is known") == 1


async def test_a_status_from_before_the_registration_counts(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.DEVICE_STATUS, {"temperature": 7}, retain=True, device_id="desk")
    assert hass.states.get("sensor.desk_temperature") is None
    await bus.say(Kind.REGISTER, DESK)
    state = hass.states.get("sensor.desk_temperature")
    assert state is not None
    assert state.state == "7"


async def test_statuses_of_strangers_are_bounded(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    hub = entry.runtime_data.coordinator.hub
    for number in range(1_200):
        topic = bus.topics.build(Kind.DEVICE_STATUS, device_id=f"stranger{number}")
        hub.handle_message(topic, b'{"x": 1}', retained=True)
    assert hub.counters["unregistered"] == 1_200
    assert len(entry.runtime_data.devices._early) == 1_000

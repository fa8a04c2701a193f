"""Who is on the bus, as Home Assistant's devices and sensors."""

import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import DOMAIN

CONNECTION = "binary_sensor.alicia_connection"
PRESENCE = "binary_sensor.kitchen_ears_presence"
EARS = "stt-kitchen-1a2b"


def state(hass: HomeAssistant, entity_id: str) -> str | None:
    found = hass.states.get(entity_id)
    return found.state if found else None


def device(hass: HomeAssistant, entry: MockConfigEntry) -> dr.DeviceEntry | None:
    identifier = (DOMAIN, f"{entry.entry_id}:{EARS}")
    return dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)


async def heartbeat(bus: Any, status: str = "online", **more: Any) -> None:
    await bus.say(Kind.HEALTH, {"status": status, "uptime": 5, **more}, device_id=EARS)


@pytest.fixture
async def ears(bus: Any, sidecar: dict[str, Any]) -> None:
    """A sidecar has registered."""
    await bus.say(Kind.REGISTER, sidecar)


@pytest.mark.parametrize("platform", ["binary_sensor", "event"])
async def test_entities(
    hass: HomeAssistant,
    bus: Any,
    ears: None,
    entry: MockConfigEntry,
    platform: str,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id):
        if entity.domain == platform:
            assert entity == snapshot(name=f"{entity.entity_id}-entry")
            assert hass.states.get(entity.entity_id) == snapshot(name=f"{entity.entity_id}-state")


async def test_device(
    hass: HomeAssistant, bus: Any, ears: None, entry: MockConfigEntry, sidecar: dict[str, Any]
) -> None:
    found = device(hass, entry)
    assert found is not None
    assert (found.name, found.manufacturer, found.model, found.sw_version) == (
        "Kitchen ears",
        "Alicia",
        "Sidecar",
        "0.1.0",
    )
    assert found.entry_type is dr.DeviceEntryType.SERVICE
    hub = dr.async_get(hass).async_get(found.via_device_id)
    assert hub is not None
    assert hub.name == "Alicia"

    sidecar["metadata"] = {"name": "Hall ears", "version": "0.2.0", "model": 7}
    await bus.say(Kind.REGISTER, sidecar)
    found = device(hass, entry)
    assert found is not None
    assert (found.name, found.sw_version, found.model) == ("Hall ears", "0.2.0", "Sidecar")


async def test_no_area_is_made_of_an_empty_name(hass: HomeAssistant, bus: Any) -> None:
    metadata = {"name": " ", "area": "  "}
    await bus.say(
        Kind.REGISTER,
        {"device_id": "panel", "device_type": "x", "capabilities": [], "metadata": metadata},
    )
    assert hass.states.get("binary_sensor.panel_presence").state == "on"
    assert not list(ar.async_get(hass).async_list_areas())


async def test_presence_follows_heartbeats(hass: HomeAssistant, bus: Any, ears: None) -> None:
    assert state(hass, PRESENCE) == "on"
    await heartbeat(bus, "offline")
    assert state(hass, PRESENCE) == "off"
    await heartbeat(bus)
    assert state(hass, PRESENCE) == "on"


async def test_whoever_speaks_is_there(hass: HomeAssistant, bus: Any, ears: None) -> None:
    await heartbeat(bus, "offline")
    await bus.say(Kind.AUDIO_START, device_id=EARS)
    await bus.say(Kind.AUDIO_CANCEL, device_id=EARS)
    await bus.say(Kind.AUDIO_START, device_id="a-stranger")
    await bus.say(Kind.AUDIO_CANCEL, device_id="a-stranger")
    assert state(hass, PRESENCE) == "on"
    assert hass.states.get("binary_sensor.a_stranger_presence") is None


async def test_silence_ends_presence(
    hass: HomeAssistant,
    bus: Any,
    ears: None,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "custom_components.alicia")
    for _ in range(8):
        freezer.tick(10)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, PRESENCE) == "on"
    assert bus.heard(Kind.HEALTH_CHECK), "asked for a sign of life before giving it up"

    for _ in range(5):
        freezer.tick(10)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, PRESENCE) == "off"
    await heartbeat(bus)
    assert state(hass, PRESENCE) == "on"
    said = [each.message for each in caplog.records if each.message.startswith(EARS)]
    assert said == [f"{EARS} is offline", f"{EARS} is online"]


async def test_outage_of_the_broker(
    hass: HomeAssistant, bus: Any, ears: None, freezer: FrozenDateTimeFactory
) -> None:
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    await hass.async_block_till_done()
    assert state(hass, CONNECTION) == "off"
    assert state(hass, PRESENCE) == "unavailable"
    assert state(hass, "event.alicia_voice_command") == "unavailable"

    sent = len(bus.published)
    freezer.tick(300)
    async_fire_time_changed(hass)
    await bus.say(Kind.QUERY, {"device_id": EARS})
    assert len(bus.published) == sent, "nothing is left for later"

    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, True)
    await hass.async_block_till_done()
    assert state(hass, CONNECTION) == "on"
    assert state(hass, PRESENCE) == "on", "the silence was the broker's"


async def test_unregister(
    hass: HomeAssistant, bus: Any, ears: None, entry: MockConfigEntry, sidecar: dict[str, Any]
) -> None:
    await bus.say(Kind.UNREGISTER, {"device_id": EARS})
    assert device(hass, entry) is None
    assert state(hass, PRESENCE) is None

    await bus.say(Kind.REGISTER, sidecar)
    assert device(hass, entry) is not None
    assert state(hass, PRESENCE) == "on"


async def test_user_deletes(
    hass: HomeAssistant,
    bus: Any,
    ears: None,
    entry: MockConfigEntry,
    hass_ws_client: Any,
) -> None:
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    found = device(hass, entry)
    assert found is not None
    assert found.via_device_id is not None

    hub = await client.remove_device(found.via_device_id)
    online = await client.remove_device(found.id)
    assert not hub["success"]
    assert not online["success"]

    await heartbeat(bus, "offline")
    answer = await client.remove_device(found.id)
    assert answer["success"], answer
    assert device(hass, entry) is None
    assert (f"alicia/system/health/{EARS}", b"") in bus.published
    assert entry.runtime_data.coordinator.registry.get(EARS) is None


async def test_known_from_before_a_restart(
    hass: HomeAssistant, bus: Any, ears: None, entry: MockConfigEntry, sidecar: dict[str, Any]
) -> None:
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass, PRESENCE) == "off", "it was here, and has not said hello yet"
    await bus.say(Kind.REGISTER, sidecar)
    assert state(hass, PRESENCE) == "on"


async def test_queries_are_answered(bus: Any, ears: None, sidecar: dict[str, Any]) -> None:
    await bus.say(Kind.QUERY, {"capability": "speech_to_text", "request_id": "q1"})
    await bus.say(Kind.QUERY, {"capability": "text_to_speech", "request_id": "q2"})
    await bus.say(Kind.QUERY, {"request_id": "q3"})
    found, none = bus.heard(Kind.QUERY_RESPONSE)
    assert found["request_id"] == "q1"
    assert [each["device_id"] for each in found["devices"]] == [EARS]
    assert found["devices"][0]["capabilities"] == sidecar["capabilities"]
    assert none["request_id"] == "q2"
    assert "devices" not in none


async def test_unknown_heartbeat_asks_who_that_is(
    hass: HomeAssistant, bus: Any, freezer: FrozenDateTimeFactory
) -> None:
    asked = len(bus.heard(Kind.QUERY))
    await heartbeat(bus)
    assert len(bus.heard(Kind.QUERY)) == asked, "everyone was asked a moment ago"
    freezer.tick(31)
    await heartbeat(bus, "offline")
    assert len(bus.heard(Kind.QUERY)) == asked
    await heartbeat(bus)
    await heartbeat(bus)
    assert len(bus.heard(Kind.QUERY)) == asked + 1


async def test_malformed_registration_is_answered(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.REGISTER, {"device_id": "Not An Id", "request_id": "r1"})
    (answer,) = bus.heard(Kind.QUERY_RESPONSE)
    assert answer["error"]["code"] == "invalid_field"


async def test_full_registry_is_answered(
    bus: Any, ears: None, sidecar: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.alicia.bus.registry.MAX_ENTRIES", 1)
    await bus.say(Kind.REGISTER, sidecar | {"device_id": "one-too-many", "request_id": "r1"})
    (answer,) = bus.heard(Kind.QUERY_RESPONSE)
    assert answer["error"]["code"] == "busy"

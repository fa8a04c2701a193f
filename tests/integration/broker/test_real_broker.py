"""What only a real broker shows: reloads, restarts, and the order of things at the start."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .real import PATIENCE, Broker, Device, set_up

CONNECTION = "binary_sensor.alicia_connection"


async def offer(hass: HomeAssistant) -> Any:
    """Wait until Home Assistant offers Alicia."""
    offered = asyncio.Event()
    stop = hass.config_entries.flow.async_subscribe_flow(callback(lambda *_: offered.set()))
    async with asyncio.timeout(PATIENCE):
        while not (flows := hass.config_entries.flow.async_progress_by_handler("alicia")):
            offered.clear()
            await offered.wait()
    stop()
    return flows


async def until(hass: HomeAssistant, entity_id: str, state: str) -> None:
    """Wait for an entity to be in a state."""
    changed = asyncio.Event()
    stop = hass.bus.async_listen("state_changed", callback(lambda _: changed.set()))
    async with asyncio.timeout(PATIENCE):
        while (found := hass.states.get(entity_id)) is None or found.state != state:
            changed.clear()
            await changed.wait()
    stop()


async def test_command(
    hass: HomeAssistant, mqtt: MockConfigEntry, entry: MockConfigEntry, device: Device
) -> None:
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    assert await device.commands("c1") == ["c1", "c1-last"]


async def test_reload_of_mqtt(
    hass: HomeAssistant, mqtt: MockConfigEntry, entry: MockConfigEntry, device: Device
) -> None:
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    for reload in range(2):
        assert await hass.config_entries.async_reload(mqtt.entry_id)
        await device.hears("alicia/system/discovery/query")
        assert await device.commands(f"c{reload}") == [f"c{reload}", f"c{reload}-last"]

    coordinator = entry.runtime_data.coordinator
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass.data["mqtt"].client.subscriptions == set()
    heard = coordinator.hub.counters.total()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await device.hears("alicia/system/discovery/query")
    assert await device.commands("after") == ["after", "after-last"]
    assert coordinator.hub.counters.total() == heard, "the unloaded bus is deaf"


async def test_restart_of_the_broker(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    broker: Broker,
    device: Device,
) -> None:
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    # What the broker has not acknowledged is sent again before the subscriptions.
    await hass.async_block_till_done()
    broker.kill()
    await until(hass, CONNECTION, "off")
    entry.runtime_data.coordinator.presence.ask_everyone()
    assert entry.runtime_data.coordinator.hub.counters["unsent"] == 1

    broker.start()
    again = Device(broker.port)
    try:
        await again.hears("alicia/system/discovery/query")
        assert hass.states.get(CONNECTION).state == "on"
        assert await again.commands("c1") == ["c1", "c1-last"]
    finally:
        again.leave()


async def test_broker_that_comes_later(
    hass: HomeAssistant, mqtt: MockConfigEntry, entry: MockConfigEntry, broker: Broker
) -> None:
    broker.kill()
    await set_up(hass, mqtt, entry)
    assert entry.state is ConfigEntryState.LOADED
    await until(hass, CONNECTION, "off")
    broker.start()
    await until(hass, CONNECTION, "on")


async def test_retained_command_is_an_old_one(
    hass: HomeAssistant, mqtt: MockConfigEntry, entry: MockConfigEntry, device: Device
) -> None:
    device.say("alicia/voice/command/route", retain=True, text="what time is it", request_id="old")
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    assert await device.commands("new") == ["new", "new-last"]
    assert entry.runtime_data.coordinator.hub.counters["retained_request"] == 1


async def test_sidecars_are_offered_once(
    hass: HomeAssistant, mqtt: MockConfigEntry, device: Device
) -> None:
    hass.config_entries.async_update_entry(mqtt, options={"birth_message": {}})
    for instance in ("stt-1", "tts-1"):
        device.say(
            f"alicia/discovery/{instance}/config",
            retain=True,
            base_topic="alicia",
            version="0.1.0",
            instance=instance,
        )
    await set_up(hass, mqtt)
    (flow,) = await offer(hass)
    assert flow["step_id"] == "confirm"

    answer = {"create_pipeline": False}
    created = await hass.config_entries.flow.async_configure(flow["flow_id"], answer)
    assert created["title"] == "Alicia"
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress()
    await device.hears("alicia/system/discovery/query")

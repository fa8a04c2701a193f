"""What only a real broker shows: reloads, restarts, and the order of things at the start."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
import json
from pathlib import Path
import socket
import subprocess
import time
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from paho.mqtt import client as paho
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

PATIENCE = 20.0  # s
CONNECTION = "binary_sensor.alicia_connection"


class Broker:
    """A Mosquitto that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["mosquitto", "-c", str(self._config)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Device:
    """Somebody else on the bus."""

    def __init__(self, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.subscribe([("alicia/voice/command/response", 1)])
        self._client.subscribe([("alicia/system/discovery/query", 1)])
        self._client.loop_start()

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        found = message.topic, json.loads(message.payload)
        self._loop.call_soon_threadsafe(self._heard.put_nowait, found)

    def say(self, topic: str, *, retain: bool = False, **payload: Any) -> None:
        self._client.publish(topic, json.dumps(payload), 1, retain).wait_for_publish(PATIENCE)

    async def hears(self, topic: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                found, payload = await self._heard.get()
                if found == topic:
                    return payload

    async def commands(self, request_id: str) -> list[str]:
        """Give a command, and another; return the ids of all answers up to the other's."""
        for each in (request_id, f"{request_id}-last"):
            # In one session, they are answered in their order.
            command = {"text": "what time is it", "request_id": each, "session_id": request_id}
            self.say("alicia/voice/command/route", **command)
        answered = []
        while f"{request_id}-last" not in answered:
            answer = await self.hears("alicia/voice/command/response")
            assert answer["outcome"] == "done"
            answered.append(answer["request_id"])
        return sorted(answered)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> Iterator[None]:
    """The broker is a process of its own, and Home Assistant looks for it more often."""
    with patch("homeassistant.components.mqtt.client.RECONNECT_INTERVAL_SECONDS", 0.1):
        yield


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
async def mqtt(
    hass: HomeAssistant, mock_hass_config: None, broker: Broker
) -> AsyncGenerator[MockConfigEntry]:
    """Home Assistant's MQTT integration, not set up yet."""
    mqtt = MockConfigEntry(
        domain="mqtt",
        data={"broker": "127.0.0.1", "port": broker.port, "protocol": "5"},
        options={"birth_message": {}, "discovery": False},
        version=2,
        minor_version=1,
    )
    mqtt.add_to_hass(hass)
    yield mqtt
    await hass.config_entries.async_unload(mqtt.entry_id)


@pytest.fixture
async def device(broker: Broker) -> AsyncGenerator[Device]:
    device = Device(broker.port)
    yield device
    device.leave()


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


async def set_up(hass: HomeAssistant, *entries: MockConfigEntry) -> None:
    for entry in entries:
        if entry.state is ConfigEntryState.NOT_LOADED:
            assert await hass.config_entries.async_setup(entry.entry_id)


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

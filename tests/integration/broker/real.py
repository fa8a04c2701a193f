"""A real broker, and somebody else who is on it."""

import asyncio
from collections.abc import Iterable
import json
from pathlib import Path
import signal
import socket
import subprocess
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from paho.mqtt import client as paho
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.ports import free_port

PATIENCE = 60.0  # s; a busy machine is slow


class Broker:
    """A Mosquitto that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
            "max_queued_messages 8192\n"
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

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

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

    def burst(self, topic: str, payloads: Iterable[dict[str, Any]]) -> None:
        """Say a lot at once, without waiting for the broker."""
        for each in payloads:
            self._client.publish(topic, json.dumps(each), 1)

    def listen(self, topic: str) -> None:
        self._client.subscribe([(topic, 1)])

    async def hears(self, topic: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                found, payload = await self._heard.get()
                if found == topic:
                    return payload

    async def hears_all(self, topics: Iterable[str]) -> list[str]:
        """Return topics in the order in which something is heard on each."""
        missing, found = set(topics), []
        async with asyncio.timeout(PATIENCE):
            while missing:
                topic, _ = await self._heard.get()
                if topic in missing:
                    missing.remove(topic)
                    found.append(topic)
        return found

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


async def set_up(hass: HomeAssistant, *entries: MockConfigEntry) -> None:
    for entry in entries:
        if entry.state is ConfigEntryState.NOT_LOADED:
            assert await hass.config_entries.async_setup(entry.entry_id)

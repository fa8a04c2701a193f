"""A Home Assistant with the bus set up, on a broker that only pretends."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
    get_test_config_dir,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.alicia.bus.topics import Kind, Topics
from custom_components.alicia.const import CONF_BASE_TOPIC, DOMAIN
from custom_components.alicia.speech.wire import Fault, ServerError


class Bus:
    """The bus from a device's point of view."""

    def __init__(self, hass: HomeAssistant, client: Any) -> None:
        self.topics = Topics()
        self._hass = hass
        self._client = client

    async def say(
        self, kind: Kind, payload: Any = None, /, *, retain: bool = False, **ids: str
    ) -> None:
        """Publish a message, and let Home Assistant take it in."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload or {})
        async_fire_mqtt_message(self._hass, self.topics.build(kind, **ids), raw, retain=retain)
        await self._hass.async_block_till_done(wait_background_tasks=True)

    def heard(self, kind: Kind, **ids: str) -> list[dict[str, Any]]:
        """Return what Home Assistant has published to a topic."""
        topic = self.topics.build(kind, **ids)
        return [json.loads(payload) for sent, payload in self.published if sent == topic]

    @property
    def published(self) -> list[tuple[str, bytes]]:
        """Everything that Home Assistant has published, with its topic."""
        return [call.args[:2] for call in self._client.async_publish.call_args_list]


SIDECAR: dict[str, Any] = {
    "device_id": "stt-kitchen-1a2b",
    "device_type": "sidecar",
    "capabilities": [{"name": "speech_to_text", "languages": ["en"]}],
    "endpoints": {"wyoming": "tcp://10.0.0.5:10300"},
    "metadata": {"name": "Kitchen ears", "version": "0.1.0", "manufacturer": "Alicia"},
    "status": "online",
    "contract": 1,
}


@pytest.fixture(scope="session", autouse=True)
def _folders_of_all() -> None:
    """Make the folders that Home Assistant makes where they are missing.

    All test processes share them, and of two that find one missing, the slower one fails.
    """
    for name in ("tts", "blueprints/automation", "blueprints/script", "blueprints/template"):
        Path(get_test_config_dir(name)).mkdir(parents=True, exist_ok=True)


@pytest.fixture
async def _traceless_debug(enable_event_loop_debug: None) -> None:
    """Leave out what costs half of each test: where each future and callback was made.

    The loop's own checks look at its mode and not at what it says of that, and go on.
    """
    asyncio.get_running_loop().get_debug = lambda: False


@pytest.fixture(autouse=True)
def _custom_integrations(_traceless_debug: None, enable_custom_integrations: None) -> None:
    """Let Home Assistant load this repository's integration."""


@pytest.fixture(autouse=True)
def _known_ffmpeg() -> Iterator[None]:
    """Tell Home Assistant what it would start ffmpeg for, each time that it is set up."""
    with patch("homeassistant.components.ffmpeg.FFVersion.get_version", return_value="5.1.9"):
        yield


@pytest.fixture(autouse=True)
async def _home_assistant(_known_ffmpeg: None, hass: HomeAssistant) -> None:
    """Set up what the bus's dependencies take for granted."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture(autouse=True)
def no_speech_servers() -> Iterator[None]:
    """Let no speech server answer: the addresses that tests register are nobody's."""
    nobody = ServerError(Fault.REFUSED)
    with patch("custom_components.alicia.speech.pool.async_ask", side_effect=nobody):
        yield


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return a snapshot that leaves out what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def sidecar() -> dict[str, Any]:
    """Return what a speech to text server registers."""
    return dict(SIDECAR)


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of the bus."""
    return {}


@pytest.fixture
def entry(hass: HomeAssistant, options: dict[str, Any]) -> MockConfigEntry:
    """Return a bus that is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Alicia",
        unique_id="alicia",
        data={CONF_BASE_TOPIC: "alicia"},
        options=options,
        entry_id="01JALICIA0000000000000000",
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def mqtt_config_entry_options() -> dict[str, Any]:
    """Return options of the MQTT entry that keep it from talking of its own accord."""
    return {"birth_message": {}, "discovery": False}


@pytest.fixture
def _no_cooldown() -> Iterator[None]:
    """Let Home Assistant subscribe at once; it groups subscriptions for half a second."""
    client = "homeassistant.components.mqtt.client"
    with (
        patch(f"{client}.INITIAL_SUBSCRIBE_COOLDOWN", 0),
        patch(f"{client}.SUBSCRIBE_COOLDOWN", 0),
        patch(f"{client}.UNSUBSCRIBE_COOLDOWN", 0),
    ):
        yield


@pytest.fixture
def pass_time(hass: HomeAssistant) -> Callable[[float], Awaitable[None]]:
    """Return what lets a number of seconds go by."""
    return partial(_pass_time, hass)


@pytest.fixture
async def broker(hass: HomeAssistant, _no_cooldown: None, mqtt_mock: Any) -> Any:
    """Return the client of the broker that only pretends."""
    # Its first housekeeping is a second off, and later than most tests' end.
    await _pass_time(hass, 1)
    return mqtt_mock


@pytest.fixture
async def bus(hass: HomeAssistant, entry: MockConfigEntry, broker: Any) -> Bus:
    """Return the bus, set up, as its devices see it."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    bus = Bus(hass, broker)
    subscribed = asyncio.Event()
    entry.runtime_data.coordinator.async_add_ready_listener(lambda _: subscribed.set())
    if not bus.heard(Kind.QUERY):
        await subscribed.wait()
    await _pass_time(hass, 2)
    return bus


async def _pass_time(hass: HomeAssistant, seconds: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done(wait_background_tasks=True)

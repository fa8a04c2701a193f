"""Home Assistant on a real broker, which runs for one test."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .real import Broker, Device


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

"""What a user may hand on to find a fault."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import DOMAIN


async def test_entry(
    hass: HomeAssistant,
    hass_client: Any,
    bus: Any,
    entry: MockConfigEntry,
    sidecar: dict[str, Any],
) -> None:
    sidecar["metadata"] |= {"token": "s3cret"}
    await bus.say(Kind.REGISTER, sidecar)
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it"})
    await bus.say(Kind.TTS_REQUEST, {"text": "what time is it"})
    found = await get_diagnostics_for_config_entry(hass, hass_client, entry)

    assert found["base_topic"] == "alicia"
    assert found["connected"] is True
    assert found["contract"] == 1
    assert found["counters"]["received"] == 3, "these two, and the echo of our own call"
    assert found["guard"] == {"without_id": 1, "watched_now": 0, "bytes_now": 0}
    (ears,) = found["devices"]
    assert ears["device_id"] == "stt-kitchen-1a2b"
    assert ears["online"] is True
    assert ears["metadata"]["version"] == "0.1.0"
    for secret in ("s3cret", "10.0.0.5", "what time is it"):
        assert secret not in str(found)


async def test_device(
    hass: HomeAssistant,
    hass_client: Any,
    bus: Any,
    entry: MockConfigEntry,
    sidecar: dict[str, Any],
) -> None:
    await bus.say(Kind.REGISTER, sidecar)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    found = {
        each.name: await get_diagnostics_for_device(hass, hass_client, entry, each)
        for each in devices
    }
    assert found["Kitchen ears"]["device_id"] == "stt-kitchen-1a2b"
    assert found["Alicia"] == {}


async def test_system_health(hass: HomeAssistant, bus: Any, sidecar: dict[str, Any]) -> None:
    await bus.say(Kind.REGISTER, sidecar)
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    assert await get_system_health_info(hass, DOMAIN) == {
        "contract": 1,
        "buses": 1,
        "connected": 1,
        "devices": 1,
        "online": 1,
    }

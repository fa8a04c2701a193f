"""What a user may hand on to find a fault."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
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
    found = await get_diagnostics_for_config_entry(hass, hass_client, entry)

    assert found["base_topic"] == "alicia"
    assert found["connected"] is True
    assert found["contract"] == 1
    assert found["counters"]["received"] == 3, "these two, and the echo of our own call"
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


@pytest.mark.parametrize(
    ("contract", "key"), [(0, None), (1, None), (2, "contract_newer"), (-1, "contract_older")]
)
async def test_contract(
    bus: Any, sidecar: dict[str, Any], issue_registry: Any, contract: int, key: str | None
) -> None:
    issue_id = "contract_01JALICIA0000000000000000_stt-kitchen-1a2b"
    await bus.say(Kind.REGISTER, sidecar | {"contract": contract})
    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    assert (issue.translation_key if issue else None) == key

    await bus.say(Kind.REGISTER, sidecar)
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


async def test_contract_is_forgotten(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, sidecar: Any, issue_registry: Any
) -> None:
    await bus.say(Kind.REGISTER, sidecar | {"contract": 7})
    (issue,) = (each for each in issue_registry.issues.values() if each.domain == DOMAIN)
    assert issue.translation_placeholders == {"name": "Kitchen ears", "theirs": "7", "ours": "1"}
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not any(domain == DOMAIN for domain, _ in issue_registry.issues)

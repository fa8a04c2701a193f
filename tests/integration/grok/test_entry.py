"""An account beside a bus: neither knows of the other."""

from typing import Any
from unittest.mock import patch

from homeassistant.components import conversation
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_get_device_automations,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)

from custom_components.alicia import async_remove_config_entry_device
from custom_components.alicia.const import DOMAIN
from custom_components.alicia.grok import client as client_module
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import AGENT, Home


def agents_device(hass: HomeAssistant) -> dr.DeviceEntry:
    entity = er.async_get(hass).async_get(AGENT)
    assert entity is not None
    assert entity.device_id is not None
    device = dr.async_get(hass).async_get(entity.device_id)
    assert isinstance(device, dr.DeviceEntry)
    return device


async def test_the_agent_is_a_service(hass: HomeAssistant, home: Home) -> None:
    device = agents_device(hass)
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert (device.name, device.manufacturer, device.model) == ("Grok", "xAI", "grok-4.3")
    state = hass.states.get(AGENT)
    assert state is not None
    assert state.attributes["supported_features"] == 1, "it controls the house"


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": []}])
async def test_an_agent_that_only_talks_controls_nothing(hass: HomeAssistant, home: Home) -> None:
    state = hass.states.get(AGENT)
    assert state is not None
    assert state.attributes["supported_features"] == 0


async def test_without_a_bus_and_without_the_cloud(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(
        account, data={**account.data, "url": "http://127.0.0.1:9/v1"}
    )
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.state is ConfigEntryState.LOADED
    assert hass.states.get(AGENT) is not None


async def test_unload(hass: HomeAssistant, home: Home, account: MockConfigEntry) -> None:
    session = account.runtime_data.client._wire._session
    assert await hass.config_entries.async_unload(account.entry_id)
    assert account.state is ConfigEntryState.NOT_LOADED
    assert session.closed
    state = hass.states.get(AGENT)
    assert state is not None
    assert state.state == "unavailable"


@pytest.mark.parametrize("agent_options", [{"acknowledge": False}])
async def test_reload_in_the_middle_of_a_turn(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    """What was done is told, and that Grok is gone; the next turn is like any other."""

    async def turn_on(_call: ServiceCall) -> None:
        assert await hass.config_entries.async_reload(account.entry_id)

    hass.services.async_register("light", "turn_on", turn_on)
    kitchen = {"name": "Kitchen light", "domain": ["light"]}
    xai.will(Turn(calls=(Call("intent__HassTurnOn", kitchen),)), Turn("Here again."))
    assert await home.say("Turn on the kitchen light") == "Done. The connection to Grok broke off."
    assert await home.say("Are you there?") == "Here again."


async def test_remove(hass: HomeAssistant, home: Home, account: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(account.entry_id)
    assert hass.states.get(AGENT) is None


async def test_the_bus_is_untouched(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, home: Home, account: MockConfigEntry
) -> None:
    assert entry.data == {"base_topic": "alicia"}
    assert await hass.config_entries.async_unload(account.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert account.state is ConfigEntryState.LOADED


async def test_actions_find_the_bus(hass: HomeAssistant, bus: Any, home: Home) -> None:
    found = await hass.services.async_call(
        DOMAIN, "find_devices", {}, blocking=True, return_response=True
    )
    assert found is not None


@pytest.mark.parametrize("names_it", [True, False])
async def test_an_account_is_no_bus(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, names_it: bool
) -> None:
    data = {"config_entry_id": account.entry_id} if names_it else {}
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(
            DOMAIN, "find_devices", data, blocking=True, return_response=True
        )
    assert caught.value.translation_key == "not_a_bus"


async def test_system_health_counts_buses(hass: HomeAssistant, bus: Any, home: Home) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    assert (await get_system_health_info(hass, DOMAIN))["buses"] == 1


async def test_an_agent_is_no_device_of_the_bus(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    device = agents_device(hass)
    found = await async_get_device_automations(hass, DeviceAutomationType.TRIGGER, device.id)
    assert [each for each in found if each["domain"] == DOMAIN] == []
    assert not await async_remove_config_entry_device(hass, account, device)


@pytest.mark.parametrize("agent_options", [{"prompt": "My PIN is 1234."}])
async def test_diagnostics(
    hass: HomeAssistant, hass_client: Any, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    xai.will(Turn(fault="bad_key"))
    await home.say("My secret is swordfish")
    found = await get_diagnostics_for_config_entry(hass, hass_client, account)
    assert found["trouble"] == "grok_auth"
    assert (found["usage"]["answers"], found["usage"]["failures"]) == (0, 1)
    assert found["data"]["url"] == xai.url
    assert found["agents"][0]["prompt"] == "**REDACTED**"
    for secret in (xai.account.key, "1234", "swordfish"):
        assert secret not in str({**found, "data": {**found["data"], "url": ""}})
    device = agents_device(hass)
    assert await get_diagnostics_for_device(hass, hass_client, account, device) == {}


@pytest.mark.parametrize(
    ("entity_id", "state", "fresh", "asked"),
    [
        ("assist_satellite.kitchen", "listening", -1.0, 2),
        ("assist_satellite.kitchen", "listening", 60.0, 1),
        ("assist_satellite.kitchen", "idle", -1.0, 1),
        ("light.kitchen", "listening", -1.0, 1),
    ],
)
async def test_a_connection_is_warm_before_the_words_come(
    hass: HomeAssistant,
    home: Home,
    xai: FakeXai,
    entity_id: str,
    state: str,
    fresh: float,
    asked: int,
) -> None:
    """The first of what is asked is the check of the key when the account was set up."""
    with patch.object(client_module, "FRESH", fresh):
        hass.states.async_set(entity_id, state)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert len(xai.requests) == asked
    hass.states.async_remove(entity_id)
    xai.will(Turn(text="Fine."))
    await home.say("Hi")
    assert len({record.connection for record in xai.requests}) == 1


async def test_a_dialog_warms_the_connection_too(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    with patch.object(client_module, "FRESH", -1.0):
        await conversation.async_prepare_agent(hass, AGENT, "en")
        await hass.async_block_till_done(wait_background_tasks=True)
    assert len(xai.requests) == 2

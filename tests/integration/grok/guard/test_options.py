"""What the user chooses of an account's safety, and who gets to see it."""

import json
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.diagnostics import async_get_config_entry_diagnostics
from custom_components.alicia.grok.guard.safety import UNCHANGED

from ..conftest import Home

NOTHING: dict[str, Any] = {"marked": [], "marked_tools": [], "unasked": []}
CHOSEN = {"marked": ["switch.a"], "marked_tools": ["b"], "unasked": ["cover.c", "lock.d"]}


async def submit(hass: HomeAssistant, entry: MockConfigEntry, **values: Any) -> ConfigFlowResult:
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["step_id"] == "account"
    result = await hass.config_entries.options.async_configure(form["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    schema = form["data_schema"]
    assert schema is not None
    return {str(key): (key.description or {}).get("suggested_value") for key in schema.schema}


async def test_what_is_chosen_is_in_force(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    result = await submit(hass, account, pin=" 1234 ", **CHOSEN)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert account.options == {"pin": "1234", **CHOSEN}
    settings = account.runtime_data.guard.settings
    assert settings.pin == "1234"
    assert settings.policy.marked == {"switch.a"}
    assert settings.policy.tools == {"b"}
    assert settings.policy.unasked == {"cover.c", "lock.d"}


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "\u0661\u0662\u0663\u0664", "12 34"])
async def test_no_pin(hass: HomeAssistant, home: Home, account: MockConfigEntry, pin: str) -> None:
    form = await submit(hass, account, pin=pin, **NOTHING)
    assert form["errors"] == {"pin": "invalid_pin"}
    result = await hass.config_entries.options.async_configure(form["flow_id"], NOTHING)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert account.options["pin"] == ""


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_pin_is_kept_and_not_shown(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(account.entry_id)
    assert suggested(form)["pin"] == UNCHANGED
    assert "1234" not in json.dumps(suggested(form))
    await submit(hass, account, pin=UNCHANGED, **NOTHING)
    assert account.options == {"pin": "1234", **NOTHING}
    await submit(hass, account, **NOTHING)
    assert account.options["pin"] == ""


@pytest.mark.parametrize("account_options", [{"pin": "1234", **CHOSEN}])
async def test_diagnostics_say_how_and_not_what(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    told = await async_get_config_entry_diagnostics(hass, account)
    assert told["safety"] == {"has_pin": True, "marked": 1, "marked_tools": 1, "unasked": 2}
    assert "1234" not in json.dumps(told)

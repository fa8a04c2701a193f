"""Every way through an account's flows, and back from every error."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.config_flow import AliciaConfigFlow
from custom_components.alicia.grok.client import BASE_URL
from custom_components.alicia.grok.options import DEFAULTS
from custom_components.alicia.grok.task_options import TASK_DEFAULTS
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from ..flows import start, submit

KEY_PATH = "/v1/api-key"


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    menu = await start(hass, "user")
    assert menu["type"] is FlowResultType.MENU
    return await submit(hass, menu, next_step_id="grok")


def answers(xai: FakeXai, **more: Any) -> dict[str, Any]:
    return {"api_key": f" {xai.account.key} ", "advanced": {"url": f"{xai.url}/"}, **more}


async def test_an_account(hass: HomeAssistant, xai: FakeXai) -> None:
    form = await begin(hass)
    assert form["step_id"] == "grok"
    created = await submit(hass, form, **answers(xai))
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["title"] == "Grok"
    assert created["data"] == {"kind": "grok", "api_key": xai.account.key, "url": xai.url}
    entry = created["result"]
    assert entry.unique_id == f"grok_{xai.account.team}"
    agent, task = entry.subentries.values()
    assert (agent.subentry_type, agent.title, agent.data) == ("conversation", "Grok", DEFAULTS)
    assert (task.subentry_type, task.title) == ("ai_task_data", "Grok AI task")
    assert task.data == TASK_DEFAULTS
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert hass.states.get("conversation.grok") is not None
    assert hass.states.get("ai_task.grok_ai_task") is not None
    assert xai.asked == [], "checking a key costs nothing"


async def test_xais_own_address_is_suggested(hass: HomeAssistant, xai: FakeXai) -> None:
    form = await begin(hass)
    validated = form["data_schema"]({"api_key": "k", "advanced": {}})
    assert validated == {"api_key": "k", "advanced": {"url": BASE_URL}}


async def test_an_account_that_is_there(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    abort = await submit(hass, await begin(hass), **answers(xai))
    assert abort["type"] is FlowResultType.ABORT
    assert abort["reason"] == "already_configured"


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        ("bad_key", {"api_key": "invalid_auth"}),
        ("no_key", {"api_key": "invalid_auth"}),
        ("blocked", {"api_key": "key_blocked"}),
        ("rate_limited", {"base": "cannot_reach_xai"}),
        ("unavailable", {"base": "cannot_reach_xai"}),
        ("html_page", {"base": "cannot_reach_xai"}),
        ("stall_before_headers", {"base": "cannot_reach_xai"}),
    ],
)
async def test_a_key_that_can_not_be_checked(
    hass: HomeAssistant, xai: FakeXai, fault: str, errors: dict[str, str]
) -> None:
    xai.will(Turn(fault=fault, path=KEY_PATH))
    form = await submit(hass, await begin(hass), **answers(xai))
    assert form["step_id"] == "grok"
    assert form["errors"] == errors
    created = await submit(hass, form, **answers(xai))
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_nobody_is_there(hass: HomeAssistant, xai: FakeXai) -> None:
    nobody = answers(xai, advanced={"url": "http://127.0.0.1:9/v1"})
    form = await submit(hass, await begin(hass), **nobody)
    assert form["errors"] == {"base": "cannot_reach_xai"}
    created = await submit(hass, form, **answers(xai))
    assert created["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("flag", ["key_blocked", "key_disabled", "team_blocked"])
async def test_a_key_that_may_nothing(hass: HomeAssistant, xai: FakeXai, flag: str) -> None:
    setattr(xai.account, flag, True)
    form = await submit(hass, await begin(hass), **answers(xai))
    assert form["errors"] == {"api_key": "key_blocked"}
    setattr(xai.account, flag, False)
    created = await submit(hass, form, **answers(xai))
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_a_key_with_what_no_key_has(hass: HomeAssistant, xai: FakeXai) -> None:
    """None has blanks: they are from where it was copied."""
    form = await submit(hass, await begin(hass), **answers(xai, api_key="a\u200bkey"))
    assert form["errors"] == {"api_key": "invalid_auth"}
    broken = f" {xai.account.key[:4]}\n\u00a0{xai.account.key[4:]}\n"
    created = await submit(hass, form, **answers(xai, api_key=broken))
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["data"]["api_key"] == xai.account.key


@pytest.mark.parametrize(
    "url",
    [
        "", "api.x.ai", "ftp://api.x.ai", "https://", "http://[", "https://me:secret@api.x.ai/v1",
        None,
    ],
)  # fmt: skip
async def test_a_wrong_address(hass: HomeAssistant, xai: FakeXai, url: str | None) -> None:
    """None stands for a server that has no such API."""
    wrong = answers(xai, advanced={"url": f"{xai.url}/nothing" if url is None else url})
    form = await submit(hass, await begin(hass), **wrong)
    assert form["errors"] == {"base": "wrong_address"}
    created = await submit(hass, form, **answers(xai))
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_a_server_that_does_not_say_whose_key_it_is(
    hass: HomeAssistant, xai: FakeXai
) -> None:
    xai.account.team = xai.account.key_id = ""
    form = await submit(hass, await begin(hass), **answers(xai))
    assert form["errors"] == {"base": "wrong_address"}


async def test_another_key(
    hass: HomeAssistant, home: Any, xai: FakeXai, account: MockConfigEntry
) -> None:
    form = await account.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_confirm"
    form = await submit(hass, form, api_key="wrong")
    assert form["errors"] == {"api_key": "invalid_auth"}

    xai.account.key = "a-new-key"
    abort = await submit(hass, form, api_key=" a-new-key ")
    assert abort["reason"] == "reauth_successful"
    assert account.data == {"kind": "grok", "api_key": "a-new-key", "url": xai.url}
    await hass.async_block_till_done(wait_background_tasks=True)
    xai.will(Turn(text="Fine."))
    assert await home.say("How are you?") == "Fine."


async def test_another_key_of_somebody_else(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    form = await account.start_reauth_flow(hass)
    xai.account.team = "another-team"
    abort = await submit(hass, form, api_key=xai.account.key)
    assert abort["reason"] == "wrong_account"


async def test_another_address(
    hass: HomeAssistant, home: Any, xai: FakeXai, account: MockConfigEntry
) -> None:
    form = await account.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure_grok"
    form = await submit(hass, form, **answers(xai, advanced={"url": "nowhere"}))
    assert form["errors"] == {"base": "wrong_address"}

    async with FakeXai(xai.settings).running() as other:
        abort = await submit(hass, form, **answers(other))
        assert abort["reason"] == "reconfigure_successful"
        assert account.data["url"] == other.url
        await hass.async_block_till_done(wait_background_tasks=True)
        other.will(Turn(text="Fine."))
        assert await home.say("How are you?") == "Fine."


async def test_the_account_of_somebody_else(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    form = await account.start_reconfigure_flow(hass)
    xai.account.team = "another-team"
    abort = await submit(hass, form, **answers(xai))
    assert abort["reason"] == "wrong_account"


async def test_an_account_has_agents_and_options(
    account: MockConfigEntry, entry: MockConfigEntry
) -> None:
    assert AliciaConfigFlow.async_supports_options_flow(account)
    assert set(AliciaConfigFlow.async_get_supported_subentry_types(account)) == {
        "ai_task_data",
        "conversation",
    }
    assert AliciaConfigFlow.async_supports_options_flow(entry)
    assert set(AliciaConfigFlow.async_get_supported_subentry_types(entry)) == {"wyoming_server"}

"""Agents are added and changed, and each is what was chosen."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.options import DEFAULTS
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from ..flows import suggested
from .conftest import Home


async def begin(hass: HomeAssistant, account: MockConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (account.entry_id, "conversation"), context={"source": SOURCE_USER}
    )


async def submit(
    hass: HomeAssistant, flow: SubentryFlowResult, **fields: Any
) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"name": "Pirate", **DEFAULTS, **fields}
    )


def choices(flow: SubentryFlowResult, field: str) -> list[Any]:
    (selector,) = (value for key, value in flow["data_schema"].schema.items() if key == field)
    found: list[Any] = selector.config["options"]
    return found


async def test_a_second_agent(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    form = await begin(hass, account)
    assert form["step_id"] == "user"
    assert suggested(form) == {"name": "Grok", **DEFAULTS}
    assert "grok-4.7" in choices(form, "model")
    assert {"value": "assist", "label": "Assist"} in choices(form, "llm_hass_api")

    created = await submit(
        hass, form, model="grok-4.5", effort="high", max_tokens=2000.0, prompt="Speak like one."
    )
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["title"] == "Pirate"
    await hass.async_block_till_done(wait_background_tasks=True)
    xai.will(Turn(text="Arr."))
    assert await home.say("Hi", agent_id="conversation.pirate") == "Arr."
    body = xai.asked[-1].body
    assert body is not None
    assert body["model"] == "grok-4.5"
    assert body["reasoning"] == {"effort": "high"}
    assert body["max_output_tokens"] == 2000 + 32_000, "a thought is no part of an answer"
    assert "Speak like one." in body["instructions"]


@pytest.mark.parametrize("agent_options", [DEFAULTS])
async def test_an_agent_is_changed(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    (agent,) = account.subentries.values()
    form = await account.start_subentry_reconfigure_flow(hass, agent.subentry_id)
    assert form["step_id"] == "reconfigure"
    assert suggested(form) == {"name": "Grok", **DEFAULTS}
    abort = await submit(hass, form, name="Grok", web_search=True, llm_hass_api=[])
    assert abort["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    xai.will(Turn(text="Fine."))
    await home.say("Hi")
    body = xai.asked[-1].body
    assert body is not None
    assert body["tools"] == [{"type": "web_search"}]


@pytest.mark.parametrize(
    ("model", "effort", "is_fine"),
    [
        ("grok-4.3", "xhigh", False),
        ("grok-4.5", "none", False),
        ("grok-build-0.1", "low", False),
        ("grok-4.7", "xhigh", True),
        ("grok-build-0.1", "voice", True),
        ("grok-9", "xhigh", True),
    ],
)
async def test_what_a_model_can_think(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, model: str, effort: str,
    is_fine: bool,
) -> None:  # fmt: skip
    form = await submit(hass, await begin(hass, account), model=model, effort=effort)
    if not is_fine:
        assert form["errors"] == {"effort": "effort_not_supported"}
        form = await submit(hass, form, model=model)
    assert form["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_change_that_the_model_can_not_do(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    (agent,) = account.subentries.values()
    form = await account.start_subentry_reconfigure_flow(hass, agent.subentry_id)
    form = await submit(hass, form, effort="xhigh")
    assert form["errors"] == {"effort": "effort_not_supported"}
    abort = await submit(hass, form, effort="low")
    assert abort["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_models_while_xai_is_away(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    xai.will(Turn(fault="unavailable", path="/v1/language-models"))
    assert "grok-4.3" in choices(await begin(hass, account), "model")


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": ["assist", "gone"]}])
async def test_an_api_that_is_gone_is_not_suggested(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    (agent,) = account.subentries.values()
    form = await account.start_subentry_reconfigure_flow(hass, agent.subentry_id)
    assert suggested(form)["llm_hass_api"] == ["assist"]


async def test_an_account_that_is_not_loaded(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(account.entry_id)
    abort = await begin(hass, account)
    assert abort["reason"] == "entry_not_loaded"

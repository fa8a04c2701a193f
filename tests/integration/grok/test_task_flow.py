"""Tasks are added and changed, and each is what was chosen."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.task_options import TASK_DEFAULTS
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from ..flows import suggested
from .conftest import Home
from .test_agent_flow import choices


async def begin(hass: HomeAssistant, account: MockConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (account.entry_id, "ai_task_data"), context={"source": SOURCE_USER}
    )


async def submit(
    hass: HomeAssistant, flow: SubentryFlowResult, **fields: Any
) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"name": "Worker", **TASK_DEFAULTS, **fields}
    )


async def test_a_task(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    form = await begin(hass, account)
    assert form["step_id"] == "user"
    assert suggested(form) == {"name": "Grok AI task", **TASK_DEFAULTS}
    assert "grok-4.7" in choices(form, "model")
    assert set(choices(form, "image_model")) == {
        "grok-imagine-image",
        "grok-imagine-image-2.0",
        "grok-imagine-image-quality",
    }
    form = await submit(hass, form, effort="xhigh")
    assert form["errors"] == {"effort": "effort_not_supported"}
    created = await submit(hass, form, max_tokens=4000.0)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("ai_task.worker")
    assert state is not None
    assert state.attributes["supported_features"] == 7
    assert xai.asked == []


async def test_a_task_is_changed(hass: HomeAssistant, home: Home, account: MockConfigEntry) -> None:
    await submit(hass, await begin(hass, account))
    await hass.async_block_till_done(wait_background_tasks=True)
    _, task = account.subentries.values()
    form = await account.start_subentry_reconfigure_flow(hass, task.subentry_id)
    assert form["step_id"] == "reconfigure"
    assert suggested(form) == {"name": "Worker", **TASK_DEFAULTS}
    form = await submit(hass, form, effort="xhigh")
    assert form["errors"] == {"effort": "effort_not_supported"}
    fields = {"name": "Worker", **TASK_DEFAULTS}
    del fields["image_model"]
    abort = await hass.config_entries.subentries.async_configure(form["flow_id"], fields)
    assert abort["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("ai_task.worker")
    assert state is not None
    assert state.attributes["supported_features"] == 3, "it draws nothing"


@pytest.mark.parametrize("told", [{"data": []}, {"data": 7}, {}, None])
async def test_models_while_xai_says_nothing_of_them(
    hass: HomeAssistant,
    home: Home,
    account: MockConfigEntry,
    xai: FakeXai,
    monkeypatch: pytest.MonkeyPatch,
    told: Any,
) -> None:
    if told is None:
        xai.will(Turn(fault="unavailable", path="/v1/models"))
    else:
        client = account.runtime_data.client

        async def get(path: str) -> Any:
            return told

        monkeypatch.setattr(client._wire, "async_get", get)
    form = await begin(hass, account)
    assert choices(form, "image_model") == ["grok-imagine-image-2.0", "grok-imagine-image"]


async def test_an_account_that_is_not_loaded(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(account.entry_id)
    abort = await begin(hass, account)
    assert abort["reason"] == "entry_not_loaded"

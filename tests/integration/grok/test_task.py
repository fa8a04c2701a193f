"""Tasks: text and data, over the real wire."""

import logging
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm, selector
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN
from custom_components.alicia.grok.task import MAX_ROUNDS
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .sensors import usd
from .tasks import DRAW, body, data, draw, drawn, media, task_options, worker

__all__ = ["media", "task_options", "worker"]

pytestmark = pytest.mark.usefixtures("worker")

NAME = vol.Schema({vol.Required("name"): selector.selector({"text": None})})


class Do(llm.Tool):
    """Does what it is told, and remembers it."""

    name = "test__do"
    integration = "test"
    parameters = vol.Schema({vol.Optional("name"): str})

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        self.calls.append(tool_input.tool_args)
        return llm.ToolResult({"done": True})


class Api(llm.API):
    """An API of one tool."""

    def __init__(self, hass: HomeAssistant, tool: llm.Tool) -> None:
        super().__init__(hass=hass, id="test", name="Test")
        self.tool = tool

    async def async_get_api_instance(self, llm_context: llm.LLMContext) -> llm.APIInstance:
        return llm.APIInstance(self, "Do it well.", llm_context, [self.tool])


@pytest.fixture
def do() -> Do:
    return Do()


@pytest.fixture
def api(hass: HomeAssistant, do: Do) -> Api:
    return Api(hass, do)


async def test_a_text(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(text="**Nobody**, see [here](https://example.com).\n"))
    assert await data(hass) == "**Nobody**, see [here](https://example.com)."
    asked = body(xai.asked[0])
    assert asked["instructions"].startswith("You are a Home Assistant expert")
    assert asked["input"] == [
        {"role": "user", "content": [{"type": "input_text", "text": "Who is there?"}]}
    ]
    assert asked["store"] is False
    assert asked["reasoning"] == {"effort": "low"}
    assert "text" not in asked
    assert xai.asked[0].refusals == []


async def test_a_structure(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(text='{"name": "Anna_*B*"}'))
    assert await data(hass, structure=NAME) == {"name": "Anna_*B*"}
    asked = body(xai.asked[0])["text"]["format"]
    assert (asked["type"], asked["name"], asked["strict"]) == ("json_schema", "test", True)
    assert asked["schema"]["required"] == ["name"]
    assert xai.asked[0].refusals == []


async def test_an_answer_that_is_no_structure(
    hass: HomeAssistant, xai: FakeXai, caplog: pytest.LogCaptureFixture
) -> None:
    xai.will(Turn(text="My secret is 42."))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, structure=NAME)
    assert caught.value.translation_key == "grok_not_as_asked"
    ours = [record for record in caplog.records if record.name.startswith("custom_components")]
    assert "42" not in "".join(record.getMessage() for record in ours)


async def test_tools(hass: HomeAssistant, xai: FakeXai, do: Do, api: Api) -> None:
    xai.will(Turn(calls=(Call("test__do", {"name": "x"}),)), Turn(text="It is done."))
    assert await data(hass, llm_api=api, structure=None) == "It is done."
    assert do.calls == [{"name": "x"}]
    assert "Do it well." in body(xai.asked[0])["instructions"]
    assert not any(record.refusals for record in xai.asked)


async def test_tools_without_end(hass: HomeAssistant, xai: FakeXai, do: Do, api: Api) -> None:
    xai.will(Turn(calls=(Call("test__do"),), times=0))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, llm_api=api)
    assert caught.value.translation_key == "grok_too_many_steps"
    assert len(do.calls) == MAX_ROUNDS


async def test_what_guards_the_house_is_not_touched(
    hass: HomeAssistant, xai: FakeXai, do: Do, api: Api
) -> None:
    xai.will(Turn(calls=(Call("test__do", {"name": "Front door"}),)), Turn(text="I can't."))
    assert await data(hass, llm_api=api) == "I can't."
    assert do.calls == []


async def test_tools_end_before_a_task_fails(
    hass: HomeAssistant, xai: FakeXai, do: Do, api: Api
) -> None:
    xai.will(Turn(calls=(Call("test__do"),), fault="cut_before_end"))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, llm_api=api)
    assert caught.value.translation_key == "grok_cut"
    assert do.calls == [{}]


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("bad_key", "grok_auth"),
        ("no_credits", "grok_no_credits"),
        ("model_retired", "grok_model_gone"),
        ("rate_limited", "grok_rate_limited"),
        ("server_error", "grok_server"),
        ("html_page", "grok_server"),
        ("stall_before_headers", "grok_timeout"),
        ("stall_mid_stream", "grok_timeout"),
        ("cut_mid_stream", "grok_cut"),
        ("incomplete_output", "grok_answer_too_long"),
        ("failed_mid_stream", "grok_failed"),
    ],
)
async def test_what_goes_wrong(
    hass: HomeAssistant,
    xai: FakeXai,
    fault: str,
    key: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components.alicia")
    xai.will(Turn(text="Nobody is there.", fault=fault, times=0))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass)
    assert (caught.value.translation_domain, caught.value.translation_key) == (DOMAIN, key)
    assert xai.account.key not in caplog.text
    reauths = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert bool(reauths) is (key == "grok_auth")
    assert all(flow["context"]["source"] == SOURCE_REAUTH for flow in reauths)


async def test_a_passing_failure_is_tried_again(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(fault="server_error"), Turn(text="Nobody."))
    assert await data(hass) == "Nobody."
    xai.will(Turn(fault="server_error", path=DRAW))
    assert (await draw(hass))["mime_type"] == "image/png"
    assert len(drawn(xai)) == 2


async def test_nothing_said_after_a_tool(
    hass: HomeAssistant, xai: FakeXai, do: Do, api: Api
) -> None:
    xai.will(Turn(calls=(Call("test__do"),)), Turn(text="", times=0))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, llm_api=api)
    assert caught.value.translation_key == "grok_failed"
    assert len(xai.asked) == 2, "it is not asked over and over"


async def test_nothing_said(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(text=""))
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass)
    assert caught.value.translation_key == "grok_failed"


@pytest.mark.parametrize("task_options", [{"model": "grok-4.7", "effort": "xhigh"}])
async def test_another_model(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(text="Nobody."))
    await data(hass)
    assert body(xai.asked[0])["model"] == "grok-4.7"
    assert body(xai.asked[0])["reasoning"] == {"effort": "xhigh"}


async def test_what_tasks_take_is_counted(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(text="Nobody."))
    await data(hass)
    await draw(hass)
    state = hass.states.get("sensor.worker_spent")
    assert state is not None
    ticks = sum(record.cost_in_usd_ticks for record in drawn(xai))
    assert float(state.state) == pytest.approx(usd(xai) + ticks / 10_000_000_000)
    agent = hass.states.get("sensor.grok_spent")
    assert agent is not None
    assert float(agent.state) == 0


async def test_a_task_costs_no_more_than_is_allowed(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(account, options={"spending_cap": 0.000001})
    await hass.async_block_till_done(wait_background_tasks=True)
    await draw(hass)
    for task in (data, draw):
        with pytest.raises(HomeAssistantError) as caught:
            await task(hass)
        assert caught.value.translation_key == "grok_spent"
    assert (len(xai.asked), len(drawn(xai))) == (0, 1)

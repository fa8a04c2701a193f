"""Nobody is there to confirm what a task calls."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.guard.unattended import NOBODY_THERE, Unattended

from ..conftest import Home

OK = llm.ToolResult({"done": True})


class Tool(llm.Tool):
    """A tool that somebody else brings."""

    name = "test__do"

    def __init__(self, integration: str, **hints: bool) -> None:
        self.integration = integration
        self.annotations = llm.ToolAnnotations(**hints)


async def call(
    hass: HomeAssistant, account: MockConfigEntry, *tools: Tool, tainted: bool = False, **data: Any
) -> list[bool]:
    """Call tools one after the other; tell of each whether it was really called."""
    warden = Unattended(hass, account.runtime_data.guard, is_tainted=tainted)

    async def do(_input: llm.ToolInput) -> llm.ToolResult:
        return OK

    results = [await warden(tool, llm.ToolInput(tool.name, data), do) for tool in tools]
    assert all(result in (OK, NOBODY_THERE) for result in results)
    return [result is OK for result in results]


@pytest.mark.parametrize("account_options", [{"unasked": ["lock.test_front_door"]}])
async def test_what_guards_the_house_stays_as_it_is(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    """Also what the user lets be used unasked, for that is meant for whoever is there."""
    assert await call(hass, account, Tool("test"), name="Front door") == [False]


async def test_words_of_strangers_close_what_reaches_far(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    far, list_ = Tool("test"), Tool("todo")
    assert await call(hass, account, far, far) == [True, True]
    assert await call(hass, account, far, tainted=True) == [False]
    assert await call(hass, account, list_, far) == [True, False], "others wrote the list"


async def test_a_tool_that_is_not_there(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    warden = Unattended(hass, account.runtime_data.guard, is_tainted=True)

    async def fail(_input: llm.ToolInput) -> llm.ToolResult:
        raise KeyError("no_such_tool")

    with pytest.raises(KeyError):
        await warden(None, llm.ToolInput("no_such_tool", {}), fail)

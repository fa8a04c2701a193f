"""A tool is described once, and anew as soon as anything about it is another."""

from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import probatio as vol
import pytest

from custom_components.alicia.grok.offers import Offers

from ..exposed_house import async_make_house

DESCRIBE = "custom_components.alicia.grok.offers.vol.to_openapi"
NAME, TEXT = vol.Required("name"), vol.Coerce(str)


class Tool(llm.Tool):
    """A tool."""

    name = "tool"
    integration = "test"

    def __init__(self, schema: Any, description: str = "Does it.") -> None:
        self.parameters = vol.Schema(schema)
        self.description = description


@pytest.fixture
async def api(hass: HomeAssistant) -> llm.APIInstance:
    context = await async_make_house(hass)
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)


async def test_home_assistants_tools_are_described_once(
    hass: HomeAssistant, api: llm.APIInstance
) -> None:
    """They are other objects with each sentence; only that of to-do lists is made all anew."""
    offers = Offers()
    first = offers.of(api, [], 0)
    again = await llm.async_get_api(hass, llm.LLM_API_ASSIST, api.llm_context)
    assert again.tools[0] is not api.tools[0]
    with patch(DESCRIBE, wraps=vol.to_openapi) as describe:
        assert offers.of(again, [], 0) == first
    assert describe.call_count <= 1
    assert len(first) == len(api.tools)


@pytest.mark.parametrize(
    ("other", "is_other"),
    [
        (Tool({NAME: TEXT}), False),
        (Tool({NAME: TEXT}, "Does something else."), True),
        (Tool({vol.Required("name"): TEXT}), False),
        (Tool({vol.Optional("name"): TEXT}), True),
        (Tool({vol.Required("title"): TEXT}), True),
        (Tool({NAME: int}), True),
        (Tool({}), True),
    ],
)
async def test_what_is_another_is_described_anew(
    api: llm.APIInstance, other: Tool, is_other: bool
) -> None:
    offers = Offers()
    api.tools = [Tool({NAME: TEXT})]
    offers.of(api, [], 0)
    api.tools = [other]
    with patch(DESCRIBE, return_value={}) as describe:
        offers.of(api, [], 0)
    assert bool(describe.call_count) is is_other


async def test_a_schema_that_is_no_mapping(api: llm.APIInstance) -> None:
    api.tools = [Tool(vol.All({NAME: TEXT}))]
    (tool,) = Offers().of(api, [], 0)
    assert tool["parameters"]["type"] == "object"


def test_no_tools() -> None:
    assert Offers().of(None, [], 0) == []

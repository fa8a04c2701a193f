"""What was plainly done is told by the house, and everything else by Grok."""

from typing import Any

from homeassistant.components.conversation import (
    AssistantContent,
    Content,
    ToolResultContent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.alicia.grok.acknowledge import acknowledgement
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import Home

ON = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})
COFFEE = Call("intent__HassTurnOn", {"name": "Coffee machine", "domain": ["switch"]})
DIM = Call("light__HassLightSet", {"name": "Kitchen light", "brightness": 40})
LOOK = Call("homeassistant__GetLiveContext", {"name": "Kitchen light"})

pytestmark = pytest.mark.parametrize("agent_options", [{"acknowledge": True}])


@pytest.fixture(autouse=True)
def _services(hass: HomeAssistant, home: Home) -> None:
    for service in ("light.turn_on", "switch.turn_on", "cover.open_cover", "cover.close_cover"):
        async_mock_service(hass, *service.split("."))


@pytest.mark.parametrize(
    ("calls", "language", "said"),
    [
        ((ON,), "en", "Kitchen light on."),
        ((ON,), "de-DE", "Kitchen light an."),
        ((ON, COFFEE), "en", "Kitchen light on. Coffee machine on."),
        ((DIM,), "en", "Done."),
        ((ON, DIM, DIM), "en", "Kitchen light on. Done."),
        (
            (Call("intent__HassTurnOn", {"name": "Bedroom blinds"}),),
            "en",
            "Opening Bedroom blinds.",
        ),
        (
            (Call("intent__HassTurnOff", {"name": "Bedroom blinds"}),),
            "de",
            "Bedroom blinds: wird geschlossen.",
        ),
    ],
)
async def test_one_question_is_enough(
    home: Home, xai: FakeXai, calls: tuple[Call, ...], language: str, said: str
) -> None:
    xai.will(Turn(calls=calls))
    assert await home.say("Do it", language=language) == said
    assert len(xai.asked) == 1


async def test_what_the_house_said_is_told_the_next_time(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(ON,)), Turn(text="As I said."))
    first = await home.ask("Light!")
    await home.ask("What?", first.conversation_id)
    assert {"role": "assistant", "content": "Kitchen light on."} in xai.asked[-1].input
    assert [refusal.text for record in xai.asked for refusal in record.refusals] == []


@pytest.mark.parametrize(
    ("turn", "more"),
    [
        (Turn(text="With pleasure.", calls=(ON,)), {}),
        (Turn(calls=(ON, LOOK)), {}),
        (Turn(calls=(ON, Call("no_such_tool"))), {}),
        (Turn(calls=(ON, Call("intent__HassTurnOn", {"name": "Nothing like it"}))), {}),
        (Turn(calls=(ON,)), {"language": "fr"}),
        (Turn(calls=(ON,)), {"extra_system_prompt": "The door bell rang."}),
    ],
)
async def test_grok_has_the_last_word(
    home: Home, xai: FakeXai, turn: Turn, more: dict[str, Any]
) -> None:
    xai.will(turn, Turn(text="And that is all."))
    assert (await home.say("Do it", **more)).endswith("And that is all.")
    assert len(xai.asked) == 2


async def test_grok_is_told_so(home: Home, xai: FakeXai) -> None:
    """What it has to say beyond that, it is to say before it calls a tool."""
    xai.will(Turn(text="Hello."))
    await home.say("Hello")
    assert "call it without a word" in xai.asked[0].body["instructions"]


def _done(id_: str, **data: Any) -> tuple[llm.ToolInput, ToolResultContent]:
    call = llm.ToolInput(id=id_, tool_name="intent__HassTurnOn", tool_args={})
    told = {"response_type": "action_done", **data}
    result = ToolResultContent("agent", id_, call.tool_name, llm.ToolResult(told))
    return call, result


def _light(number: int) -> dict[str, str]:
    return {"type": "entity", "id": f"light.{number}", "name": f"Lamp {number}"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"data": {"success": [_light(1), _light(2)]}},
         ("grok_did_on", {"names": "Lamp 1, Lamp 2"})),
        ({"data": {"success": [_light(n) for n in range(4)]}}, ("grok_tools_done", {})),
        ({"data": {"success": [_light(1), {"type": "area", "name": "Den"}]}},
         ("grok_did_on", {"names": "Lamp 1"})),
        ({"data": {"success": [_light(1), {"type": "entity", "id": "fan.a", "name": "Fan"}]}},
         ("grok_tools_done", {})),
        ({}, ("grok_tools_done", {})),
        ({"data": {"success": [_light(1)], "failed": [_light(2)]}}, None),
        ({"data": {"success": [{"type": "entity", "id": "lock.a", "name": "Door"}]}}, None),
        ({"response_type": "query_answer"}, None),
    ],
)  # fmt: skip
def test_what_a_result_comes_to(data: dict[str, Any], expected: object) -> None:
    call, result = _done("1", **data)
    content: list[Content] = [AssistantContent("agent", tool_calls=[call]), result]
    assert acknowledgement(content) == (None if expected is None else [expected])


def test_what_is_not_answered_is_not_done() -> None:
    (one, result), (two, _) = _done("1"), _done("2")
    assert acknowledgement([AssistantContent("agent", tool_calls=[one, two]), result]) is None
    assert acknowledgement([]) is None

"""What an agent has said so far is told while it goes on."""

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import ScriptedAgent, VoiceBus

REQUEST = "voice/ai/request"
ANSWER = "ai/response"
PARTIAL = "ai/partial"
IDS = {"request_id": "a-1", "session_id": "s-1"}


@pytest.fixture
def every() -> float:
    """How many seconds lie between two partials."""
    return 0.0


@pytest.fixture(autouse=True)
def _pace(every: float) -> Iterator[None]:
    with patch("custom_components.alicia.voice.partials.EVERY", every):
        yield


def begin(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


async def test_the_first_words_are_told_before_the_last_are_known(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    go_on = asyncio.Event()
    scripted_agent.stream = [begin("It is "), go_on.wait, {"content": "noon."}]
    bus.send(REQUEST, {"text": "what time is it", **IDS})
    partial = await bus.next(PARTIAL)
    told = {"text": "It is ", "source": "home_assistant", **IDS}
    assert partial == {"timestamp": partial["timestamp"], **told}
    assert bus.raw(ANSWER) == []
    go_on.set()
    answer = await bus.next(ANSWER)
    assert answer["text"] == "It is noon."


async def test_words_that_are_not_followed_by_others_are_told_too(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    """What comes right after a partial waits for the next, and no longer."""
    go_on = asyncio.Event()
    scripted_agent.stream = [begin("It "), {"content": "is"}, go_on.wait, {"content": " noon."}]
    bus.send(REQUEST, {"text": "what time is it", **IDS})
    await bus.until(lambda: len(bus.raw(PARTIAL)) == 2)
    assert [each["text"] for each in bus.answers(PARTIAL)] == ["It ", "It is"]
    go_on.set()
    await bus.next(ANSWER)


@pytest.mark.parametrize("every", [3_600.0])
async def test_a_fast_stream_is_no_flood(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    scripted_agent.stream = [begin("word "), *({"content": "word "} for _ in range(500))]
    answer = await bus.ask(REQUEST, {"text": "talk", **IDS}, ANSWER)
    assert len(answer["text"].split()) == 501
    assert [each["text"] for each in bus.answers(PARTIAL)] == ["word "]


async def test_an_answer_too_long_for_a_message_is_told_as_far_as_it_fits(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    heard = asyncio.Event()
    scripted_agent.stream = [begin("x"), heard.wait, {"content": "y" * 9_000}]
    bus.send(REQUEST, {"text": "talk", **IDS})
    await bus.next(PARTIAL)
    heard.set()
    await bus.next(ANSWER)
    assert [each["text"] for each in bus.answers(PARTIAL)] == ["x"]


async def test_what_was_said_before_a_tool_is_no_part_of_the_answer(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    result = {"role": "tool_result", "tool_call_id": "t-1", "tool_name": "look"}
    go_on, then = asyncio.Event(), asyncio.Event()
    scripted_agent.stream = [
        begin("Let me look."),
        {"thinking_content": "hm", "tool_calls": [llm.ToolInput("look", {}, "t-1", external=True)]},
        go_on.wait,
        {**result, "result": llm.ToolResult({"secret": "42"})},
        begin("It is noon."),
        then.wait,
    ]
    bus.send(REQUEST, {"text": "what time is it", **IDS})
    await bus.next(PARTIAL)
    go_on.set()
    await bus.until(lambda: len(bus.raw(PARTIAL)) == 2)
    then.set()
    answer = await bus.next(ANSWER)
    assert [each["text"] for each in bus.answers(PARTIAL)] == ["Let me look.", "It is noon."]
    assert answer["text"] == "It is noon."


@pytest.mark.parametrize("options", [{"timeout": 1.0}])
async def test_nothing_is_told_after_an_answer_that_broke_off(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    scripted_agent.stream = [begin("It is "), {"content": "noon"}, asyncio.Event().wait]
    bus.send(REQUEST, {"text": "what time is it", **IDS})
    answer = await bus.next(ANSWER)
    assert answer["error"]["code"] == "timeout"
    told = len(bus.topics)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(bus.topics) == told
    again = await bus.ask("voice/command/route", {"text": "turn on"}, "command/response")
    assert again["outcome"]


async def test_an_agent_that_does_not_stream_answers_at_once(
    bus: VoiceBus, entry: MockConfigEntry
) -> None:
    answer = await bus.ask(REQUEST, {"text": "turn on the kitchen light"}, ANSWER)
    assert answer["text"] == "Turned on the light"
    assert bus.raw(PARTIAL) == []

"""Whose words the agent is asked, and in which conversation: no sender's are another's."""

from typing import Any

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.alicia.voice.origin import is_from_bus

from .conftest import ScriptedAgent, VoiceBus

REQUEST = "voice/ai/request"
ANSWER = "ai/response"


@pytest.mark.parametrize("options", [{"queue_length": 100}])
async def test_fifty_sessions_at_once_are_told_nothing_of_each_other(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    """Each says its name twice, and the agent repeats what it has heard in the conversation."""
    scripted_agent.echoes = True
    for turn in ("first", "second"):
        for number in range(50):
            bus.send(
                REQUEST,
                {
                    "text": f"{turn} of {number}",
                    "session_id": f"s-{number}",
                    "request_id": f"{turn}-{number}",
                },
            )
    await bus.until(lambda: len(bus.raw(ANSWER)) == 100)
    said = {each["request_id"]: (each["session_id"], each["text"]) for each in bus.answers(ANSWER)}
    for number in range(50):
        first, second = f"first of {number}", f"second of {number}"
        assert said[f"first-{number}"] == (f"s-{number}", first)
        assert said[f"second-{number}"] == (f"s-{number}", f"{first}; {second}")


@pytest.mark.parametrize(
    "other",
    [
        {"context": {"device_id": "other"}},
        {"source": "mallory"},
        {"session_id": "s/2"},
        {"source": "panel/s", "session_id": "1"},
    ],
)
async def test_a_conversation_is_its_senders_own(
    bus: VoiceBus,
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
    other: dict[str, Any],
) -> None:
    mine = {"text": "hello", "session_id": "s/1", "source": "panel"}
    for request in (mine, {**mine, **other}, mine):
        await bus.ask(REQUEST, request, ANSWER)
    assert scripted_agent.lengths == [2, 2, 4]


async def test_a_request_continues_no_conversation_that_came_on_another_way(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    await bus.command(text="hello", session_id="s-1", device_id="panel")
    context = {"device_id": "panel"}
    await bus.ask(REQUEST, {"text": "hello", "session_id": "s-1", "context": context}, ANSWER)
    fields = {"text": "hello", "session_id": "s-1"}
    await hass.services.async_call("alicia", "process_command", fields, blocking=True)
    (said,) = {each.conversation_id for each in scripted_agent.inputs[:1]}
    request = {"text": "hello", "session_id": said, "source": said}
    await bus.ask(REQUEST, request, ANSWER)
    assert scripted_agent.lengths == [2, 2, 2, 2]


async def test_a_command_of_a_user_is_the_users(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    context = Context(user_id="somebody")
    fields = {"text": "hello"}
    await hass.services.async_call(
        "alicia", "process_command", fields, blocking=True, context=context
    )
    await bus.command(text="hello")
    users, others = scripted_agent.inputs
    assert (users.context.user_id, is_from_bus(users.context)) == ("somebody", False)
    assert (others.context.user_id, is_from_bus(others.context)) == (None, True)


async def test_a_transcript_goes_on_in_its_session_whichever_server_wrote_it(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    for server in ("stt-one", "stt-two"):
        transcript = {"text": "hello", "request_id": server, "session_id": "s-1", "route": ["ai"]}
        await bus.ask("voice/stt/response", {**transcript, "source": server}, ANSWER)
    assert scripted_agent.lengths == [2, 4]

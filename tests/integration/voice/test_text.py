"""Text commands from the bus, through Home Assistant's own agent."""

import asyncio
from types import SimpleNamespace
from typing import Any

from homeassistant.components.assist_pipeline import Pipeline, async_update_pipeline
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import ScriptedAgent, ScriptedTts, VoiceBus

LIGHT_ON = "turn on the kitchen light"


async def test_a_command_is_done_and_answered(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    answer = await bus.command(text=LIGHT_ON, request_id="r-1", session_id="s-1")
    assert hass.states.get("light.kitchen").state == "on"
    assert answer["outcome"] == "done"
    assert "error" not in answer
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert answer["text"] == LIGHT_ON
    assert answer["response_text"] == scripted_tts.spoken[0]
    assert answer["audio_url"].startswith("http://127.0.0.1:8123/api/tts_proxy/")
    assert "audio_data" not in answer
    stages = [(each["stage"], each["outcome"]) for each in answer["stages"]]
    assert stages == [("queued", "ok"), ("intent", "ok"), ("tts", "ok")]
    assert bus.events() == [*stages, ("done", "done")]
    events = bus.answers("command/event")
    assert all("text" not in event for event in events)
    assert {event["session_id"] for event in events} == {"s-1"}


@pytest.mark.parametrize("options", [{"include_text": True}])
async def test_events_carry_text_for_those_who_want_it(bus: VoiceBus) -> None:
    await bus.command(text=LIGHT_ON)
    texts = {event["stage"]: event.get("text") for event in bus.answers("command/event")}
    assert texts == {"queued": None, "intent": "Turned on the light", "tts": None, "done": None}


async def test_what_nobody_understands_is_no_match_and_is_answered(
    bus: VoiceBus, house: SimpleNamespace
) -> None:
    answer = await bus.command(text="paint the moon purple")
    assert answer["outcome"] == "no_match"
    assert answer["response_text"]
    assert answer["audio_url"]
    assert house.calls == []


async def test_a_name_that_nothing_has_is_no_match(bus: VoiceBus) -> None:
    assert (await bus.command(text="turn on the dungeon light"))["outcome"] == "no_match"


@pytest.mark.parametrize(
    ("fields", "outcome", "code"),
    [
        ({}, "error", "missing_field"),
        ({"text": "   "}, "no_text", None),
        ({"text": 5}, "error", "invalid_field"),
        ({"text": LIGHT_ON, "language": "tlh"}, "error", "unsupported_language"),
        (
            {"text": LIGHT_ON, "language": "x" * 99},
            "error",
            "unsupported_language",
        ),
        ({"text": LIGHT_ON, "timestamp": 1e9}, "error", "expired"),
        ({"text": LIGHT_ON, "timestamp": 9e9}, "error", "clock_skew"),
        ({"text": LIGHT_ON, "device_id": "No Id"}, "error", "invalid_field"),
    ],
)
async def test_bad_input_is_told_and_costs_nothing(
    bus: VoiceBus, house: SimpleNamespace, fields: dict[str, Any], outcome: str, code: str | None
) -> None:
    answer = await bus.command(**fields, request_id="r-1")
    assert answer["outcome"] == outcome
    assert answer.get("error", {}).get("code") == code
    assert answer["request_id"] == "r-1"
    assert house.calls == []
    assert (await bus.command(text=LIGHT_ON))["outcome"] == "done"


async def test_a_payload_of_10_mb_is_told_and_costs_nothing(bus: VoiceBus) -> None:
    payload = b'{"request_id":"r-1","text":"' + b"x" * 10_000_000 + b'"}'
    answer = await bus.ask("voice/command/route", payload, "command/response")
    assert (answer["request_id"], answer["error"]["code"]) == ("r-1", "too_large")
    assert (await bus.command(text=LIGHT_ON))["outcome"] == "done"


async def test_the_same_request_twice_is_done_once(
    hass: HomeAssistant, bus: VoiceBus, house: SimpleNamespace, entry: MockConfigEntry
) -> None:
    await bus.command(text=LIGHT_ON, request_id="r-1")
    bus.send("voice/command/route", {"text": LIGHT_ON, "request_id": "r-1"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(house.calls) == 1
    assert len(bus.answers("command/response")) == 1
    assert entry.runtime_data.coordinator.hub.counters["duplicate"] == 1


async def test_a_retained_command_is_not_done(
    hass: HomeAssistant, bus: VoiceBus, house: SimpleNamespace
) -> None:
    bus.send("voice/command/route", {"text": LIGHT_ON}, retain=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert house.calls == []
    assert bus.answers("command/response") == []


async def test_another_language_than_the_pipeline_s(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    answer = await bus.command(text="schalte Kitchen light ein", language="de")
    assert answer["outcome"] == "done"
    assert answer["language"] == "de"
    assert hass.states.get("light.kitchen").state == "on"


async def test_without_speech_a_command_is_done_all_the_same(
    hass: HomeAssistant, bus: VoiceBus, pipeline: Pipeline
) -> None:
    await async_update_pipeline(hass, pipeline, tts_engine=None, tts_language=None)
    answer = await bus.command(text=LIGHT_ON)
    assert answer["outcome"] == "done"
    assert "audio_url" not in answer
    assert bus.events()[-2:] == [("tts", "unavailable"), ("done", "done")]
    assert hass.states.get("light.kitchen").state == "on"


async def test_without_a_known_address_the_answer_s_path_is_told(
    hass: HomeAssistant, bus: VoiceBus
) -> None:
    hass.config.internal_url = hass.config.api = None
    answer = await bus.command(text=LIGHT_ON)
    assert answer["audio_url"].startswith("/api/tts_proxy/")


async def test_speech_that_fails_leaves_done_what_was_done(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    async def fail() -> None:
        raise HomeAssistantError("the voice is hoarse")

    scripted_tts.before_answer = fail
    answer = await bus.command(text=LIGHT_ON)
    assert answer["outcome"] == "done"
    assert answer["error"]["code"] == "failed"
    assert "audio_url" not in answer
    assert bus.events()[-2:] == [("tts", "failed"), ("done", "done")]
    assert hass.states.get("light.kitchen").state == "on"


@pytest.mark.parametrize("options", [{"timeout": 3.0}])
async def test_an_agent_that_stalls_is_given_up_on_and_the_next_command_works(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    scripted_agent.before_answer = asyncio.Event().wait
    answer = await bus.command(text="hello", session_id="s-1")
    assert answer["outcome"] == "error"
    assert answer["error"]["code"] == "timeout"
    assert bus.events()[-2:] == [("intent", "timeout"), ("done", "error")]
    scripted_agent.before_answer = None
    assert (await bus.command(text="hello", session_id="s-1"))["outcome"] == "done"


async def test_an_agent_that_raises_is_an_error(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    async def fail() -> None:
        raise HomeAssistantError("the agent is tired")

    scripted_agent.before_answer = fail
    answer = await bus.command(text="hello")
    assert answer["outcome"] == "error"
    assert answer["error"] == {"code": "failed", "message": "the agent is tired"}


async def test_sessions_keep_their_context_and_keep_it_apart(
    bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    first = await bus.command(text="turn on the light", session_id="s-1")
    assert first["continue_conversation"] is True
    await bus.command(text="the kitchen", session_id="s-1")
    await bus.command(text="hello", session_id="s-2")
    await bus.command(text="hello", session_id="s-1", device_id="panel")
    # A conversation begins with the instructions and what was said.
    assert scripted_agent.lengths == [2, 4, 2, 2]


async def test_the_device_that_spoke_is_told_to_the_agent(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    register = {"device_id": "panel", "device_type": "panel", "capabilities": ["display"]}
    bus.send("system/discovery/register", register)
    await hass.async_block_till_done()
    await bus.command(text="hello", device_id="panel")
    await bus.command(text="hello", device_id="stranger")
    (panel,) = [each.id for each in dr.async_get(hass).devices if each.name == "panel"]
    assert [each.device_id for each in scripted_agent.inputs] == [panel, None]


@pytest.mark.parametrize("options", [{"queue_length": 1}])
async def test_a_full_queue_is_told_and_order_within_a_device_is_kept(
    hass: HomeAssistant,
    bus: VoiceBus,
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
) -> None:
    release = asyncio.Event()
    scripted_agent.before_answer = release.wait
    for number in range(3):
        bus.send("voice/command/route", {"text": f"number {number}", "device_id": "panel"})
    bus.send("voice/command/route", {"text": "another device", "device_id": "phone"})
    await hass.async_block_till_done()
    (refused,) = bus.answers("command/response")
    assert refused["error"]["code"] == "busy"
    release.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [each.text for each in scripted_agent.inputs] == [
        "number 0",
        "another device",
        "number 1",
    ]
    assert len(bus.answers("command/response")) == 4


async def test_the_action_returns_the_answer_and_leaves_it_off_the_bus(
    hass: HomeAssistant, bus: VoiceBus
) -> None:
    answer = await hass.services.async_call(
        "alicia",
        "process_command",
        {"text": LIGHT_ON},
        blocking=True,
        return_response=True,
    )
    assert answer["outcome"] == "done"
    assert bus.answers("command/response") == []
    assert bus.events()[-1] == ("done", "done")
    assert hass.states.get("event.alicia_voice_command").attributes["event_type"] == "done"


async def test_unloading_in_the_middle_leaves_nothing_behind(
    hass: HomeAssistant,
    bus: VoiceBus,
    entry: MockConfigEntry,
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
) -> None:
    scripted_agent.before_answer = asyncio.Event().wait
    for number in range(3):
        bus.send("voice/command/route", {"text": f"number {number}", "device_id": "panel"})
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not any("alicia voice" in task.get_name() for task in asyncio.all_tasks())
    assert [each["error"]["code"] for each in bus.answers("command/response")] == [
        "unavailable"
    ] * 3
    bus.send("voice/command/route", {"text": "number 4"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(scripted_agent.inputs) == 1


async def test_an_action_that_is_under_way_when_alicia_is_unloaded_fails(
    hass: HomeAssistant,
    bus: VoiceBus,
    entry: MockConfigEntry,
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
) -> None:
    scripted_agent.before_answer = asyncio.Event().wait
    action = hass.services.async_call(
        "alicia", "process_command", {"text": "hello"}, blocking=True, return_response=True
    )
    called = hass.async_create_task(action)
    await asyncio.sleep(0.05)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError, match="unavailable"):
        await called

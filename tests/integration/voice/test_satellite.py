"""Devices with a microphone, as Assist satellites."""

import asyncio
import socket
from typing import Any

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from alicia_bus.audio import to_speech
from custom_components.alicia import assist_satellite as module
from custom_components.alicia.voice import media

from .conftest import SPEECH, ScriptedAgent, ScriptedStt, ScriptedTts, VoiceBus

PANEL = {
    "device_id": "panel",
    "device_type": "panel",
    "capabilities": ["microphone", "speaker"],
    "metadata": {"name": "Panel"},
}
SATELLITE = "assist_satellite.panel"
START = "voice/audio/panel/start"
IN = "voice/audio/panel/in"


async def register(bus: VoiceBus, **fields: Any) -> None:
    bus.send("system/discovery/register", PANEL | fields)
    await bus.hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def states(hass: HomeAssistant, bus: VoiceBus) -> list[str]:
    """The states that the panel's satellite goes through."""
    await register(bus)
    found: list[str] = []

    @callback
    def on_change(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            found.append(state.state)

    async_track_state_change_event(hass, SATELLITE, on_change)
    return found


def say(bus: VoiceBus, **start: Any) -> None:
    bus.send(START, start)
    for chunk in (SPEECH.data, b""):
        bus.send(IN, chunk)


def call(hass: HomeAssistant, action: str, **data: Any) -> asyncio.Task[Any]:
    """Call an action of the panel's satellite, and go on."""
    coro = hass.services.async_call(
        "assist_satellite",
        action,
        {"entity_id": SATELLITE, "preannounce": False, **data},
        blocking=True,
        return_response=action == "ask_question",
    )
    return hass.async_create_task(coro)


async def test_a_device_with_a_microphone_is_a_satellite_for_as_long_as_it_has_one(
    hass: HomeAssistant, bus: VoiceBus
) -> None:
    await register(bus, capabilities=["speaker"])
    assert hass.states.get(SATELLITE) is None
    await register(bus)
    assert hass.states.get(SATELLITE).state == "idle"
    assert hass.states.get("select.panel_assistant").state == "preferred"
    assert hass.states.get("select.panel_finished_speaking_detection").state == "default"
    bus.send("system/health/panel", {"status": "offline"}, retain=True)
    await hass.async_block_till_done()
    assert hass.states.get(SATELLITE).state == "unavailable"
    assert hass.states.get("select.panel_assistant").state == "preferred"
    bus.send("system/discovery/unregister", {"device_id": "panel"})
    await hass.async_block_till_done()
    assert hass.states.get(SATELLITE) is None
    assert er.async_get(hass).async_get(SATELLITE) is None
    await register(bus)
    assert hass.states.get(SATELLITE).state == "idle"


async def test_a_stream_goes_through_the_satellite(
    hass: HomeAssistant,
    bus: VoiceBus,
    states: list[str],
    scripted_tts: ScriptedTts,
) -> None:
    say(bus, session_id="s-1")
    await hass.async_block_till_done(wait_background_tasks=True)
    (answer,) = bus.answers("command/response")
    assert (answer["session_id"], answer["outcome"]) == ("s-1", "done")
    assert hass.states.get("light.kitchen").state == "on"
    assert states == ["listening", "processing", "responding", "idle"]
    assert bus.events()[-1] == ("done", "done")
    assert b"".join(bus.raw("audio/panel/out")) == to_speech(scripted_tts.audio).data


async def test_an_error_leaves_the_satellite_idle(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_stt: ScriptedStt
) -> None:
    scripted_stt.text = ""
    say(bus)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert bus.answers("command/response")[0]["outcome"] == "no_text"
    assert states == ["listening", "idle"]


async def test_the_satellite_uses_the_pipeline_that_was_chosen(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_tts: ScriptedTts
) -> None:
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.panel_assistant", "option": "Home Assistant"},
        blocking=True,
    )
    say(bus)
    await hass.async_block_till_done(wait_background_tasks=True)
    # The one that Home Assistant begins with has no speech engines.
    (answer,) = bus.answers("command/response")
    assert answer["error"]["code"] == "unavailable"


async def test_a_follow_up_is_in_the_same_conversation(
    hass: HomeAssistant,
    bus: VoiceBus,
    states: list[str],
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
) -> None:
    for _ in range(2):
        say(bus, session_id="s-1")
        await hass.async_block_till_done(wait_background_tasks=True)
    say(bus, session_id="s-2")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert scripted_agent.lengths == [2, 4, 2]
    assert {each.satellite_id for each in scripted_agent.inputs} == {SATELLITE}
    assert [each["session_id"] for each in bus.answers("audio/panel/listen")] == [
        "s-1",
        "s-1",
        "s-2",
    ]


async def test_an_announcement_is_over_when_it_was_played(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_tts: ScriptedTts
) -> None:
    scripted_tts.audio = SPEECH
    announced = call(hass, "announce", message="Dinner is ready")
    await bus.until(lambda: bus.raw("audio/panel/out")[-1:] == [b""])
    assert not announced.done()
    assert hass.states.get(SATELLITE).state == "responding"
    bus.send("voice/audio/panel/played", {})
    await announced
    assert scripted_tts.spoken == ["Dinner is ready"]
    assert b"".join(bus.raw("audio/panel/out")) == SPEECH.data
    assert hass.states.get(SATELLITE).state == "idle"


async def test_any_media_can_be_announced_after_a_sound(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], hass_client_no_auth: Any
) -> None:
    client = await hass_client_no_auth()
    bell = str(client.make_url("/api/assist_satellite/static/preannounce.mp3"))
    announced = call(hass, "announce", media_id=bell, preannounce=True, preannounce_media_id=bell)
    await bus.until(lambda: bus.raw("audio/panel/out")[-1:] == [b""])
    bus.send("voice/audio/panel/played", {})
    await announced
    played = b"".join(bus.raw("audio/panel/out"))
    assert len(played) > 16_000
    assert played[: len(played) // 2] == played[len(played) // 2 :]


async def test_what_cannot_be_fetched_is_an_error(
    hass: HomeAssistant, bus: VoiceBus, states: list[str]
) -> None:
    with pytest.raises(HomeAssistantError, match="can't be played"):
        await call(hass, "announce", media_id="http://127.0.0.1:1/nothing.mp3")
    with pytest.raises(HomeAssistantError, match="can't be played"):
        await call(hass, "announce", media_id="file:///etc/hostname")
    assert hass.states.get(SATELLITE).state == "idle"


async def test_what_cannot_be_fetched_in_time_is_an_error(
    hass: HomeAssistant,
    bus: VoiceBus,
    states: list[str],
    monkeypatch: pytest.MonkeyPatch,
    socket_enabled: None,
) -> None:
    monkeypatch.setattr(media, "FETCH_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it takes calls, and answers none
        port = deaf.getsockname()[1]
        with pytest.raises(HomeAssistantError, match="not fetched"):
            await call(hass, "announce", media_id=f"http://127.0.0.1:{port}/bell.mp3")


async def test_a_voice_that_speaks_no_wav_is_an_error(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_tts: ScriptedTts
) -> None:
    scripted_tts.audio = type(SPEECH)(b"")
    with pytest.raises(HomeAssistantError, match="can't be played"):
        await call(hass, "announce", message="Hello")


async def test_an_announcement_takes_the_place_of_another_sound(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_tts: ScriptedTts
) -> None:
    scripted_tts.audio = type(SPEECH)(SPEECH.data * 60)
    say(bus, session_id="s-1")
    await bus.until(lambda: bus.raw("audio/panel/out"))
    scripted_tts.audio = SPEECH
    announced = call(hass, "announce", message="Fire!")
    await bus.until(lambda: bus.raw("audio/panel/out").count(b"") == 2)
    bus.send("voice/audio/panel/played", {})
    await announced
    first, second = b"|".join(bus.raw("audio/panel/out")).split(b"||")[:2]
    assert len(first) < len(SPEECH.data) * 10
    assert len(second.replace(b"|", b"")) == len(SPEECH.data)


async def test_an_announcement_interrupts_a_command(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_stt: ScriptedStt
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    await call(hass, "announce", message="Fire!")
    (answer,) = bus.answers("command/response")
    assert answer["error"]["code"] == "cancelled"
    assert scripted_stt.heard == []
    say(bus, session_id="s-2")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert bus.answers("command/response")[1]["outcome"] == "done"


async def test_a_question_is_answered_by_voice(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], scripted_stt: ScriptedStt
) -> None:
    scripted_stt.text = "yes please"
    asked = call(
        hass,
        "ask_question",
        question="Shall I close the blinds?",
        answers=[{"id": "yes", "sentences": ["yes [please]"]}, {"id": "no", "sentences": ["no"]}],
    )
    request = await bus.next("audio/panel/listen")
    say(bus, session_id=request["session_id"])
    assert (await asked)["id"] == "yes"
    await hass.async_block_till_done(wait_background_tasks=True)
    (answer,) = bus.answers("command/response")
    assert (answer["outcome"], answer["text"]) == ("done", "yes please")
    assert bus.events() == [("queued", "ok"), ("stt", "ok"), ("done", "done")]
    assert hass.states.get(SATELLITE).state == "idle"


async def test_a_question_that_nobody_answers_ends(
    hass: HomeAssistant,
    bus: VoiceBus,
    states: list[str],
    scripted_stt: ScriptedStt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LISTEN_SECONDS", 0.1)
    with pytest.raises(HomeAssistantError, match="did not open its microphone"):
        await call(hass, "ask_question", question="Is anybody there?")
    monkeypatch.undo()
    scripted_stt.text = ""
    asked = call(hass, "ask_question", question="Is anybody there?")
    await bus.until(lambda: len(bus.raw("audio/panel/listen")) == 2)
    say(bus, session_id=bus.answers("audio/panel/listen")[1]["session_id"])
    with pytest.raises(HomeAssistantError, match="No answer"):
        await asked
    assert hass.states.get(SATELLITE).state == "idle"


async def test_a_conversation_that_home_assistant_starts(
    hass: HomeAssistant,
    bus: VoiceBus,
    states: list[str],
    agent_pipeline: Pipeline,
    scripted_agent: ScriptedAgent,
) -> None:
    scripted_agent.answer = "As you wish."
    started = call(
        hass, "start_conversation", start_message="It is late.", extra_system_prompt="It is night"
    )
    request = await bus.next("audio/panel/listen")
    say(bus, session_id=request["session_id"])
    await started
    await hass.async_block_till_done(wait_background_tasks=True)
    (told,) = scripted_agent.inputs
    assert told.extra_system_prompt == "It is night"
    assert scripted_agent.lengths == [3]  # with what Home Assistant said first


async def test_unregistering_in_the_middle_leaves_nothing_behind(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], entry: MockConfigEntry
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    bus.send("system/discovery/unregister", {"device_id": "panel"})
    assert (await bus.next("command/response"))["error"]["code"] == "cancelled"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not any("alicia voice" in task.get_name() for task in asyncio.all_tasks())


async def test_unloading_in_the_middle_leaves_nothing_behind(
    hass: HomeAssistant, bus: VoiceBus, states: list[str], entry: MockConfigEntry
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not any("alicia voice" in task.get_name() for task in asyncio.all_tasks())

"""Audio that a device without an entity streams."""

import asyncio
from typing import Any

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from alicia_bus.audio import to_speech
from custom_components.alicia.voice import stream as stream_module

from .conftest import SPEECH, ScriptedAgent, ScriptedStt, ScriptedTts, VoiceBus

START = "voice/audio/panel/start"
IN = "voice/audio/panel/in"
CANCEL = "voice/audio/panel/cancel"


async def speak(bus: VoiceBus, data: bytes = SPEECH.data, chunk: int = 3_200) -> None:
    for position in range(0, len(data), chunk):
        bus.send(IN, data[position : position + chunk])
    bus.send(IN, b"")
    await bus.hass.async_block_till_done(wait_background_tasks=True)


async def test_what_is_streamed_is_heard_done_and_played(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt, scripted_tts: ScriptedTts
) -> None:
    bus.send(START, {"session_id": "s-1", "request_id": "r-1"})
    await speak(bus)
    (answer,) = bus.answers("command/response")
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert answer["outcome"] == "done"
    assert hass.states.get("light.kitchen").state == "on"
    assert scripted_stt.heard == [SPEECH.data]
    stages = [("queued", "ok"), ("stt", "ok"), ("intent", "ok"), ("tts", "ok")]
    assert bus.events() == [*stages, ("done", "done")]
    *played, end = bus.raw("audio/panel/out")
    assert end == b""
    assert b"".join(played) == to_speech(scripted_tts.audio).data
    assert bus.answers("audio/panel/listen") == []


@pytest.mark.parametrize(("rate", "seconds"), [(8_000, 2.0), (48_000, 1 / 3)])
async def test_other_rates_are_converted_as_they_come(
    bus: VoiceBus, scripted_stt: ScriptedStt, rate: int, seconds: float
) -> None:
    bus.send(START, {"sample_rate": rate})
    await speak(bus, chunk=1_001)  # cuts samples in halves
    (heard,) = scripted_stt.heard
    assert len(heard) / 32_000 == pytest.approx(seconds, abs=0.02)


async def test_home_assistant_finds_the_end_of_speech(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt, speech: bytes
) -> None:
    bus.send(START, {"session_id": "s-1"})
    data = speech + bytes(32_000 * 5)
    for position in range(0, len(data), 3_200):
        bus.send(IN, data[position : position + 3_200])
    await hass.async_block_till_done(wait_background_tasks=True)
    (answer,) = bus.answers("command/response")
    assert answer["outcome"] == "done"
    assert len(speech) < len(scripted_stt.heard[0]) < len(speech) + 32_000 * 2


async def test_audio_that_nobody_announced_is_counted_and_ignored(
    hass: HomeAssistant, bus: VoiceBus, entry: MockConfigEntry
) -> None:
    await speak(bus)
    bus.send(CANCEL, {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert bus.topics == []
    assert entry.runtime_data.coordinator.hub.counters["stray_audio"] == 11


async def test_late_audio_does_not_reach_the_next_command(
    bus: VoiceBus, scripted_stt: ScriptedStt, entry: MockConfigEntry
) -> None:
    bus.send(START, {})
    await speak(bus)
    bus.send(IN, b"\x01\x00" * 160)
    bus.send(START, {})
    await speak(bus)
    assert scripted_stt.heard == [SPEECH.data, SPEECH.data]
    assert entry.runtime_data.coordinator.hub.counters["stray_audio"] == 1


async def test_a_device_may_give_up(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt, house: Any
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    bus.send(CANCEL, {"session_id": "s-1"})
    answer = await bus.next("command/response")
    assert (answer["outcome"], answer["error"]["code"]) == ("error", "cancelled")
    assert house.calls == []
    assert scripted_stt.heard == []


async def test_a_second_stream_takes_the_place_of_the_first(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    bus.send(START, {"session_id": "s-2"})
    await speak(bus, SPEECH.data[:16_000])
    await bus.until(lambda: len(bus.raw("command/response")) == 2)
    first, second = bus.answers("command/response")
    assert (first["session_id"], first["error"]["code"]) == ("s-1", "cancelled")
    assert (second["session_id"], second["outcome"]) == ("s-2", "done")
    assert scripted_stt.heard == [SPEECH.data[:16_000]]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ({"sample_rate": 96_000}, "unsupported_audio"),
        ({"sample_rate": "fast"}, "invalid_field"),
        ({"language": "tlh"}, "unsupported_language"),
        ({"timestamp": 1e9}, "expired"),
        ({"timestamp": 9e9}, "clock_skew"),
    ],
)
async def test_a_bad_start_is_told_and_costs_nothing(
    bus: VoiceBus, scripted_stt: ScriptedStt, start: dict[str, Any], code: str
) -> None:
    bus.send(START, {**start, "request_id": "r-1"})
    await speak(bus)
    (answer,) = bus.answers("command/response")
    assert (answer["request_id"], answer["error"]["code"]) == ("r-1", code)
    bus.send(START, {})
    await speak(bus)
    assert bus.answers("command/response")[1]["outcome"] == "done"


async def test_an_empty_stream_is_answered(bus: VoiceBus, scripted_stt: ScriptedStt) -> None:
    scripted_stt.text = ""
    bus.send(START, {})
    await speak(bus, b"")
    assert bus.answers("command/response")[0]["outcome"] == "no_text"


async def test_a_stream_that_does_not_end_is_ended(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt, agent_pipeline: Pipeline
) -> None:
    scripted_stt.audio_processing.requires_external_vad = False
    bus.send(START, {})
    for _ in range(59):  # 64 KiB are 2.05 s
        bus.send(IN, b"\x10\x27" * 32_768)
    assert (await bus.next("command/response"))["error"]["code"] == "too_large"


async def test_a_stream_that_falls_silent_is_given_up_on(
    hass: HomeAssistant,
    bus: VoiceBus,
    house: Any,
    scripted_stt: ScriptedStt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_module, "IDLE_SECONDS", 0.1)
    bus.send(START, {})
    bus.send(IN, SPEECH.data)
    assert (await bus.next("command/response"))["error"]["code"] == "timeout"
    assert (scripted_stt.heard, house.calls) == ([], [])
    bus.send(START, {})
    await speak(bus)
    assert bus.answers("command/response")[1]["outcome"] == "done"


async def test_a_question_asks_the_device_to_listen_again(
    hass: HomeAssistant, bus: VoiceBus, agent_pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> None:
    bus.send(START, {"session_id": "s-1"})
    await speak(bus)
    (request,) = bus.answers("audio/panel/listen")
    assert request["session_id"] == "s-1"
    bus.send(START, {"session_id": "s-1"})
    await speak(bus)
    first, second = scripted_agent.inputs
    assert first.conversation_id == second.conversation_id
    assert scripted_agent.lengths == [2, 4]


async def test_a_device_that_says_it_has_played_is_not_waited_for(
    hass: HomeAssistant,
    bus: VoiceBus,
    agent_pipeline: Pipeline,
    scripted_tts: ScriptedTts,
) -> None:
    scripted_tts.audio = SPEECH
    bus.send(START, {"session_id": "s-1"})
    for chunk in (SPEECH.data, b""):
        bus.send(IN, chunk)
    await bus.until(lambda: bus.raw("audio/panel/out")[-1:] == [b""])
    assert bus.answers("audio/panel/listen") == []
    bus.send("voice/audio/panel/played", {"session_id": "s-1"})
    await bus.next("audio/panel/listen")
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_new_command_ends_the_answer_to_the_last(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    scripted_tts.audio = type(SPEECH)(SPEECH.data * 60)
    bus.send(START, {"session_id": "s-1"})
    for chunk in (SPEECH.data, b""):
        bus.send(IN, chunk)
    await bus.until(lambda: bus.raw("audio/panel/out"))
    scripted_tts.audio = SPEECH
    bus.send(START, {"session_id": "s-2", "language": "de"})
    for chunk in (SPEECH.data, b""):
        bus.send(IN, chunk)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(bus.answers("command/response")) == 2
    assert sum(map(len, bus.raw("audio/panel/out"))) < len(SPEECH.data) * 10


async def test_unloading_in_the_middle_of_a_stream_leaves_nothing_behind(
    hass: HomeAssistant, bus: VoiceBus, entry: MockConfigEntry
) -> None:
    bus.send(START, {"session_id": "s-1"})
    bus.send(IN, SPEECH.data)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not any("alicia voice" in task.get_name() for task in asyncio.all_tasks())

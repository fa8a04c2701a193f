"""Complete audio from the bus."""

import asyncio
import base64
from typing import Any

from homeassistant.components.assist_pipeline import Pipeline, async_update_pipeline
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest

from alicia_bus.audio import Pcm, decode_audio, encode_wav

from .conftest import SPEECH, ScriptedStt, ScriptedTts, VoiceBus


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


WAV = b64(encode_wav(SPEECH))


async def test_a_spoken_command_is_heard_done_and_answered_in_speech(
    hass: HomeAssistant, bus: VoiceBus, scripted_stt: ScriptedStt, scripted_tts: ScriptedTts
) -> None:
    answer = await bus.command(audio_data=WAV, session_id="s-1", reply_audio=True)
    assert hass.states.get("light.kitchen").state == "on"
    assert scripted_stt.heard == [SPEECH.data]
    assert answer["outcome"] == "done"
    assert answer["text"] == scripted_stt.text
    assert decode_audio(base64.b64decode(answer["audio_data"])) == scripted_tts.audio
    assert answer["audio_url"].endswith(".wav")
    stages = [("queued", "ok"), ("stt", "ok"), ("intent", "ok"), ("tts", "ok")]
    assert bus.events() == [*stages, ("done", "done")]


async def test_the_url_of_the_answer_plays(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts, hass_client_no_auth: Any
) -> None:
    answer = await bus.command(audio_data=WAV)
    client = await hass_client_no_auth()
    found = await client.get(answer["audio_url"].removeprefix("http://127.0.0.1:8123"))
    assert found.status == 200
    assert decode_audio(await found.read()) == scripted_tts.audio


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"), [(8_000, 1, 1.0), (44_100, 2, 0.5), (48_000, 1, 1.01)]
)
async def test_other_rates_and_stereo_are_converted(
    bus: VoiceBus, scripted_stt: ScriptedStt, rate: int, channels: int, seconds: float
) -> None:
    pcm = Pcm(b"\x10\x27" * int(rate * seconds) * channels, rate, channels)
    assert (await bus.command(audio_data=b64(encode_wav(pcm))))["outcome"] == "done"
    (heard,) = scripted_stt.heard
    assert len(heard) / 32_000 == pytest.approx(seconds, abs=0.011)


async def test_bare_samples_have_the_rate_that_is_told(
    bus: VoiceBus, scripted_stt: ScriptedStt
) -> None:
    await bus.command(audio_data=b64(SPEECH.data), sample_rate=8_000)
    assert len(scripted_stt.heard[0]) == 2 * len(SPEECH.data)


EIGHT_BITS = encode_wav(SPEECH).replace(b"\x02\x00\x10\x00data", b"\x01\x00\x08\x00data")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"audio_data": ""}, "unsupported_audio"),
        ({"audio_data": "not base64!"}, "invalid_field"),
        ({"audio_data": b64(b"RIFF0000AVI ")}, "unsupported_audio"),
        ({"audio_data": b64(encode_wav(SPEECH)[:-1000])}, "unsupported_audio"),
        ({"audio_data": b64(EIGHT_BITS)}, "unsupported_audio"),
        ({"audio_data": b64(b"\x00" * 3)}, "unsupported_audio"),
        ({"audio_data": b64(SPEECH.data), "sample_rate": 96_000}, "unsupported_audio"),
        ({"audio_data": b64(SPEECH.data), "sample_rate": -1}, "unsupported_audio"),
        ({"audio_data": b64(bytes(2_000_000)), "sample_rate": 8_000}, "too_large"),
        ({"audio_data": WAV, "language": "tlh"}, "unsupported_language"),
    ],
)
async def test_bad_audio_is_told_and_costs_nothing(
    bus: VoiceBus, scripted_stt: ScriptedStt, fields: dict[str, Any], code: str
) -> None:
    answer = await bus.command(**fields, request_id="r-1")
    assert (answer["request_id"], answer["error"]["code"]) == ("r-1", code)
    assert scripted_stt.heard == []
    assert (await bus.command(audio_data=WAV))["outcome"] == "done"


async def test_silence_is_no_text(bus: VoiceBus, scripted_stt: ScriptedStt) -> None:
    scripted_stt.text = ""
    answer = await bus.command(audio_data=b64(encode_wav(Pcm(bytes(32_000)))))
    assert answer["outcome"] == "no_text"
    assert "error" not in answer
    assert bus.events() == [("queued", "ok"), ("stt", "no_text"), ("done", "no_text")]


async def test_a_pipeline_without_speech_to_text_says_what_to_do(
    hass: HomeAssistant, bus: VoiceBus, pipeline: Pipeline
) -> None:
    await async_update_pipeline(hass, pipeline, stt_engine=None, stt_language=None)
    error = (await bus.command(audio_data=WAV))["error"]
    assert error["code"] == "unavailable"
    assert "Settings > Voice assistants" in error["message"]


async def test_speech_to_text_that_is_gone_is_unavailable(
    hass: HomeAssistant, bus: VoiceBus, pipeline: Pipeline
) -> None:
    await async_update_pipeline(hass, pipeline, stt_engine="stt.gone")
    assert (await bus.command(audio_data=WAV))["error"]["code"] == "unavailable"


@pytest.mark.parametrize("options", [{"pipeline": "gone"}])
async def test_a_pipeline_that_is_gone_is_unavailable(bus: VoiceBus) -> None:
    error = (await bus.command(audio_data=WAV))["error"]
    assert error["code"] == "unavailable"
    assert "options" in error["message"]


@pytest.mark.parametrize("options", [{"timeout": 3.0}])
async def test_speech_to_text_that_dies_is_given_up_on_and_the_next_command_works(
    bus: VoiceBus, scripted_stt: ScriptedStt
) -> None:
    scripted_stt.before_answer = asyncio.Event().wait
    answer = await bus.command(audio_data=WAV, device_id="panel")
    assert answer["error"]["code"] == "timeout"
    assert bus.events()[-2:] == [("stt", "timeout"), ("done", "error")]
    scripted_stt.before_answer = None
    assert (await bus.command(audio_data=WAV, device_id="panel"))["outcome"] == "done"


async def test_speech_to_text_that_raises_is_an_error(
    bus: VoiceBus, scripted_stt: ScriptedStt
) -> None:
    async def fail() -> None:
        raise HomeAssistantError("connection lost")

    scripted_stt.before_answer = fail
    answer = await bus.command(audio_data=WAV)
    assert (answer["outcome"], answer["error"]["code"]) == ("error", "failed")


@pytest.mark.parametrize("options", [{"timeout": 3.0}])
async def test_a_voice_that_dies_is_given_up_on(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    stalled = asyncio.Event()
    scripted_tts.before_answer = stalled.wait
    bus.send("voice/command/route", {"audio_data": WAV})
    answer = await bus.next("command/response")
    stalled.set()
    assert (answer["outcome"], answer["error"]["code"]) == ("done", "timeout")
    assert hass.states.get("light.kitchen").state == "on"


async def test_what_is_done_in_the_speaker_s_own_area_is_answered_with_a_chime(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    bus.send(
        "system/discovery/register",
        {"device_id": "panel", "device_type": "panel", "capabilities": ["display"]},
    )
    await hass.async_block_till_done()
    area = ar.async_get(hass).async_create("Kitchen").id
    (panel,) = [each for each in dr.async_get(hass).devices if each.name == "panel"]
    dr.async_get(hass).async_update_device(panel.id, area_id=area)
    hass.states.async_remove("light.kitchen")
    lights = er.async_get(hass)
    light = lights.async_get_or_create("light", "test", "1", suggested_object_id="kitchen")
    lights.async_update_entity(light.entity_id, area_id=area)
    hass.states.async_set("light.kitchen", "off", {"friendly_name": "Kitchen light"})
    answer = await bus.command(audio_data=WAV, device_id="panel", reply_audio=True)
    assert hass.states.get("light.kitchen").state == "on"
    assert answer["outcome"] == "done"
    assert scripted_tts.spoken == []
    chime = decode_audio(base64.b64decode(answer["audio_data"]))
    assert 0.1 < chime.seconds < 2
    assert any(chime.data)

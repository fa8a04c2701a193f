"""The server on a real bus: presence, requests, errors, and what it must not do."""

import asyncio
from pathlib import Path
import uuid

import pytest

from alicia_bus.audio import Pcm, encode_wav
from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import Broker, BusProbe, Sidecar, stt_request

FIRST = SCRIPT[0]
TONE = make_tone(FIRST.hertz, 1.0)
WAV = encode_wav(Pcm(TONE))
REQUEST = "alicia/voice/stt/request"
RESPONSE = "alicia/voice/stt/response"
HEALTH = "alicia/system/health/stt-one"


def _id() -> str:
    return uuid.uuid4().hex


@pytest.mark.parametrize(
    "topic", [REQUEST, "capability:speech_to_text", "alicia/services/stt-one/request"]
)
async def test_a_request_is_answered(stt_on_bus: Sidecar, broker: Broker, topic: str) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        request = stt_request(WAV, language="en-US", request_id=request_id, session_id="s-7")
        await probe.send(topic, request)
        taken = await probe.expect("alicia/services/stt-one/taken", request_id=request_id)
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert taken["source"] == "stt-one"
    assert (answer["text"], answer["language"]) == (FIRST.text, "en")
    assert (answer["session_id"], answer["source"]) == ("s-7", "stt-one")
    assert 0.5 < answer["confidence"] <= 1
    assert answer["duration_ms"] > 0
    assert not answer["_retained"]


async def test_a_long_recording_is_told_piece_by_piece(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        audio = encode_wav(Pcm(make_tone(FIRST.hertz, 35.0)))
        request = stt_request(audio, language="en", request_id=request_id, session_id="s-8")
        await probe.send(REQUEST, request)
        partial = await probe.expect("alicia/voice/stt/partial", request_id=request_id)
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert partial["text"] == FIRST.text
    assert (partial["session_id"], partial["source"]) == ("s-8", "stt-one")
    assert answer["text"].startswith(FIRST.text)


async def test_bare_samples_are_taken_at_their_rate(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        samples = make_tone(FIRST.hertz, 1.0, 8000)
        await probe.send(REQUEST, stt_request(samples, sample_rate=8000, request_id=request_id))
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert answer["text"] == FIRST.text


async def test_silence_is_an_empty_text(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        await probe.send(REQUEST, stt_request(bytes(64_000), request_id=request_id))
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert answer["text"] == ""
    assert "error" not in answer


async def test_a_routing_slip_goes_on_with_the_next_stage(
    stt_on_bus: Sidecar, broker: Broker
) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        slip = ["stt", "ai", "tts"]
        await probe.send(REQUEST, stt_request(WAV, request_id=request_id, route=slip))
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert answer["route"] == ["ai", "tts"]


async def test_a_response_topic_is_answered_too(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        reply_to = ("alicia/reply/me", b"\x00correlation")
        await probe.send(REQUEST, stt_request(WAV, request_id=request_id), reply_to=reply_to)
        own = await probe.expect("alicia/reply/me")
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert own["_correlation"] == b"\x00correlation"
    assert own["text"] == answer["text"] == FIRST.text


async def test_an_error_goes_to_the_response_topic_too(stt_on_bus: Sidecar, broker: Broker) -> None:
    async with BusProbe.connect(broker, "alicia/reply/#") as probe:
        await probe.send(REQUEST, b"{", reply_to=("alicia/reply/me", b"1"))
        own = await probe.expect("alicia/reply/me")

    assert own["error"]["code"] == "invalid_json"


@pytest.mark.parametrize(
    "topic", ["alicia/devices/lock/command", "alicia/integration/ha/command", "alicia/reply/+"]
)
async def test_no_command_is_made_of_an_answer(
    stt_on_bus: Sidecar, broker: Broker, topic: str
) -> None:
    """A requester must not have this server publish where it may not publish itself."""
    request_id = _id()
    async with BusProbe.connect(broker, "#") as probe:
        request = stt_request(WAV, request_id=request_id)
        await probe.send(REQUEST, request, reply_to=(topic, b""))
        await probe.expect(RESPONSE, request_id=request_id)
        await probe.send("alicia/system/health/check", {})
        await probe.expect(HEALTH, _retained=False)

    assert topic not in [there for there, _ in probe.heard]


def _error_of(answer: dict) -> str:
    return answer["error"]["code"]


def _cut_wav() -> bytes:
    return WAV[: len(WAV) // 2]


def _wav_of_bytes() -> bytes:
    return WAV[:34] + (8).to_bytes(2, "little") + WAV[36:]


BAD_AUDIO = {
    "empty": (b"", {}, "unsupported_audio"),
    "a WAV cut short": (_cut_wav(), {}, "unsupported_audio"),
    "a WAV of one-byte samples": (_wav_of_bytes(), {}, "unsupported_audio"),
    "a rate nobody has": (TONE, {"sample_rate": 1}, "unsupported_audio"),
    "a rate that is text": (TONE, {"sample_rate": "16000"}, "invalid_field"),
    "an odd byte": (TONE[:-1], {}, "unsupported_audio"),
    "an unknown language": (TONE, {"language": "xx"}, "unsupported_language"),
    "a language that is a list": (TONE, {"language": ["en"]}, "invalid_field"),
    "two minutes and more": (bytes(121 * 16_000), {"sample_rate": 8000}, "too_large"),
    "too late": (TONE, {"timestamp": 1_000_000_000}, "expired"),
    "from the future": (TONE, {"timestamp": 9_999_999_999}, "clock_skew"),
}


@pytest.mark.parametrize(("audio", "fields", "code"), BAD_AUDIO.values(), ids=BAD_AUDIO.keys())
async def test_bad_requests_are_answered_with_an_error(
    stt_on_bus: Sidecar, broker: Broker, audio: bytes, fields: dict, code: str
) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        await probe.send(REQUEST, stt_request(audio, request_id=request_id, **fields))
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert _error_of(answer) == code
    assert "text" not in answer
    assert await _serves(broker)


async def _serves(broker: Broker) -> bool:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        await probe.send(REQUEST, stt_request(WAV, request_id=request_id))
        answer = await probe.expect(RESPONSE, request_id=request_id)
    return answer.get("text") == FIRST.text


async def test_ten_megabytes_are_too_much(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        audio = bytes(10 * 1024 * 1024)
        await probe.send(REQUEST, {"request_id": request_id, **stt_request(audio)})
        answer = await probe.expect(RESPONSE, request_id=request_id)

    assert _error_of(answer) == "too_large"
    assert await _serves(broker)


async def test_the_same_request_is_done_once(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker, RESPONSE) as probe:
        for _ in range(3):
            await probe.send(REQUEST, stt_request(WAV, request_id=request_id))
        await probe.expect(RESPONSE, request_id=request_id)
        assert await _serves(broker)
        await asyncio.sleep(0)

    assert [there for there, message in probe.heard if message["request_id"] == request_id] == []


async def test_a_retained_request_is_an_old_one(
    whisper_model: Path, broker: Broker, tmp_path: Path
) -> None:
    async with BusProbe.connect(broker) as probe:
        topic = "alicia/services/stt-late/request"
        await probe.send(topic, stt_request(WAV, request_id="old-1"), retain=True)
        sidecar = Sidecar(
            "alicia_stt",
            tmp_path,
            ("--model", str(whisper_model), "--instance-id", "stt-late", *broker.arguments),
        )
        try:
            sidecar.start()
            await probe.expect("alicia/system/health/stt-late", status="online")
            await probe.send(topic, stt_request(WAV, request_id="new-1"))
            answer = await probe.expect(RESPONSE, source="stt-late")
        finally:
            sidecar.clean_up()
            await probe.send(topic, b"", retain=True)

    assert answer["request_id"] == "new-1"


async def test_what_another_answered_is_not_done_again(stt_on_bus: Sidecar, broker: Broker) -> None:
    request_id = _id()
    async with BusProbe.connect(broker) as probe:
        await probe.send(RESPONSE, {"request_id": request_id, "text": "by another"})
        await probe.expect(RESPONSE, text="by another")
        await probe.send(REQUEST, stt_request(WAV, request_id=request_id))
        after = _id()
        await probe.send(REQUEST, stt_request(WAV, request_id=after))
        await probe.expect(RESPONSE, request_id=after)

    assert [message for _, message in probe.heard if message.get("request_id") == request_id] == [
        pytest.approx({**stt_request(WAV, request_id=request_id), "_retained": False})
    ]

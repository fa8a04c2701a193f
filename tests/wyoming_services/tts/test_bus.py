"""Requests for speech on a real bus, answered with a WAV or with the reason why not."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
import uuid

import pytest

from alicia_bus.audio import Pcm, decode_audio
from tests.models.tone_voice import make_voice
from tests.wyoming_services.support import Broker, BusProbe, Sidecar

from .client import running
from .measure import loudness

REQUEST = "alicia/voice/tts/request"
RESPONSE = "alicia/voice/tts/response"


@pytest.fixture(scope="module", params=["espeak", "piper"])
def on_bus(
    request: pytest.FixtureRequest,
    broker: Broker,
    voices: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sidecar]:
    engine = ("--engine", request.param, "--voices-dir", str(voices))
    folder = tmp_path_factory.mktemp("bus")
    with running(folder, *engine, "--instance-id", "tts-one", *broker.arguments) as sidecar:
        broker.until_online("tts-one")
        yield sidecar


async def ask(broker: Broker, topic: str = REQUEST, **request: object) -> dict[str, Any]:
    """Send a request and return its answer."""
    request_id = uuid.uuid4().hex
    async with BusProbe.connect(broker) as probe:
        await probe.send(topic, {"request_id": request_id, **request})
        return await probe.expect(RESPONSE, request_id=request_id)


def audio_of(answer: dict[str, Any]) -> Pcm:
    """Return the samples in an answer, read by the rules of the bus."""
    return decode_audio(base64.b64decode(answer["audio_data"]))


@pytest.mark.parametrize(
    "topic", [REQUEST, "capability:text_to_speech", "alicia/services/tts-one/request"]
)
async def test_speech(on_bus: Sidecar, broker: Broker, topic: str) -> None:
    answer = await ask(broker, topic, text="The light is on. Good night.", session_id="s-1")
    audio = audio_of(answer)
    assert (answer["session_id"], answer["source"]) == ("s-1", "tts-one")
    assert (audio.rate, audio.channels, answer["sample_rate"]) == (22_050, 1, 22_050)
    assert 1.5 < audio.seconds < 10
    assert loudness(audio.data) > 0.03
    assert answer["language"] == "en-US"
    assert answer["duration_ms"] > 0


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ({"voice": "en_US-lessac-medium"}, "en-US"),
        ({"voice": "en_US-lessac-medium", "language": "en"}, "en-US"),
        ({"language": "en_GB"}, "en"),
        ({"language": "de"}, "de"),
        ({"voice": "de_DE-nobody-low"}, "de"),
    ],
)
async def test_answer_names_the_voice_that_spoke(
    on_bus: Sidecar, broker: Broker, wanted: dict[str, str], language: str
) -> None:
    answer = await ask(broker, text="42", **wanted)
    assert answer["language"].startswith(language)
    spoken = await ask(broker, text="42", voice=answer["voice"])
    assert spoken["voice"] == answer["voice"] != wanted.get("voice")
    assert audio_of(spoken).seconds == pytest.approx(audio_of(answer).seconds)


async def test_speed(on_bus: Sidecar, broker: Broker) -> None:
    slow, fast = [
        audio_of(await ask(broker, text="The kitchen light is on.", speed=speed)).seconds
        for speed in (0.5, 2)
    ]
    assert slow > 2 * fast


@pytest.mark.parametrize("text", ["", "***", "  \n"])
async def test_nothing_to_say_is_an_empty_wav(on_bus: Sidecar, broker: Broker, text: str) -> None:
    answer = await ask(broker, text=text)
    wav = base64.b64decode(answer["audio_data"])
    assert (wav[:4], len(wav)) == (b"RIFF", 44)
    assert "error" not in answer


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({}, "missing_field"),
        ({"text": 7}, "invalid_field"),
        ({"text": "a", "language": "tlh"}, "unsupported_language"),
        ({"text": "a", "speed": 9}, "invalid_field"),
        ({"text": "a", "speed": 0}, "invalid_field"),
        ({"text": "a", "speed": "fast"}, "invalid_field"),
        ({"text": "a", "voice": ["x"]}, "invalid_field"),
        ({"text": "a" * 9000}, "invalid_field"),
        ({"text": "The kitchen light is on. " * 100}, "too_large"),
        ({"text": "a", "timestamp": 1.0}, "expired"),
    ],
)
async def test_bad_request(
    on_bus: Sidecar, broker: Broker, request_: dict[str, object], code: str
) -> None:
    answer = await ask(broker, **request_)
    assert answer["error"]["code"] == code
    assert "audio_data" not in answer
    assert audio_of(await ask(broker, text="Yes.")).seconds > 0.2


async def test_agents_answer_is_spoken_when_its_slip_says_so(
    on_bus: Sidecar, broker: Broker
) -> None:
    request_id = uuid.uuid4().hex
    async with BusProbe.connect(broker) as probe:
        answer = {"request_id": request_id, "session_id": "s-2", "source": "agent"}
        await probe.send("alicia/voice/ai/response", {**answer, "text": "Done.", "route": ["tts"]})
        spoken = await probe.expect(RESPONSE, request_id=request_id)
    assert audio_of(spoken).seconds > 0.2
    assert spoken["session_id"] == "s-2"
    assert "route" not in spoken


async def test_what_was_heard_is_spoken_when_its_slip_says_so(
    on_bus: Sidecar, broker: Broker
) -> None:
    request_id = uuid.uuid4().hex
    async with BusProbe.connect(broker) as probe:
        heard = {"request_id": request_id, "text": "hallo", "language": "de", "route": ["tts"]}
        await probe.send("alicia/voice/stt/response", heard)
        spoken = await probe.expect(RESPONSE, request_id=request_id)
    assert spoken["language"].startswith("de")


@pytest.mark.parametrize(
    "answer", [{"text": "Done."}, {"text": "Done.", "route": ["ai", "tts"]}, {"route": ["tts"]}]
)
async def test_other_answers_are_not_spoken(
    on_bus: Sidecar, broker: Broker, answer: dict[str, object]
) -> None:
    silent, after = uuid.uuid4().hex, uuid.uuid4().hex
    async with BusProbe.connect(broker) as probe:
        await probe.send("alicia/voice/ai/response", {"request_id": silent, **answer})
        await probe.send(REQUEST, {"request_id": after, "text": ""})
        await probe.expect(RESPONSE, request_id=after)
        assert not [message for _, message in probe.heard if message.get("audio_data")]


async def test_it_says_on_the_bus_what_it_can(on_bus: Sidecar, broker: Broker) -> None:
    async with BusProbe.connect(broker) as probe:
        await probe.send("alicia/system/discovery/query", {})
        found = await probe.expect("alicia/system/discovery/register", device_id="tts-one")
    (capability,) = found["capabilities"]
    assert capability["name"] == "text_to_speech"
    assert capability["engine"] in ("espeak-ng", "piper")
    assert "en-US" in capability["languages"]
    assert found["status"] == "online"


async def test_new_voices_are_told_on_the_bus(tmp_path: Path, broker: Broker) -> None:
    folder = tmp_path / "voices"
    make_voice(folder)
    options = ("--voices-dir", str(folder), "--instance-id", "tts-new", *broker.arguments)
    async with BusProbe.connect(broker) as probe:
        with running(tmp_path / "log", *options):
            make_voice(folder, "de_DE-toene-low", espeak_voice="de")
            languages: list[str] = []
            while "de-DE" not in languages:
                found = await probe.expect("alicia/system/discovery/register", device_id="tts-new")
                languages = [
                    language
                    for capability in found["capabilities"]
                    if isinstance(capability, dict)  # a bare name, until it is ready
                    for language in capability["languages"]
                ]
    assert languages == ["de-DE", "en-US"]

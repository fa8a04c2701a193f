"""Without a model the server understands commands, in the names that the house has now."""

import audioop
from collections.abc import Iterator
import io
import json
import subprocess
import wave

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info

from ..support import (
    PATIENCE,
    Broker,
    BusProbe,
    Sidecar,
    ask,
    converse,
    stt_request,
    utterance,
)

VOCABULARY = "alicia/voice/vocabulary"
HOUSE = {
    "language": "en",
    "entities": [
        {"name": "Kitchen Light", "domain": "light", "area": "Kitchen"},
        {"name": "Front Door", "domain": "lock", "area": "Hall"},
        {"domain": "light"},
        {"name": 7, "domain": "light"},
    ],
    "areas": ["Kitchen", "Hall"],
}
RATE = 16_000


def speak(text: str) -> bytes:
    """What somebody says, as samples, with a pause before and after it."""
    command = ["espeak-ng", "-v", "en-us+klatt4", "-s", "140", "--stdout", text]
    done = subprocess.run(command, capture_output=True, check=True)
    with wave.open(io.BytesIO(done.stdout)) as spoken:
        rate, frames = spoken.getframerate(), spoken.readframes(60 * RATE)
    samples, _ = audioop.ratecv(frames, 2, 1, rate, RATE, None)
    return bytes(RATE // 2) + samples + bytes(RATE)


def trim(pcm: bytes) -> bytes:
    """The samples without the silence after them."""
    return pcm.rstrip(b"\0") + bytes(len(pcm.rstrip(b"\0")) % 2)


@pytest.fixture(scope="module")
def server(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("grammar")
    names = folder / "names.json"
    names.write_text(json.dumps(HOUSE))
    arguments = ("--engine", "auto", "--models-dir", str(folder / "none"))
    own = ("--vocabulary", str(names), "--instance-id", "stt-grammar", *broker.arguments)
    sidecar = Sidecar("alicia_stt", folder, (*arguments, *own))
    sidecar.start()
    broker.until_online("stt-grammar")
    yield sidecar
    sidecar.clean_up()


@pytest.fixture(scope="module")
def ending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    """A server that ends utterances by itself."""
    folder = tmp_path_factory.mktemp("ending")
    names = folder / "names.json"
    names.write_text(json.dumps(HOUSE))
    arguments = ("--engine", "grammar", "--vocabulary", str(names), "--endpointing", "0.6")
    sidecar = Sidecar("alicia_stt", folder, arguments)
    yield sidecar.start()
    sidecar.clean_up()


def test_it_says_why_it_is_no_whisper(server: Sidecar) -> None:
    assert "WARNING" in server.log
    assert "there is no Whisper model in" in server.log


@pytest.mark.parametrize("said", ["turn on the kitchen light", "turn off the kitchen light"])
async def test_a_command_to_this_house_is_heard(server: Sidecar, said: str) -> None:
    answers = await ask(server.uri, utterance(speak(said), language="en-US"))

    assert answers[0].data == {"text": said, "language": "en"}


@pytest.mark.parametrize("said", ["", "I have read a long book about whales and sailors"])
async def test_what_is_no_command_is_nothing(server: Sidecar, said: str) -> None:
    answers = await ask(server.uri, utterance(speak(said)))

    assert answers[0].data["text"] == ""


async def test_silence_ends_a_command(ending: Sidecar) -> None:
    """Whoever is told so needs no detector, and says no stop."""
    said = "turn on the kitchen light"
    *events, _stop = utterance(speak(said) + bytes(RATE))
    async with AsyncClient.from_uri(ending.uri, read_timeout=PATIENCE) as client:
        await client.write_event(Describe().event())
        info = await client.read_event()
        answers = await converse(client, events)

    assert info is not None
    assert not Info.from_event(info).asr[0].requires_external_vad
    assert [answer.data["text"] for answer in answers] == [said]


async def test_a_short_pause_ends_nothing(ending: Sidecar) -> None:
    audio = trim(speak("turn on the")) + bytes(RATE // 2) + speak("kitchen light")
    answers = await ask(ending.uri, utterance(audio))

    assert [answer.data["text"] for answer in answers] == ["turn on the kitchen light"]


@pytest.mark.parametrize("name", ["server", "ending"])
async def test_pieces_make_up_the_command(name: str, request: pytest.FixtureRequest) -> None:
    said = "turn off the kitchen light"
    sidecar: Sidecar = request.getfixturevalue(name)
    wanted = Transcribe(language="en", context={"partials": True}).event()
    async with AsyncClient.from_uri(sidecar.uri, read_timeout=PATIENCE) as client:
        start, *chunks, last = await converse(client, [wanted, *list(utterance(speak(said)))[1:]])
        stop = await client.read_event()

    assert start.type == "transcript-start"
    assert {chunk.type for chunk in chunks} == {"transcript-chunk"}
    assert "".join(chunk.data["text"] for chunk in chunks) == said
    assert Transcript.from_event(last).text == said
    assert stop is not None
    assert stop.type == "transcript-stop"


async def test_another_language_is_refused(server: Sidecar) -> None:
    answers = await ask(server.uri, utterance(speak("hello"), language="de"))

    assert answers[0].data["code"] == "unsupported_language"


async def _known(probe: BusProbe) -> tuple[int, int]:
    """How many names and areas the server last registered with."""
    hello = await probe.expect("alicia/system/discovery/register")
    capability = hello["capabilities"][0]
    return capability["names"], capability["areas"]


async def test_it_learns_new_names_from_the_bus(server: Sidecar, broker: Broker) -> None:
    said = "turn on the reading lamp"
    lamp = {"name": "Reading Lamp", "domain": "light", "area": "Kitchen"}
    async with BusProbe.connect(broker) as probe:
        house = {**HOUSE, "entities": [*HOUSE["entities"], lamp]}
        await probe.send(VOCABULARY, house, retain=True)
        known = await _known(probe)
        while known != (3, 2):
            known = await _known(probe)
        request = stt_request(speak(said), request_id="r-1", sample_rate=RATE)
        await probe.send("alicia/services/stt-grammar/request", request)
        answer = await probe.expect("alicia/voice/stt/response", request_id="r-1")
        await probe.send(VOCABULARY, b"", retain=True)

    assert answer["text"] == said
    assert answer["confidence"] > 0


async def test_bad_names_leave_the_grammar_as_it_is(server: Sidecar, broker: Broker) -> None:
    after = len(server.log)
    async with BusProbe.connect(broker, "alicia/voice/stt/response") as probe:
        await probe.send(VOCABULARY, b"[]")
        await probe.send(VOCABULARY, {"language": "xx", "entities": [], "areas": []})
        server.wait_for_log("names can't be used", after)

    answers = await ask(server.uri, utterance(speak("turn on the kitchen light")))
    assert answers[0].data["text"] == "turn on the kitchen light"

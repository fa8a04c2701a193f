"""A server says that it is there, how it is, and that it is gone; and comes back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import subprocess
import sys

import pytest

from alicia_bus.audio import Pcm, encode_wav
from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import Broker, BusProbe, Sidecar, ask, stt_request, utterance

FIRST = SCRIPT[0]
TONE = make_tone(FIRST.hertz, 1.0)
WAV = encode_wav(Pcm(TONE))
REQUEST, RESPONSE = "alicia/voice/stt/request", "alicia/voice/stt/response"
REGISTER = "alicia/system/discovery/register"
HEALTH = "alicia/system/health/stt-two"


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that the test may kill."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Broker(folder).start()
    yield broker
    broker.kill()


@pytest.fixture
def server(own_broker: Broker, whisper_model: Path, tmp_path: Path) -> Iterator[Sidecar]:
    arguments = ("--model", str(whisper_model), "--instance-id", "stt-two", *own_broker.arguments)
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    yield sidecar
    sidecar.clean_up()


async def test_it_registers(own_broker: Broker, server: Sidecar) -> None:
    async with BusProbe.connect(own_broker) as probe:
        server.start()
        hello = await probe.expect(REGISTER, status="online")
        beat = await probe.expect(HEALTH, status="online")

    assert hello["device_id"] == "stt-two"
    assert hello["device_type"] == "service"
    assert hello["capabilities"][0]["name"] == "speech_to_text"
    assert "en" in hello["capabilities"][0]["languages"]
    assert hello["endpoints"] == {"wyoming": server.uri}
    assert hello["contract"] == beat["contract"] == 1
    assert not hello["_retained"]


async def test_what_is_retained_finds_it_later(own_broker: Broker, server: Sidecar) -> None:
    server.start()
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="online")
    async with BusProbe.connect(own_broker) as probe:
        beat = await probe.expect(HEALTH)
        offer = await probe.expect("alicia/discovery/stt-two/config")

    assert (beat["status"], beat["_retained"]) == ("online", True)
    assert (offer["base_topic"], offer["_retained"]) == ("alicia", True)


async def test_it_answers_those_who_ask_who_is_there(own_broker: Broker, server: Sidecar) -> None:
    server.start()
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="online")
        probe.heard.clear()  # what it said of its own accord, while it got ready
        await probe.send("alicia/system/discovery/query", {"capability": "text_to_speech"})
        await probe.send("alicia/system/discovery/query", {})
        await probe.expect(REGISTER)
        await probe.send("alicia/system/health/check", {})
        beat = await probe.expect(HEALTH, _retained=False)

    assert beat["uptime"] > 0
    assert beat["load"] == 0
    assert beat["counters"]["received"] >= 3


async def test_another_base_topic_is_no_offer_to_home_assistant(
    own_broker: Broker, server: Sidecar
) -> None:
    server.arguments += ("--base-topic", "house/alicia")
    server.start()
    async with BusProbe.connect(own_broker, "#") as probe:
        await probe.expect("house/alicia/system/health/stt-two", status="online")
        await probe.send("house/alicia/voice/stt/request", stt_request(WAV, request_id="r-1"))
        answer = await probe.expect("house/alicia/voice/stt/response", request_id="r-1")

    assert answer["text"] == FIRST.text
    assert not [topic for topic, _ in probe.heard if "discovery/stt-two" in topic]


async def test_a_stop_finishes_what_is_in_hand(own_broker: Broker, server: Sidecar) -> None:
    server.start()
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="online")
        for number in range(3):
            await probe.send(REQUEST, stt_request(WAV, request_id=f"r-{number}"))
        await probe.expect("alicia/services/stt-two/taken", request_id="r-2")
        assert server.stop() == 0
        answers = [await probe.expect(RESPONSE, request_id=f"r-{number}") for number in range(3)]
        gone = await probe.expect(HEALTH, status="offline")

    assert [answer["text"] for answer in answers] == [FIRST.text] * 3
    assert gone["uptime"] > 0  # its own word, not its last will
    assert not [topic for topic, _ in probe.heard if topic.endswith("/unregister")]


async def test_a_killed_server_is_offline_and_comes_back(
    own_broker: Broker, server: Sidecar
) -> None:
    server.start()
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="online")
        await probe.send(REQUEST, stt_request(encode_wav(Pcm(TONE * 10)), request_id="lost"))
        await probe.expect("alicia/services/stt-two/taken", request_id="lost")
        server.kill()
        await probe.expect(HEALTH, status="offline")
        probe.heard.clear()  # among it, that it was online while it heard the first
        server.start()
        await probe.expect(HEALTH, status="online")
        await probe.send(REQUEST, stt_request(WAV, request_id="found"))
        answer = await probe.expect(RESPONSE, request_id="found")

    assert answer["text"] == FIRST.text
    answers = await ask(server.uri, utterance(TONE))
    assert [answer.data["text"] for answer in answers] == [FIRST.text]


async def test_it_outlives_its_broker(own_broker: Broker, server: Sidecar) -> None:
    server.start()
    own_broker.kill()
    answers = await ask(server.uri, utterance(TONE))
    own_broker.start()
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="online")
        await probe.send(REQUEST, stt_request(WAV, request_id="after"))
        answer = await probe.expect(RESPONSE, request_id="after")

    assert [answer.data["text"] for answer in answers] == [FIRST.text]
    assert answer["text"] == FIRST.text
    assert server.log.count("No connection to the broker") <= 2


async def test_several_servers_share_the_requests(
    own_broker: Broker, server: Sidecar, whisper_model: Path, tmp_path: Path
) -> None:
    arguments = ("--model", str(whisper_model), "--instance-id", "stt-three", *own_broker.arguments)
    other = Sidecar("alicia_stt", tmp_path / "other", arguments)
    try:
        server.start()
        other.start()
        async with BusProbe.connect(own_broker) as probe:
            for instance in ("stt-two", "stt-three"):
                await probe.expect(f"alicia/system/health/{instance}", status="online")
            answers = []
            for number in range(10):
                request = stt_request(WAV, request_id=f"r-{number}")
                await probe.send(REQUEST, request)
                answers.append(await probe.expect(RESPONSE, request_id=f"r-{number}"))
    finally:
        other.clean_up()

    assert {answer["source"] for answer in answers} == {"stt-two", "stt-three"}
    assert not [topic for topic, _ in probe.heard if topic == RESPONSE]


async def test_it_leaves_for_good_when_told_to(own_broker: Broker, server: Sidecar) -> None:
    server.start()
    own_broker.until_online("stt-two")
    assert server.stop() == 0
    async with BusProbe.connect(own_broker) as probe:
        await probe.expect(HEALTH, status="offline")
        command = [sys.executable, "-m", "alicia_stt", "unregister", "--instance-id", "stt-two"]
        command += own_broker.arguments
        done = await asyncio.to_thread(subprocess.run, command, timeout=60, check=False)
        await probe.expect("alicia/system/discovery/unregister", device_id="stt-two")
    async with BusProbe.connect(own_broker) as probe:
        await probe.send("alicia/reply/end", {})
        await probe.expect("alicia/reply/end")

    assert done.returncode == 0
    assert probe.heard == []

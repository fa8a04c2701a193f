"""A running server is administered over the bus, by its process id and its clients seen."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from alicia_bus.audio import Pcm, encode_wav
from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone
from tests.ports import free_port

from ..support import Broker, BusProbe, Sidecar, ask, stt_request, utterance

TONE = make_tone(SCRIPT[0].hertz, 1.0)
ADMIN = "alicia/system/admin/stt-led"
ANSWER = f"{ADMIN}/response"
HEALTH = "alicia/system/health/stt-led"
REQUEST, RESPONSE = "alicia/voice/stt/request", "alicia/voice/stt/response"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "stt.toml"
    config.write_text('log_level = "info"\n')
    return config


@pytest.fixture(params=["alicia_stt", "alicia_tts"])
def server(
    request: pytest.FixtureRequest,
    broker: Broker,
    whisper_model: Path,
    config: Path,
    tmp_path: Path,
) -> Iterator[Sidecar]:
    engine = {
        "alicia_stt": ("--model", str(whisper_model)),
        "alicia_tts": ("--engine", "espeak"),
    }[request.param]
    own = ("--instance-id", "stt-led", "--config", str(config), *engine, *broker.arguments)
    uri = f"tcp://127.0.0.1:{free_port()}"
    sidecar = Sidecar(request.param, tmp_path / "server", own, uri)
    yield sidecar
    sidecar.clean_up()


@pytest.mark.parametrize("command", ["restart", "reload"])
async def test_it_begins_anew_as_the_same_process(
    broker: Broker, server: Sidecar, command: str
) -> None:
    """Neither a supervisor nor a client has to do anything."""
    async with BusProbe.connect(broker, "alicia/system/#") as probe:
        server.start()
        await probe.expect(HEALTH, status="online")
        before = len(server.log)
        await probe.send(ADMIN, {"command": command, "request_id": "r-1"})
        answer = await probe.expect(ANSWER, request_id="r-1")
        assert "error" not in answer
        await probe.expect(HEALTH, status="offline")
        probe.heard.clear()  # among it, that it was online before
        server.wait_for_log(r"serves on (\S+)", before)
        beat = await probe.expect(HEALTH, status="online")
    assert beat["uptime"] < 30
    assert server.process is not None
    assert server.process.poll() is None
    assert server.stop() == 0


async def test_a_broken_configuration_is_told_and_not_taken(
    broker: Broker, server: Sidecar, config: Path
) -> None:
    async with BusProbe.connect(broker, "alicia/system/#") as probe:
        server.start()
        await probe.expect(HEALTH, status="online")
        await asyncio.to_thread(config.write_text, "log_level = loud\n")
        await probe.send(ADMIN, {"command": "reload", "request_id": "r-1"})
        answer = await probe.expect(ANSWER, request_id="r-1")
        assert answer["error"]["code"] == "failed"
        assert "stt.toml" in answer["error"]["message"]
        await probe.send(ADMIN, {"command": "logs", "request_id": "r-2"})
        lines = await probe.expect("alicia/system/logs/stt-led", request_id="r-2")
        assert any("serves on" in each["message"] for each in lines["lines"])
        assert not lines["_retained"]
    assert server.log.count("serves on") == 1


@pytest.mark.parametrize("server", ["alicia_stt"], indirect=True)
async def test_what_is_in_hand_is_done_before_it_begins_anew(
    broker: Broker, server: Sidecar
) -> None:
    async with BusProbe.connect(broker) as probe:
        server.start()
        await probe.expect(HEALTH, status="online")
        before = len(server.log)
        asked = {"request_id": "r-1"}
        await probe.send(REQUEST, stt_request(encode_wav(Pcm(TONE)), **asked))
        await probe.expect("alicia/services/stt-led/taken", request_id="r-1")
        await probe.send(ADMIN, {"command": "restart", "request_id": "r-2"})
        answer = await probe.expect(RESPONSE, request_id="r-1")
        assert answer["text"] == SCRIPT[0].text
        await asyncio.to_thread(server.wait_for_log, r"serves on (\S+)", before)
    heard = await ask(server.uri, utterance(TONE))
    assert heard[-1].data["text"] == SCRIPT[0].text


@pytest.mark.parametrize("server", ["alicia_stt"], indirect=True)
async def test_no_log_holds_what_was_said(broker: Broker, server: Sidecar) -> None:
    async with BusProbe.connect(broker) as probe:
        server.start()
        await probe.expect(HEALTH, status="online")
        await probe.send(ADMIN, {"command": "set_log_level", "level": "debug", "request_id": "r"})
        await probe.expect(ANSWER, request_id="r")
        await probe.send(REQUEST, stt_request(encode_wav(Pcm(TONE)), request_id="r-1"))
        await probe.expect(RESPONSE, request_id="r-1")
        await ask(server.uri, utterance(TONE))
        await probe.send(ADMIN, {"command": "logs", "limit": 500, "request_id": "r-2"})
        lines = await probe.expect("alicia/system/logs/stt-led", request_id="r-2")
    assert any(each["level"] == "debug" for each in lines["lines"])
    told = " ".join(each["message"] for each in lines["lines"])
    assert SCRIPT[0].text not in told
    assert SCRIPT[0].text not in server.log

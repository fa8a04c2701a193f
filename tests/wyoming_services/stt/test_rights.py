"""The server on a broker as users get it: encrypted, with an account that may do little."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
import subprocess
import sys

import pytest

from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone
from tests.ports import free_port

from ..support import ROOT, Broker, BusProbe, Sidecar, stt_request

TONE = make_tone(SCRIPT[0].hertz, 1.0)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("guarded")
    broker = Broker(folder, free_port())
    generator = [sys.executable, str(ROOT / "deploy" / "broker" / "generate.py")]
    ports = ("--port", broker.port, "--tls-port", free_port(), "--websockets-port", free_port())
    names = ("--name", "localhost", "--output", folder)
    subprocess.run([*generator, *map(str, (*ports, *names))], check=True, capture_output=True)
    yield broker.start()
    broker.kill()


def _tls_port(guarded: Broker) -> str:
    lines = (guarded.folder / "mosquitto.conf").read_text().splitlines()
    listeners = [line.split()[1] for line in lines if line.startswith("listener ")]
    return listeners[1]


def _operator(guarded: Broker) -> AbstractAsyncContextManager[BusProbe]:
    password = (guarded.folder / "secrets" / "operator").read_text().strip()
    return BusProbe.connect(guarded, username="operator", password=password)


@pytest.fixture
def server(guarded: Broker, whisper_model: Path, tmp_path: Path) -> Iterator[Sidecar]:
    options = {
        "--model": whisper_model,
        "--instance-id": "stt-guarded",
        "--mqtt-host": "localhost",
        "--mqtt-port": _tls_port(guarded),
        "--mqtt-username": "stt",
        "--mqtt-password-file": guarded.folder / "secrets" / "stt",
        "--mqtt-tls-ca": guarded.folder / "tls" / "ca.crt",
    }
    arguments = tuple(str(each) for option in options.items() for each in option)
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    yield sidecar
    sidecar.clean_up()


async def test_its_account_may_do_all_that_it_needs(guarded: Broker, server: Sidecar) -> None:
    server.start()
    async with _operator(guarded) as probe:
        await probe.expect("alicia/system/health/stt-guarded", status="online")
        await probe.expect("alicia/discovery/stt-guarded/config")
        await probe.send("alicia/system/discovery/query", {})
        await probe.expect("alicia/system/discovery/register", device_id="stt-guarded")
        for number, topic in enumerate(
            ("voice/stt/request", "services/stt-guarded/request", "voice/stt/request")
        ):
            request = stt_request(TONE, request_id=f"r-{number}")
            await probe.send(f"alicia/{topic}", request, reply_to=("alicia/reply/me", b""))
            await probe.expect("alicia/services/stt-guarded/taken", request_id=f"r-{number}")
            answer = await probe.expect("alicia/voice/stt/response", request_id=f"r-{number}")
            await probe.expect("alicia/reply/me", request_id=f"r-{number}")
            assert answer["text"] == SCRIPT[0].text
        server.kill()
        await probe.expect("alicia/system/health/stt-guarded", status="offline")

    assert "refuses" not in server.log


async def test_a_stranger_is_not_trusted(guarded: Broker, server: Sidecar, tmp_path: Path) -> None:
    """A broker whose certificate nobody vouches for gets no password."""
    at = server.arguments.index("--mqtt-tls-ca")
    server.arguments = (*server.arguments[:at], "--mqtt-tls", "on")
    server.start()

    server.wait_for_log("No connection to the broker.*CERTIFICATE_VERIFY_FAILED")
    assert "Connected to the broker" not in server.log


async def test_a_wrong_password_is_told(guarded: Broker, server: Sidecar, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("guess")
    at = server.arguments.index("--mqtt-password-file")
    server.arguments = (*server.arguments[: at + 1], str(wrong), *server.arguments[at + 2 :])
    server.start()

    server.wait_for_log("No connection to the broker.*Not authorized")
    assert "guess" not in server.log

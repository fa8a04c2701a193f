"""Without its engine a server says what is missing, and never makes do in silence."""

from pathlib import Path
import subprocess
import sys

import pytest

from tests.models.scripted_whisper import SCRIPT, make_whisper
from tests.models.tone import make_tone

from ..support import Broker, BusProbe, Sidecar, ask, stt_request, utterance

OFFLINE = ("--offline", "on")
TONE = make_tone(SCRIPT[0].hertz, 1.0)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "alicia_stt", "--uri", "tcp://127.0.0.1:0", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "model", [(), ("--model", "base"), ("--model", "/no/such/folder"), ("--model", "who/knows")]
)
def test_alone_it_ends_and_says_why(tmp_path: Path, model: tuple[str, ...]) -> None:
    done = _run(*OFFLINE, "--models-dir", str(tmp_path), *model)

    assert done.returncode == 1
    assert "there is no Whisper model" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_model_is_no_reason_to_guess(tmp_path: Path) -> None:
    folder = make_whisper(tmp_path / "broken")
    (folder / "model.bin").write_bytes(b"not a model")

    done = _run("--model", str(folder))

    assert done.returncode == 1
    assert "can't be loaded" in done.stderr


def test_a_download_that_was_cut_off_is_no_model(tmp_path: Path) -> None:
    folder = make_whisper(tmp_path / "base")
    (folder / ".cache").mkdir()

    done = _run(*OFFLINE, "--models-dir", str(tmp_path), "--model", "base")

    assert done.returncode == 1


async def test_any_model_in_the_folder_is_found(tmp_path: Path) -> None:
    make_whisper(tmp_path / "models" / "mine")
    arguments = ("--engine", "auto", "--models-dir", str(tmp_path / "models"))
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    try:
        sidecar.start()
        answers = await ask(sidecar.uri, utterance(TONE))
    finally:
        sidecar.clean_up()

    assert answers[0].data["text"] == SCRIPT[0].text


async def test_on_a_bus_it_stays_and_says_why(broker: Broker, tmp_path: Path) -> None:
    """It takes no share of the requests, and answers those to itself with an error."""
    own = ("--models-dir", str(tmp_path / "none"), "--instance-id", "stt-empty")
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", (*OFFLINE, *own, *broker.arguments))
    try:
        sidecar.launch()
        async with BusProbe.connect(broker) as probe:
            hello = await probe.expect("alicia/system/discovery/register", status="unavailable")
            while hello["metadata"]["detail"].startswith("loading"):
                hello = await probe.expect("alicia/system/discovery/register")
            request = stt_request(TONE, request_id="r-1")
            await probe.send("alicia/services/stt-empty/request", request)
            answer = await probe.expect("alicia/voice/stt/response", request_id="r-1")
        assert sidecar.stop() == 0
    finally:
        sidecar.clean_up()

    assert "there is no Whisper model" in hello["metadata"]["detail"]
    assert answer["error"]["code"] == "unavailable"

"""The guide's calls, typed with Debian's mosquitto_pub and heard with its mosquitto_sub."""

import base64
from collections.abc import Mapping
import json
import os
from pathlib import Path
import subprocess
from typing import cast

import pytest

from alicia_bus.audio import Pcm, decode_audio, encode_wav
from demo.audio import is_audible
from demo.trial.speech import say

from .house import House


class Shell:
    """A shell whose mosquitto_pub and mosquitto_sub know the broker and the account."""

    def __init__(self, folder: Path, account: Mapping[str, object]) -> None:
        self._folder = folder
        flags = {"-h": "host", "-p": "port", "-u": "username", "-P": "password"}
        options = "\n".join(f"{flag} {account[key]}" for flag, key in flags.items())
        for tool in ("mosquitto_pub", "mosquitto_sub"):
            (folder / tool).write_text(options + "\n")
        self._environment = {**os.environ, "XDG_CONFIG_HOME": str(folder)}

    def type(self, command: str, answer: str) -> Mapping[str, object]:
        """Run a command line, and return the first message on the answer's topic."""
        subscribe = ("stdbuf", "-oL", "mosquitto_sub", "-t", answer, "-C", "1", "-W", "30", "-d")
        with subprocess.Popen(
            subscribe, env=self._environment, stdout=subprocess.PIPE, text=True, cwd=self._folder
        ) as listening:
            assert listening.stdout is not None
            for line in listening.stdout:
                if line.startswith("Subscribed"):
                    break
            shell = ("bash", "-c", command)
            subprocess.run(shell, env=self._environment, check=True, cwd=self._folder)
            found = [line for line in listening.stdout if line.startswith("{")]
        assert found, f"no answer on {answer}"
        message: Mapping[str, object] = json.loads(found[0])
        return message


@pytest.fixture
def shell(house: House, tmp_path: Path) -> Shell:
    return Shell(tmp_path, house.summary["mqtt"])


def test_register_a_device(shell: Shell) -> None:
    message = shell.type(
        "mosquitto_pub -t alicia/system/discovery/register -m '"
        '{"device_id": "hall_lamp", "device_type": "light", "capabilities": ["on_off", "dimming"],'
        ' "endpoints": {}, "metadata": {"name": "Hall lamp"}, "status": "online"}\' &&'
        ' mosquitto_pub -t alicia/system/discovery/query -m \'{"capability": "dimming"}\'',
        "alicia/system/discovery/response",
    )
    devices = cast(list[dict[str, str]], message["devices"])
    assert [device["device_id"] for device in devices] == ["hall_lamp"]
    assert devices[0]["device_type"] == "light"


def test_speech_to_text(shell: Shell, tmp_path: Path) -> None:
    wav = encode_wav(Pcm(say("turn on the desk lamp"), 16000))
    request = {
        "request_id": "r-1",
        "session_id": "my-session",
        "audio_data": base64.b64encode(wav).decode(),
        "language": "en",
    }
    (tmp_path / "request.json").write_text(json.dumps(request))
    message = shell.type(
        "mosquitto_pub -t alicia/voice/stt/request -f request.json", "alicia/voice/stt/response"
    )
    assert message["text"] == "turn on the desk lamp"
    assert (message["request_id"], message["session_id"]) == ("r-1", "my-session")


def test_conversation(shell: Shell) -> None:
    message = shell.type(
        "mosquitto_pub -t alicia/voice/ai/request"
        ' -m \'{"text": "turn on the desk lamp", "session_id": "my-session"}\'',
        "alicia/voice/ai/response",
    )
    assert message["text"] == "Turned on the light"
    assert message["session_id"] == "my-session"


def test_text_to_speech_in_a_voice_that_nobody_has(shell: Shell) -> None:
    message = shell.type(
        'mosquitto_pub -t alicia/voice/tts/request -m \'{"text": "Dinner is ready",'
        ' "voice": "en_US-lessac-medium", "session_id": "my-session"}\'',
        "alicia/voice/tts/response",
    )
    assert "error" not in message
    assert message["voice"]
    audio = decode_audio(base64.b64decode(str(message["audio_data"])))
    assert is_audible(audio.data)


def test_routed_command_with_a_session(shell: Shell) -> None:
    message = shell.type(
        "mosquitto_pub -t alicia/voice/command/route"
        ' -m \'{"text": "turn off the desk lamp", "session_id": "my-session"}\'',
        "alicia/voice/command/response",
    )
    assert message["outcome"] == "done"
    assert message["session_id"] == "my-session"
    assert message["response_text"] == "Turned off the light"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("not json", "invalid_json"),
        ("[1]", "not_an_object"),
        ('{"session_id": "s"}', "missing_field"),
        ('{"text": 7}', "invalid_field"),
        ('{"audio_data": "AAAA", "sample_rate": 96000}', "unsupported_audio"),
        ('{"text": "turn on the desk lamp", "timestamp": 1000000000}', "expired"),
        ('{"text": "turn on the desk lamp", "timestamp": 99999999999}', "clock_skew"),
    ],
)
def test_bad_input_is_answered_with_its_error(shell: Shell, payload: str, code: str) -> None:
    message = shell.type(
        f"mosquitto_pub -t alicia/voice/command/route -m '{payload}'",
        "alicia/voice/command/response",
    )
    error = message["error"]
    assert isinstance(error, dict)
    assert error["code"] == code

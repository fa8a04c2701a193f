"""Home Assistant's own Wyoming integration speaks with our server, as it is."""

from array import array
from collections.abc import AsyncGenerator, Iterator
import contextlib
import math
from pathlib import Path
import re
import subprocess
import time

from homeassistant.components import tts
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-sidecars/bin/python"
PATIENCE = 30.0  # seconds


@pytest.fixture(autouse=True)
def loopback(socket_enabled: None) -> None:
    """The server is a process of its own."""


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[int]:
    """Run a server; yields its port."""
    log = folder / "log"
    command = [PYTHON, "-m", "alicia_tts", "--uri", "tcp://127.0.0.1:0", *options]
    process = subprocess.Popen(command, stderr=log.open("wb"), cwd=ROOT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(r"serves on tcp://127.0.0.1:(\d+)", log.read_text())):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(params=["espeak", "piper"])
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    voices = str(tmp_path / "voices")
    subprocess.run([PYTHON, "-m", "tests.models.tone_voice", voices], cwd=ROOT, check=True)
    with running(tmp_path, "--engine", request.param, "--voices-dir", voices) as found:
        yield found


@pytest.fixture
async def entity_id(hass: HomeAssistant, port: int) -> str:
    """The entity that Home Assistant makes of the server."""
    assert await async_setup_component(hass, "tts", {})
    entry = MockConfigEntry(domain="wyoming", data={"host": "127.0.0.1", "port": port})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (state,) = hass.states.async_all("tts")
    return state.entity_id


def stream(hass: HomeAssistant, entity_id: str, **options: str) -> tts.ResultStream:
    wanted = {tts.ATTR_PREFERRED_FORMAT: "wav", **options}
    return tts.async_create_stream(hass, entity_id, "en-US", wanted)


async def samples_of(result: tts.ResultStream) -> array[int]:
    """Return what a WAV holds after its header."""
    wav = b"".join([chunk async for chunk in result.async_stream_result()])
    assert wav[:4] == b"RIFF"
    return array("h", wav[44:][: (len(wav) - 44) & ~1])


def loudness(samples: array[int]) -> float:
    """Return the root mean square; full scale is 1."""
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768


async def test_entity_lists_the_voices(hass: HomeAssistant, entity_id: str) -> None:
    entity = hass.data[tts.DOMAIN].get_entity(entity_id)
    assert isinstance(entity, tts.TextToSpeechEntity)
    assert "en-US" in entity.supported_languages
    assert entity.async_supports_streaming_input()
    first, *_ = entity.async_get_supported_voices("en-US") or ()
    assert first.voice_id in ("en-us+klatt4", "en_US-tone-low")


@pytest.mark.parametrize("options", [{}, {tts.ATTR_VOICE: "en_US-lessac-medium"}])
async def test_message_is_spoken(
    hass: HomeAssistant, entity_id: str, options: dict[str, str]
) -> None:
    result = stream(hass, entity_id, **options)
    result.async_set_message("The kitchen light is on. The fan is off.")
    samples = await samples_of(result)
    assert len(samples) > 22_050
    assert loudness(samples) > 0.03


async def test_stream_of_words_is_spoken(hass: HomeAssistant, entity_id: str) -> None:
    async def words() -> AsyncGenerator[str]:
        for word in "Once there was a light. It was on. Then it was off.".split():
            yield f"{word} "

    result = stream(hass, entity_id)
    result.async_set_message_stream(words())
    samples = await samples_of(result)
    assert len(samples) > 2 * 22_050
    assert loudness(samples) > 0.03

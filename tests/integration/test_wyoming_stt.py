"""Home Assistant's own Wyoming integration is understood by our server, as it is."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
import re
import subprocess
import time

from homeassistant.components import stt
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..models.tone import make_tone

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-sidecars/bin/python"
PATIENCE = 30.0  # seconds
CHUNK = 640  # bytes: what a microphone gives in 20 ms


@pytest.fixture(autouse=True)
def loopback(socket_enabled: None) -> None:
    """The server is a process of its own."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whisper") / "scripted"
    command = [PYTHON, "-m", "tests.models.scripted_whisper", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.fixture
def port(model: Path, tmp_path: Path) -> Iterator[int]:
    """Run a server; yields its port."""
    log = tmp_path / "log"
    command = [PYTHON, "-m", "alicia_stt", "--uri", "tcp://127.0.0.1:0", "--model", str(model)]
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


@pytest.fixture
async def entity(hass: HomeAssistant, port: int) -> stt.SpeechToTextEntity:
    """The entity that Home Assistant makes of the server."""
    assert await async_setup_component(hass, "stt", {})
    entry = MockConfigEntry(domain="wyoming", data={"host": "127.0.0.1", "port": port})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (state,) = hass.states.async_all("stt")
    found = stt.async_get_speech_to_text_entity(hass, state.entity_id)
    assert isinstance(found, stt.SpeechToTextEntity)
    return found


async def _microphone(samples: bytes) -> AsyncGenerator[bytes]:
    for at in range(0, len(samples), CHUNK):
        yield samples[at : at + CHUNK]


async def _hear(
    entity: stt.SpeechToTextEntity, samples: bytes, language: str = "en"
) -> stt.SpeechResult:
    metadata = stt.SpeechMetadata(
        language=language,
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
        channel=stt.AudioChannels.CHANNEL_MONO,
    )
    return await entity.internal_async_process_audio_stream(metadata, _microphone(samples))


async def test_speech_is_text(entity: stt.SpeechToTextEntity) -> None:
    for _ in range(2):
        heard = await _hear(entity, make_tone(400.0, 1.0))
        assert heard == stt.SpeechResult(
            "Turn on the kitchen light.", stt.SpeechResultState.SUCCESS
        )


async def test_silence_is_no_text(entity: stt.SpeechToTextEntity) -> None:
    heard = await _hear(entity, bytes(64_000))
    assert heard == stt.SpeechResult("", stt.SpeechResultState.SUCCESS)


async def test_an_error_ends_the_stage(entity: stt.SpeechToTextEntity) -> None:
    heard = await _hear(entity, make_tone(400.0, 1.0), language="xx")
    assert heard.result is stt.SpeechResultState.ERROR


async def test_the_engine_is_the_entity(entity: stt.SpeechToTextEntity) -> None:
    assert entity.name == "alicia-whisper"
    assert {"en", "de", "fr"} <= set(entity.supported_languages)

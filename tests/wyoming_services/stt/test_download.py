"""A model that is asked for by name is fetched once, and it is said."""

from pathlib import Path

import pytest

from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import Sidecar, ask, utterance
from .model_hub import serving

TONE = make_tone(SCRIPT[0].hertz, 1.0)


@pytest.mark.parametrize(
    ("name", "repository", "folder"),
    [
        ("tiny", "Systran/faster-whisper-tiny", "tiny"),
        ("someone/their-whisper", "someone/their-whisper", "someone--their-whisper"),
    ],
)
async def test_a_model_is_downloaded_once(
    whisper_model: Path, tmp_path: Path, name: str, repository: str, folder: str
) -> None:
    models = tmp_path / "models"
    arguments = ("--model", name, "--models-dir", str(models))
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    try:
        with serving(whisper_model, repository) as hub:
            sidecar.environment = {"HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "hub")}
            sidecar.start()
            first = await ask(sidecar.uri, utterance(TONE))
            assert sidecar.stop() == 0
        sidecar.start()
        second = await ask(sidecar.uri, utterance(TONE))
    finally:
        sidecar.clean_up()

    assert [event.data["text"] for event in (*first, *second)] == [SCRIPT[0].text] * 2
    assert sidecar.log.count(f"Downloading the Whisper model {name}") == 1
    assert (models / folder / "model.bin").is_file()


async def test_a_hub_that_is_not_there_is_told(tmp_path: Path) -> None:
    arguments = ("--model", "tiny", "--models-dir", str(tmp_path / "models"))
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    sidecar.environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    try:
        sidecar.launch()
        assert sidecar.process is not None
        status = sidecar.process.wait(60)
    finally:
        sidecar.clean_up()

    assert status == 1
    assert "can't be downloaded" in sidecar.log
    assert "name their folder with --model" in sidecar.log
    assert "Traceback" not in sidecar.log


async def test_a_name_that_nobody_knows_is_told(tmp_path: Path) -> None:
    arguments = ("--model", "gigantic", "--models-dir", str(tmp_path / "models"))
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", arguments)
    try:
        sidecar.launch()
        assert sidecar.process is not None
        status = sidecar.process.wait(60)
    finally:
        sidecar.clean_up()

    assert status == 1
    assert "no Whisper model is named 'gigantic'" in sidecar.log
    assert "large-v3" in sidecar.log

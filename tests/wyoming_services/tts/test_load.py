"""The engine that the options mean is loaded, or it is said why not and what to do."""

import os
from pathlib import Path
import sys

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.engines.base import Cancellation, Utterance
from alicia_tts.engines.load import EngineOptions, load_engine
from alicia_tts.engines.piper_catalogue import fetch_catalogue, read_catalogue
from alicia_tts.engines.piper_download import download_voice
from alicia_tts.engines.piper_voices import find_voices
from alicia_tts.info import build_info, build_state
from tests.models.tone_voice import make_voice
from tests.wyoming_services.tts.hub import Hub

TONE = "en_US-tone-low"


def options(choice: str, folder: Path, voice: str | None = None, **more: object) -> EngineOptions:
    values = {"language": "en", "offline": True, "max_loaded": 2, **more}
    return EngineOptions(choice, voice, folder=folder, **values)  # type: ignore[arg-type]


def ignore(detail: str) -> None:
    """Let it go on."""


@pytest.mark.parametrize(
    ("voice", "language", "name"),
    [
        (None, "en", "en-us+klatt4"),
        (None, "de", "de"),
        (None, "xx", "en-us+klatt4"),
        ("en-gb", "de", "en-gb"),
        ("fr_FR-siwis-medium", "en", "fr-fr"),
    ],
)
def test_default_voice_of_espeak(
    tmp_path: Path, voice: str | None, language: str, name: str
) -> None:
    loaded = load_engine(options("espeak", tmp_path, voice, language=language), ignore)
    assert (loaded.engine.about.name, loaded.default.name) == ("espeak-ng", name)
    assert loaded.note == ""


@pytest.mark.parametrize(
    ("voice", "language", "name"),
    [
        (None, "en", TONE),
        (None, "de", "de_DE-toene-low"),
        (None, "fr", "de_DE-toene-low"),
        (TONE, "de", TONE),
    ],
)
def test_default_voice_of_piper(voices: Path, voice: str | None, language: str, name: str) -> None:
    loaded = load_engine(options("piper", voices, voice, language=language), ignore)
    assert (loaded.engine.about.name, loaded.default.name) == ("piper", name)


def test_auto_takes_piper_where_there_is_a_voice(voices: Path) -> None:
    loaded = load_engine(options("auto", voices), ignore)
    assert (loaded.engine.about.name, loaded.note) == ("piper", "")


def test_auto_falls_back_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    loaded = load_engine(options("auto", tmp_path), ignore)
    assert loaded.engine.about.name == "espeak-ng"
    (program,) = build_info(loaded).tts
    for text in (caplog.text, program.description, build_state(loaded).detail):
        assert f"there is no piper voice in {tmp_path}" in (text or "")


def test_auto_falls_back_from_a_broken_voice(tmp_path: Path) -> None:
    make_voice(tmp_path).write_bytes(b"broken")
    loaded = load_engine(options("auto", tmp_path), ignore)
    assert loaded.engine.about.name == "espeak-ng"
    assert "can't be loaded" in loaded.note


def test_voice_that_is_not_there_is_listed_as_such(tmp_path: Path) -> None:
    loaded = load_engine(options("auto", tmp_path, "en_US-lessac-medium"), ignore)
    assert "downloads are off" in loaded.note
    (program,) = build_info(loaded).tts
    installed = {voice.name: voice.installed for voice in program.voices}
    assert installed["en_US-lessac-medium"] is False
    assert sum(not each for each in installed.values()) == 1


@pytest.mark.parametrize(
    ("voice", "language", "advice"),
    [
        (None, "en", "downloads are off"),
        (None, "xx", "name one with --voice"),
        ("en_US-lessac-medium", "en", "downloads are off"),
        ("lessac", "en", "names like en_US-lessac-medium"),
        ("../../etc/passwd", "en", "names like en_US-lessac-medium"),
    ],
)
def test_piper_without_a_voice_says_what_to_do(
    tmp_path: Path, voice: str | None, language: str, advice: str
) -> None:
    with pytest.raises(CommandError, match=advice) as missing:
        load_engine(options("piper", tmp_path, voice, language=language), ignore)
    assert missing.value.code is ErrorCode.UNAVAILABLE


def test_without_piper_it_is_said_what_to_install(
    voices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "alicia_tts.engines.piper", raising=False)
    monkeypatch.delitem(sys.modules, "alicia_tts.engines.piper_model", raising=False)
    monkeypatch.setitem(sys.modules, "piper", None)  # as if it weren't there
    with pytest.raises(CommandError, match="pip install"):
        load_engine(options("piper", voices), ignore)
    assert load_engine(options("auto", voices), ignore).engine.about.name == "espeak-ng"


def test_named_voice_is_downloaded_and_speaks(
    tmp_path: Path, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    seen: list[str] = []
    folder = tmp_path / "voices"
    wanted = options("piper", folder, TONE, offline=False, url=hub.url)
    loaded = load_engine(wanted, seen.append)
    assert loaded.default.name == TONE
    (audio,) = loaded.engine.synthesize(Utterance("Yes", loaded.default), Cancellation())
    assert audio.seconds > 0.2
    assert seen[-1].endswith("100 %")
    assert f"Downloading the voice {TONE}" in caplog.text
    assert {path.name for path in folder.glob("en*")} == {f"{TONE}.onnx", f"{TONE}.onnx.json"}


def test_published_voices_that_are_not_here_are_told_apart(tmp_path: Path, hub: Hub) -> None:
    wanted = options("piper", tmp_path / "voices", TONE, offline=False, url=hub.url)
    (program,) = build_info(load_engine(wanted, ignore)).tts
    assert {voice.name: voice.installed for voice in program.voices} == {
        TONE: True,
        "de_DE-toene-low": False,
    }
    (german,) = (voice for voice in program.voices if not voice.installed)
    assert german.languages == ["de-DE"]
    assert "to be downloaded" in (german.description or "")


@pytest.mark.parametrize("name", [TONE, "en_US-nobody-low"])
def test_download_that_fails_leaves_no_model(tmp_path: Path, hub: Hub, name: str) -> None:
    folder = tmp_path / "voices"
    hub.cut = 1000
    with pytest.raises(CommandError, match=f"Put its .onnx and .onnx.json into {folder}") as failed:
        download_voice(name, folder, ignore, hub.url)
    assert failed.value.code is ErrorCode.UNAVAILABLE
    assert list(folder.glob("*.onnx")) == []


def test_download_goes_on_where_it_ended(tmp_path: Path, hub: Hub) -> None:
    fetch_catalogue(tmp_path, hub.url)
    marks = read_catalogue(tmp_path)[TONE].files
    for hub.cut in (1000, 1500):
        with pytest.raises(CommandError, match="it ended after"):
            download_voice(TONE, tmp_path, ignore, hub.url, marks)
    hub.cut = None
    download_voice(TONE, tmp_path, ignore, hub.url, marks)
    sizes = [size for path, size in hub.sent if path.endswith(".onnx.json")]
    assert sum(sizes) == marks[".onnx.json"].size
    assert sizes[:2] == [1000, 1500 - 1000]
    assert list(find_voices([tmp_path])) == [TONE]


def test_part_of_another_file_is_not_gone_on_with(tmp_path: Path, hub: Hub) -> None:
    fetch_catalogue(tmp_path, hub.url)
    marks = read_catalogue(tmp_path)[TONE].files
    (tmp_path / f"{TONE}.onnx.json.part").write_bytes(b"x" * 500)
    with pytest.raises(CommandError, match="is not the file that was published"):
        download_voice(TONE, tmp_path, ignore, hub.url, marks)
    assert find_voices([tmp_path]) == {}
    download_voice(TONE, tmp_path, ignore, hub.url, marks)
    assert list(find_voices([tmp_path])) == [TONE]


def test_file_that_was_tampered_with_is_refused(tmp_path: Path, hub: Hub) -> None:
    fetch_catalogue(tmp_path / "mine", hub.url)
    marks = read_catalogue(tmp_path / "mine")[TONE].files
    (path,) = (tmp_path / "hub").rglob(f"{TONE}.onnx")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(CommandError, match="is not the file that was published"):
        download_voice(TONE, tmp_path / "mine", ignore, hub.url, marks)
    assert list((tmp_path / "mine").glob("*.onnx")) == []


def test_download_can_be_stopped(tmp_path: Path, hub: Hub) -> None:
    def stop(detail: str) -> None:
        raise CommandError(ErrorCode.CANCELLED, detail)

    with pytest.raises(CommandError) as stopped:
        download_voice(TONE, tmp_path / "voices", stop, hub.url)
    assert stopped.value.code is ErrorCode.CANCELLED
    assert find_voices([tmp_path / "voices"]) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        '{"en_US-x-low": 7}',
        '{"en_US-x-low": {"files": {}}}',
        '{"../../x": {"files": {"x.onnx": {"size_bytes": 1, "md5_digest": "0"}}}}',
        '{"en_US-x-low": {"files": {"en_US-x-low.onnx": {"size_bytes": "a"}}}}',
    ],
)
def test_list_that_makes_no_sense_lists_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "voices.json").write_text(text)
    assert read_catalogue(tmp_path) == {}


def test_list_that_cannot_be_had_leaves_the_old_one(tmp_path: Path, hub: Hub) -> None:
    fetch_catalogue(tmp_path, hub.url)
    os.utime(tmp_path / "voices.json", (0, 0))
    fetch_catalogue(tmp_path, f"{hub.url}/nowhere")
    assert len(read_catalogue(tmp_path)) == 2

"""The engine that the options mean is loaded, or it is said why not and what to do."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import sys
import threading

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.engines import load
from alicia_tts.engines.base import Cancellation, Utterance
from alicia_tts.engines.load import EngineOptions, load_engine
from alicia_tts.engines.piper_download import download_voice
from alicia_tts.info import build_info, build_state
from tests.models.tone_voice import make_voice

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


class _Handler(SimpleHTTPRequestHandler):
    """Serves files, cutting short those that are named so."""

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        """Stop in the middle where the path says so."""
        data = source.read()
        outputfile.write(data[: len(data) // 2] if "short" in self.path else data)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """A server of published voices: one that is whole, and one that breaks off."""
    make_voice(tmp_path / "hub/en/en_US/tone/low", TONE)
    make_voice(tmp_path / "hub/en/en_US/short/low", "en_US-short-low")
    handler = partial(_Handler, directory=str(tmp_path / "hub"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_named_voice_is_downloaded_and_speaks(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(load, "download_voice", partial(download_voice, url=hub))
    caplog.set_level("INFO")
    seen: list[str] = []
    folder = tmp_path / "voices"
    loaded = load_engine(options("piper", folder, TONE, offline=False), seen.append)
    assert loaded.default.name == TONE
    (audio,) = loaded.engine.synthesize(Utterance("Yes", loaded.default), Cancellation())
    assert audio.seconds > 0.2
    assert seen[-1].endswith("100 %")
    assert f"Downloading the voice {TONE}" in caplog.text
    assert sorted(path.name for path in folder.iterdir()) == [f"{TONE}.onnx", f"{TONE}.onnx.json"]


@pytest.mark.parametrize("name", ["en_US-short-low", "en_US-nobody-low"])
def test_download_that_fails_leaves_no_model(tmp_path: Path, hub: str, name: str) -> None:
    folder = tmp_path / "voices"
    with pytest.raises(CommandError, match=f"Put its .onnx and .onnx.json into {folder}") as failed:
        download_voice(name, folder, ignore, hub)
    assert failed.value.code is ErrorCode.UNAVAILABLE
    assert list(folder.glob("*.onnx")) == list(folder.glob("*.part")) == []


def test_download_can_be_stopped(tmp_path: Path, hub: str) -> None:
    def stop(detail: str) -> None:
        raise CommandError(ErrorCode.CANCELLED, detail)

    with pytest.raises(CommandError) as stopped:
        download_voice(TONE, tmp_path / "voices", stop, hub)
    assert stopped.value.code is ErrorCode.CANCELLED
    assert list((tmp_path / "voices").iterdir()) == []

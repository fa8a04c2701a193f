"""A voice that comes as one network is cut in two when it is first used, and sounds the same."""

from collections.abc import Callable
import logging
from pathlib import Path
import sys

import numpy as np
import onnx
import pytest

from alicia_tts.engines.base import Cancellation, Utterance
from alicia_tts.engines.piper import PiperEngine
from alicia_tts.engines.piper_halves import FOLDER, halve
from tests.models.tone_voice import make_voice
from tests.models.vits_voice import make_vits

TEXT = "The front door is locked and the garage door is closed."
NAME = "en_US-vits-medium"


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    return make_vits(tmp_path, NAME, width=16)[0]


def speak(path: Path, speaker: int = 0) -> list[np.ndarray]:
    engine = PiperEngine([path.parent])
    (chosen,) = (each for each in engine.voices if each.name == path.stem)
    name = chosen.speakers[speaker] if chosen.speakers else None
    parts = engine.synthesize(Utterance(TEXT, chosen, name, soon=True), Cancellation())
    return [np.frombuffer(part.data, "<i2").astype(int) for part in parts]


def keep_whole(path: Path) -> None:
    """Nothing can be written where the halves would be."""
    (path.parent / FOLDER).write_text("")


def edit(path: Path, change: Callable[[onnx.GraphProto], None]) -> None:
    model = onnx.load(path)
    change(model.graph)
    onnx.save(model, path)


@pytest.mark.parametrize(("speakers", "speaker"), [(1, 0), (2, 1)])
def test_halves_sound_as_the_whole(tmp_path: Path, speakers: int, speaker: int) -> None:
    whole, cut = (make_vits(tmp_path / name, NAME, width=16, speakers=speakers)[0] for name in "ab")
    keep_whole(whole)
    (expected,) = speak(whole, speaker)
    heard = speak(cut, speaker)
    assert len(heard) > 1
    assert np.abs(np.concatenate(heard) - expected).max() <= 32  # of 32,767: -60 dB
    assert np.abs(expected).max() > 2000


def test_speakers_are_told_apart_in_halves(tmp_path: Path) -> None:
    path, _ = make_vits(tmp_path, NAME, width=16, speakers=2)
    one, other = (np.concatenate(speak(path, speaker)) for speaker in range(2))
    assert np.abs(one - other).max() > 1000


def test_cut_once(voice: Path) -> None:
    encoder = halve(voice)
    assert encoder == voice.parent / FOLDER / NAME / "encoder.onnx"
    made = encoder.stat().st_mtime_ns
    assert halve(voice) == encoder
    assert encoder.stat().st_mtime_ns == made


def test_a_voice_that_was_replaced_is_cut_anew(voice: Path) -> None:
    made = halve(voice).read_bytes()
    make_vits(voice.parent, NAME, width=24)
    assert halve(voice).read_bytes() != made


def test_network_without_a_seam_stays_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_voice(tmp_path)
    with caplog.at_level(logging.INFO):
        assert halve(path) == path
        assert halve(path) == path
    assert [record.message for record in caplog.records] == [
        "en_US-tone-low.onnx stays in one piece: it has no convolution before a transposed one"
    ]
    assert len(speak(path)) == 1


def test_halves_that_would_sound_otherwise_are_not_used(
    voice: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def hiss(graph: onnx.GraphProto) -> None:
        graph.node[-1].output[0] = "raw"
        node = onnx.helper.make_node
        graph.node.append(node("RandomNormalLike", ["raw"], ["hiss"]))
        graph.node.append(node("Add", ["raw", "hiss"], ["output"]))

    edit(voice, hiss)
    with caplog.at_level(logging.INFO):
        assert halve(voice) == voice
    assert "its halves do not sound as the whole does" in caplog.text
    assert [path.name for path in (voice.parent / FOLDER / NAME).iterdir()] == ["made-of"]


@pytest.mark.parametrize("what", ["no network", ""])
def test_file_that_is_no_network(voice: Path, caplog: pytest.LogCaptureFixture, what: str) -> None:
    voice.write_text(what)
    with caplog.at_level(logging.INFO):
        assert halve(voice) == voice
    assert "stays in one piece" in caplog.text


def test_what_was_interrupted_is_tried_again(
    voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(killed))
        assert halve(voice) == voice
    assert "was killed" in caplog.text
    assert halve(voice) != voice


def test_halves_go_with_their_voice(voice: Path) -> None:
    engine = PiperEngine([voice.parent])
    halve(voice)
    make_voice(voice.parent)
    for path in (voice, Path(f"{voice}.json")):
        path.unlink()
    while not engine.refresh():
        pass
    assert not (voice.parent / FOLDER / NAME).exists()

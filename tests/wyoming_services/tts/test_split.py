"""A voice in two is heard before it is computed, and sounds as if it were in one."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from alicia_bus.errors import CommandError
from alicia_tts.engines.base import Cancellation, Utterance
from alicia_tts.engines.piper import PiperEngine
from alicia_tts.engines.piper_graph import SplitGraph, open_graph
from tests.models.vits_voice import HOP, make_vits

TEXT = "The front door is locked and the garage door is closed."


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_vits(tmp_path_factory.mktemp("vits"), width=16)


def speak(folder: Path, *, soon: bool, text: str = TEXT) -> list[np.ndarray]:
    engine = PiperEngine([folder])
    utterance = Utterance(text, engine.voices[0], soon=soon)
    parts = engine.synthesize(utterance, Cancellation())
    return [np.frombuffer(part.data, "<i2").astype(int) for part in parts]


def test_parts_joined_are_the_whole(models: tuple[Path, Path]) -> None:
    whole, parts = models
    (expected,) = speak(whole.parent, soon=False)
    heard = speak(parts.parent, soon=True)
    assert len(heard) > 1
    assert len(heard[0]) == 24 * HOP < len(expected) // 8
    joined = np.concatenate(heard)
    assert len(joined) == len(expected)
    assert np.abs(joined - expected).max() <= 32  # of 32,767: -60 dB
    assert np.abs(expected).max() > 2000


def test_what_nobody_waits_for_is_rendered_in_one_piece(models: tuple[Path, Path]) -> None:
    assert len(speak(models[1].parent, soon=False)) == 1


def test_text_shorter_than_a_part(models: tuple[Path, Path]) -> None:
    whole, parts = models
    assert sum(map(len, speak(parts.parent, soon=True, text="I."))) == sum(
        map(len, speak(whole.parent, soon=True, text="I."))
    )


def test_margin_is_what_the_network_needs(models: tuple[Path, Path]) -> None:
    """Its convolutions see 9 frames around; less would be heard at the joins."""
    graph = open_graph(models[1] / "encoder.onnx", 1)
    assert isinstance(graph, SplitGraph)
    ids = np.arange(3, 103, dtype=np.int64)[None]
    scales = np.array([0, 1, 0.8], np.float32)
    feed = {"input": ids, "input_lengths": np.array([100]), "scales": scales}
    assert graph.margin is None
    graph.prepare(feed, 22_050)
    assert graph.margin in (8, 12)


def test_decoder_that_sees_everything_is_run_once(
    models: tuple[Path, Path], tmp_path: Path
) -> None:
    """As one that scales by the loudest sample would be."""
    folder = tmp_path / "en_US-far-low"
    folder.mkdir()
    for path in models[1].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    model = onnx.load(folder / "decoder.onnx")
    model.graph.node[-1].output[0] = "raw"
    node = onnx.helper.make_node
    model.graph.node.append(node("ReduceMean", ["z"], ["level"], axes=[1, 2], keepdims=1))
    model.graph.node.append(node("Mul", ["raw", "level"], ["output"]))
    onnx.save(model, folder / "decoder.onnx")
    assert len(speak(tmp_path, soon=True)) == 1


def test_cancelled_between_parts(models: tuple[Path, Path]) -> None:
    engine, cancellation = PiperEngine([models[1].parent]), Cancellation()
    utterance = Utterance(TEXT, engine.voices[0], pause=0.2, soon=True)
    parts = engine.synthesize(utterance, cancellation)
    assert next(parts).seconds > 0.1
    cancellation.cancel()
    assert list(parts) == []


def test_voice_in_two_stands_before_the_same_in_one(
    models: tuple[Path, Path], tmp_path: Path
) -> None:
    whole, parts = models
    for path in (whole, Path(f"{whole}.json")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / parts.name).symlink_to(parts)
    assert [voice.name for voice in PiperEngine([tmp_path]).voices] == ["en_US-vits-medium"]
    assert len(speak(tmp_path, soon=True)) > 1


@pytest.mark.parametrize("missing", ["decoder.onnx", "encoder.onnx", "en_US-vits-medium.onnx.json"])
def test_half_a_voice_is_none(models: tuple[Path, Path], tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "en_US-vits-medium"
    folder.mkdir()
    for path in models[1].iterdir():
        if path.name != missing:
            (folder / path.name).write_bytes(path.read_bytes())
    assert PiperEngine([tmp_path]).voices == ()


def test_halves_that_do_not_fit(models: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "en_US-odd-low"
    folder.mkdir()
    for path in models[1].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "decoder.onnx").write_bytes((models[1] / "encoder.onnx").read_bytes())
    engine = PiperEngine([tmp_path])
    with pytest.raises(CommandError, match="can't be loaded"):
        engine.prepare(engine.voices[0])

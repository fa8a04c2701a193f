"""Makes a piper voice that plays a tone for each sound of a word.

Built in milliseconds, it runs all of the real engine: phonemes by piper, the model by
onnxruntime, and speaker, pace and noise as the model's inputs. Vowels are louder than the rest,
as in speech, so that a sentence's loudest sound depends on its words.

    python -m tests.models.tone_voice FOLDER [--name en_US-tone-low] [--speakers 3]
"""

import argparse
from collections.abc import Sequence
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE: Final = 22_050
_SAMPLES: Final = 1_280  # that a sound lasts at pace 1: 58 ms
_SYMBOLS: Final = 256
_LOUD: Final = 0.6
_QUIET: Final = 0.15
_VOWELS: Final = "aeiouæɐɑɒɔəɚɛɜɪʊʌy"
_SILENT: Final = "_^$ .,;:!?"
_WIDTH: Final = 1_024  # of the matrices that a slow voice multiplies


class Graph:
    """Collects the nodes and constants of a model."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        output = name or f"node_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def pick(self, vector: str, index: int) -> str:
        return self.add("Gather", vector, self.constant(np.array([index], np.int64)))


def make_voice(
    folder: Path,
    name: str = "en_US-tone-low",
    *,
    speakers: int = 1,
    espeak_voice: str = "en-us",
    work: int = 0,
) -> Path:
    """Write a voice into a folder and return its model.

    ``work`` makes it slow: so many times each sound is multiplied with a large matrix.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    model = helper.make_model(
        _build_graph(speakers, work),
        opset_imports=[helper.make_opsetid("", 15)],
        ir_version=8,
        producer_name="alicia",
    )
    onnx.checker.check_model(model)
    onnx.save(model, path)
    config = build_config(name, speakers, espeak_voice)
    Path(f"{path}.json").write_text(json.dumps(config), "utf-8")
    return path


def _build_graph(speakers: int, work: int) -> onnx.GraphProto:
    graph = Graph()
    ids = graph.add("Reshape", "input", graph.constant(np.array([-1], np.int64)))
    samples = _spread(graph, ids, graph.pick("scales", 1), speakers)
    noise = graph.add("Mul", graph.add("RandomNormalLike", samples), graph.pick("scales", 0))
    wave = graph.add("Add", samples, graph.add("Mul", noise, graph.constant(np.float32(0.01))))
    if work:
        wave = graph.add("Add", wave, _waste(graph, ids, work))
    shape = graph.constant(np.array([1, 1, 1, -1], np.int64))
    graph.add("Reshape", wave, shape, name="output")
    return helper.make_graph(
        graph.nodes,
        "tones",
        inputs(speakers),
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, 1, "time"])],
        graph.constants,
    )


def inputs(speakers: int) -> list[onnx.ValueInfoProto]:
    shapes: dict[str, tuple[int, Sequence[str | int]]] = {
        "input": (TensorProto.INT64, ["batch", "phonemes"]),
        "input_lengths": (TensorProto.INT64, ["batch"]),
        "scales": (TensorProto.FLOAT, [3]),
    }
    if speakers > 1:
        shapes["sid"] = (TensorProto.INT64, ["batch"])
    return [helper.make_tensor_value_info(name, *shape) for name, shape in shapes.items()]


def _spread(graph: Graph, ids: str, pace: str, speakers: int) -> str:
    """Play each sound's tone for its time; a higher speaker has a higher voice."""
    hertz = graph.add("Gather", graph.constant(_pitches()), ids)
    if speakers > 1:
        number = graph.add("Cast", "sid", to=TensorProto.FLOAT)
        factor = graph.add("Add", number, graph.constant(np.float32(1)))
        hertz = graph.add("Mul", hertz, factor)
    length = graph.add("Mul", pace, graph.constant(np.float32(_SAMPLES)))
    one = graph.constant(np.array([1], np.int64))
    count = graph.add("Max", graph.add("Cast", length, to=TensorProto.INT64), one)
    grid = graph.add("Concat", one, count, axis=0)
    flat = graph.constant(np.array([-1], np.int64))

    def repeat(values: str) -> str:
        column = graph.add("Unsqueeze", values, one)
        return graph.add("Reshape", graph.add("Expand", column, grid), flat)

    step = graph.add("Mul", repeat(hertz), graph.constant(np.float32(2 * np.pi / RATE)))
    phase = graph.add("CumSum", step, graph.constant(np.int64(0)))
    level = graph.add("Gather", graph.constant(_levels()), ids)
    return graph.add("Mul", graph.add("Sin", phase), repeat(level))


def _waste(graph: Graph, ids: str, times: int) -> str:
    """Compute at length, longer for more sounds, what comes out as almost nothing."""
    column = graph.constant(np.array([1], np.int64))
    product = graph.add("Cast", graph.add("Unsqueeze", ids, column), to=TensorProto.FLOAT)
    matrix = graph.constant(np.full((_WIDTH, _WIDTH), 1 / _WIDTH, np.float32))
    product = graph.add("Mul", product, graph.constant(np.ones((1, _WIDTH), np.float32)))
    for _ in range(times):
        product = graph.add("MatMul", product, matrix)
    total = graph.add("ReduceMax", product, keepdims=0)
    return graph.add("Mul", total, graph.constant(np.float32(1e-9)))


def _pitches() -> np.ndarray:
    return np.array([200.0 + 10.0 * number for number in range(_SYMBOLS)], np.float32)


def _levels() -> np.ndarray:
    levels = np.full(_SYMBOLS, _QUIET, np.float32)
    for symbols, level in ((_VOWELS, _LOUD), (_SILENT, 0.0)):
        for symbol in symbols:
            levels[DEFAULT_PHONEME_ID_MAP.get(symbol, [])] = level
    return levels


def build_config(name: str, speakers: int, espeak_voice: str) -> dict[str, Any]:
    names = {f"speaker {number}": number for number in range(speakers)}
    return {
        "audio": {"sample_rate": RATE, "quality": "low"},
        "espeak": {"voice": espeak_voice},
        "language": {"code": name.partition("-")[0]},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": _SYMBOLS,
        "num_speakers": speakers,
        "speaker_id_map": names if speakers > 1 else {},
        "piper_version": "1.8.0",
    }


def main() -> None:
    """Make a voice from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="en_US-tone-low")
    parser.add_argument("--speakers", type=int, default=1)
    parser.add_argument("--work", type=int, default=0)
    given = parser.parse_args()
    make_voice(given.folder, given.name, speakers=given.speakers, work=given.work)


if __name__ == "__main__":
    main()

"""Makes a piper voice with the shape of VITS, whole and cut in two for streaming.

An encoder gives each sound some frames of a latent, a decoder of transposed and residual
convolutions (HiFi-GAN's) turns frames into samples. The weights are random and the speech is a
rustle, but at width 256 it costs what a published voice of medium quality costs: how long a
convolution takes doesn't depend on what is in it. Both forms hold the same weights.

    python -m tests.models.vits_voice FOLDER [--name en_US-vits-medium] [--width 256]
"""

import argparse
from collections.abc import Sequence
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper

from .tone_voice import Graph, build_config, inputs

#: Each frame of the latent becomes so many samples.
HOP: Final = 256
_FRAMES: Final = 5  # of each sound at pace 1
_RATES: Final = (8, 8, 4)
_KERNELS: Final = (16, 16, 8)
_BLOCKS: Final = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
_FLOW: Final = 8  # convolutions over the latent
_SYMBOLS: Final = 256


class _Vits(Graph):
    """Adds layers with random weights."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = np.random.default_rng(seed)

    def weights(self, *shape: int, inputs: int) -> str:
        values = self._random.standard_normal(shape) / np.sqrt(inputs)
        return self.constant(values.astype(np.float32))

    def convolve(self, x: str, channels: tuple[int, int], kernel: int, dilation: int = 1) -> str:
        before, after = channels
        weights = self.weights(after, before, kernel, inputs=before * kernel)
        pad = dilation * (kernel - 1) // 2
        return self.add("Conv", x, weights, pads=[pad, pad], dilations=[dilation])

    def upsample(self, x: str, channels: int, rate: int, kernel: int) -> str:
        weights = self.weights(channels, channels // 2, kernel, inputs=channels * kernel // rate)
        pad = (kernel - rate) // 2
        return self.add("ConvTranspose", x, weights, strides=[rate], pads=[pad, pad])

    def bend(self, x: str) -> str:
        return self.add("LeakyRelu", x, alpha=0.1)


def make_vits(
    folder: Path,
    name: str = "en_US-vits-medium",
    *,
    width: int = 256,
    seed: int = 1,
    speakers: int = 1,
) -> tuple[Path, Path]:
    """Write the voice whole into a folder; returns its model and a folder with it in two."""
    folder.mkdir(parents=True, exist_ok=True)
    whole, parts = folder / f"{name}.onnx", folder / "split" / name
    parts.mkdir(parents=True, exist_ok=True)
    graph = _Vits(seed)
    _encode(graph, width)
    _decode(graph, width, speakers)
    model = _model(graph, speakers)
    onnx.checker.check_model(model)
    onnx.save(model, whole)
    encoder_inputs = ["input", "input_lengths", "scales"]
    if speakers == 1:
        _extract(whole, parts / "encoder.onnx", encoder_inputs, ["z", "y_mask"])
        _extract(whole, parts / "decoder.onnx", ["z", "y_mask"], ["output"])
    config: dict[str, Any] = build_config(name, speakers, "en-us")
    config["inference"]["noise_scale"] = 0.0  # the same text is the same speech
    for path in (Path(f"{whole}.json"), parts / f"{name}.onnx.json"):
        path.write_text(json.dumps(config), "utf-8")
    return whole, parts


def _extract(whole: Path, part: Path, begins: Sequence[str], ends: Sequence[str]) -> None:
    onnx.utils.extract_model(str(whole), str(part), list(begins), list(ends))


def _model(graph: Graph, speakers: int) -> onnx.ModelProto:
    shapes = {"z": ["batch", "channels", "frames"], "y_mask": ["batch", 1, "frames"]}
    built = helper.make_graph(
        graph.nodes,
        "vits",
        inputs(speakers),
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, "time"])],
        graph.constants,
        value_info=[
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
        ],
    )
    return helper.make_model(
        built, opset_imports=[helper.make_opsetid("", 15)], ir_version=8, producer_name="alicia"
    )


def _encode(graph: _Vits, width: int) -> None:
    """Give each sound its frames; the noise and the pace are the model's inputs."""
    one = graph.constant(np.array([1], np.int64))
    ids = graph.add("Reshape", "input", graph.constant(np.array([-1], np.int64)))
    length = graph.add("Mul", graph.pick("scales", 1), graph.constant(np.float32(_FRAMES)))
    count = graph.add("Max", graph.add("Cast", length, to=TensorProto.INT64), one)
    column = graph.add("Unsqueeze", ids, one)
    repeated = graph.add("Expand", column, graph.add("Concat", one, count, axis=0))
    frames = graph.add("Reshape", repeated, graph.constant(np.array([1, -1], np.int64)))
    known = graph.add("Gather", graph.weights(_SYMBOLS, width, inputs=1), frames)
    latent = graph.add("Transpose", known, perm=[0, 2, 1])
    noise = graph.add("Mul", graph.add("RandomNormalLike", latent), graph.pick("scales", 0))
    latent = graph.add("Add", latent, noise)
    for _ in range(_FLOW):
        latent = graph.bend(graph.convolve(latent, (width, width), 5))
    graph.add("Identity", latent, name="z")
    kept = graph.add("ReduceMax", graph.add("Abs", "z"), axes=[1], keepdims=1)
    graph.add("Clip", graph.add("Ceil", kept), "", graph.constant(np.float32(1)), name="y_mask")


def _decode(graph: _Vits, width: int, speakers: int) -> None:
    x = graph.convolve(graph.add("Mul", "z", "y_mask"), (width, width), 7)
    if speakers > 1:
        known = graph.add("Gather", graph.weights(speakers, width, inputs=1), "sid")
        column = graph.add("Unsqueeze", known, graph.constant(np.array([-1], np.int64)))
        x = graph.add("Add", x, graph.convolve(column, (width, width), 1))
    channels = width
    for rate, kernel in zip(_RATES, _KERNELS, strict=True):
        x = graph.upsample(graph.bend(x), channels, rate, kernel)
        channels //= 2
        x = _residual(graph, x, channels)
    graph.add("Tanh", graph.convolve(graph.bend(x), (channels, 1), 7), name="output")


def _residual(graph: _Vits, x: str, channels: int) -> str:
    """The mean of three blocks that each look further around."""
    found = []
    for kernel, dilations in _BLOCKS:
        block = x
        for dilation in dilations:
            step = graph.convolve(graph.bend(block), (channels, channels), kernel, dilation)
            block = graph.add("Add", block, step)
        found.append(block)
    total = graph.add("Add", graph.add("Add", found[0], found[1]), found[2])
    return graph.add("Mul", total, graph.constant(np.float32(1 / 3)))


def main() -> None:
    """Make a voice from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="en_US-vits-medium")
    parser.add_argument("--width", type=int, default=256)
    given = parser.parse_args()
    make_vits(given.folder, given.name, width=given.width)


if __name__ == "__main__":
    main()

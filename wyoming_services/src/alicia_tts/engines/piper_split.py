"""Cuts a voice's network in two, where its sounds become samples.

Published voices are one network (VITS): an encoder lays out a whole sentence as frames, and a
decoder (HiFi-GAN) turns frames into samples, which takes most of the time and can be done in
parts. The decoder begins with the convolution before the first transposed one.

    python -m alicia_tts.engines.piper_split MODEL FOLDER

is a process of its own: what reads the network takes more memory than speaking does.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
import sys
from typing import Final

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper

from alicia_bus.errors import CommandError

from .base import Cancellation
from .piper_graph import (
    SESSION_ERRORS,
    Feed,
    Graph,
    Samples,
    SplitGraph,
    WholeGraph,
    open_session,
    sounds_alike,
)
from .piper_voices import DECODER, ENCODER

_UP: Final = "ConvTranspose"
_BETWEEN: Final = frozenset(("LeakyRelu", "Add"))
_SOUNDS: Final = 40  # of the sentence on which both forms are compared
_FIRST_SOUND: Final = 3


class NoSeamError(ValueError):
    """The network can't be cut in two."""


def split(path: Path, folder: Path) -> None:
    """Write the halves into a folder; raises NoSeamError where they would sound otherwise."""
    model = onnx.load(path)
    halves = dict(zip((ENCODER, DECODER), _cut(model), strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {name: folder / f"{name}.part" for name in halves}
    try:
        for name, half in halves.items():
            onnx.save(half, drafts[name])
        _compare(path, drafts[ENCODER], drafts[DECODER])
        for name, draft in drafts.items():
            draft.replace(folder / name)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _cut(model: ModelProto) -> tuple[ModelProto, ModelProto]:
    graph = _Graph(model.graph)
    seam = _find_seam(graph)
    decoding = graph.after(seam)
    own = {name for node in decoding for name in node.output}
    constants = {node.output[0] for node in graph.nodes if node.op_type == "Constant"}
    taken = {name for node in decoding for name in _inputs(node) if name not in own}
    crossing = sorted(taken - constants - graph.weights.keys())
    if not set(crossing) <= graph.makers.keys():
        raise NoSeamError(f"the decoder takes {crossing}, which the encoder does not make")
    encoding = graph.before(crossing)
    output = model.graph.output[0].name
    wanted = list(model.graph.input)
    return (
        _model(model, graph, encoding, wanted, crossing),
        _model(model, graph, graph.before([output], crossing), _values(crossing), [output]),
    )


class _Graph:
    """The nodes by what they make."""

    def __init__(self, graph: GraphProto) -> None:
        self.nodes: Sequence[NodeProto] = list(graph.node)
        self.makers = {name: node for node in self.nodes for name in node.output}
        self.weights = {each.name: each for each in graph.initializer}

    def before(self, names: Iterable[str], given: Iterable[str] = ()) -> list[NodeProto]:
        """Return what some tensors are made by, down to those that are given."""
        known, left = set(given), list(names)
        made = set[str]()
        while left:
            name = left.pop()
            node = self.makers.get(name)
            if node is not None and name not in known:
                known.update(node.output)
                made.update(node.output)
                left += _inputs(node)
        return [node for node in self.nodes if made.intersection(node.output)]

    def after(self, first: NodeProto) -> list[NodeProto]:
        """Return a node and all that depends on it; nodes stand in the order of computing."""
        made, found = set(first.output), [first]
        for node in self.nodes:
            if node is not first and made.intersection(_inputs(node)):
                made.update(node.output)
                found.append(node)
        return found


def _find_seam(graph: _Graph) -> NodeProto:
    """Return the convolution that the first transposed one is fed by.

    Voices of several speakers add the speaker's to it, by a convolution of width 1.
    """
    left = [node.input[0] for node in graph.nodes if node.op_type == _UP][:1]
    while left:
        node = graph.makers.get(left.pop())
        if node is not None and node.op_type == "Conv" and _width(node) > 1:
            return node
        if node is not None and node.op_type in _BETWEEN:
            left += node.input
    raise NoSeamError("it has no convolution before a transposed one")


def _width(node: NodeProto) -> int:
    sizes = [each for each in node.attribute if each.name == "kernel_shape"]
    return max(sizes[0].ints) if sizes else 2  # unsaid where the weights tell it


def _inputs(node: NodeProto) -> Iterator[str]:
    """A loop's or a condition's body takes tensors from around it."""
    yield from (name for name in node.input if name)
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            for inner in attribute.g.node:
                yield from _inputs(inner)


def _values(names: Iterable[str]) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names]


def _model(
    whole: ModelProto,
    graph: _Graph,
    nodes: Sequence[NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[str],
) -> ModelProto:
    used = {name for node in nodes for name in _inputs(node)}
    weights = [tensor for name, tensor in graph.weights.items() if name in used]
    half = helper.make_graph(nodes, whole.graph.name, inputs, _values(outputs), weights)
    return helper.make_model(
        half,
        opset_imports=whole.opset_import,
        ir_version=whole.ir_version,
        functions=whole.functions,
    )


def _compare(path: Path, encoder: Path, decoder: Path) -> None:
    """Without noise the same sounds are the same speech."""
    ids = np.arange(_SOUNDS, dtype=np.int64)[None] + _FIRST_SOUND
    scales = np.array([0.0, 1.0, 0.0], np.float32)
    feed: Feed = {"input": ids, "input_lengths": np.array([_SOUNDS]), "scales": scales}
    try:
        whole = open_session(path, 1)
        if "sid" in {each.name for each in whole.get_inputs()}:
            feed = {**feed, "sid": np.zeros(1, np.int64)}
        halves = SplitGraph(open_session(encoder, 1), open_session(decoder, 1))
        expected, heard = (_speak(each, feed) for each in (WholeGraph(whole), halves))
    except (CommandError, ValueError, *SESSION_ERRORS) as err:
        raise NoSeamError(f"its halves do not work: {err}") from err
    if not sounds_alike(heard, expected, float(np.abs(expected).max(initial=0.0))):
        raise NoSeamError("its halves do not sound as the whole does")


def _speak(graph: Graph, feed: Feed) -> Samples:
    return np.concatenate(list(graph.render(feed, Cancellation(), soon=False)))


def main(words: Sequence[str]) -> str | None:
    """Cut one voice; returns why it can't be, if so."""
    path, folder = map(Path, words)
    try:
        split(path, folder)
    except (OSError, ValueError) as err:
        return str(err)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A voice's network, in one piece or in two that let speech begin before it is all computed."""

from collections.abc import Iterator, Mapping, Sequence
import logging
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    NotImplemented as OperatorMissing,
    RuntimeException,
)

from alicia_bus.errors import CommandError, ErrorCode

from .base import Cancellation
from .piper_voices import DECODER, ENCODER

_LOGGER: Final = logging.getLogger(__name__)
SESSION_ERRORS: Final = (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    OperatorMissing,
    RuntimeException,
)
_FIRST: Final = 24  # frames that are decoded first: 0.3 s of speech
_GROWTH: Final = 3  # times as many each time after
#: Frames around a part that its sound may depend on, tried in turn.
_MARGINS: Final = (8, 12, 16, 24, 32, 48, 64)
_INAUDIBLE: Final = 1e-3  # of the loudest sample: -60 dB

Samples = NDArray[np.float32]
Feed = Mapping[str, NDArray[Any]]


class Graph(Protocol):
    """Turns the ids of sounds into samples."""

    def prepare(self, feed: Feed) -> None:
        """Learn what there is to learn of the network from a first run."""

    def render(self, feed: Feed, cancellation: Cancellation, *, soon: bool) -> Iterator[Samples]:
        """Yield the samples, in parts when they are wanted soon; nothing more when cancelled."""


def open_graph(path: Path, threads: int) -> Graph:
    """Return the network of a voice; raises SESSION_ERRORS."""
    if path.name == ENCODER:
        decoder = _open(path.with_name(DECODER), threads)
        return SplitGraph(_open(path, threads), decoder)
    return WholeGraph(_open(path, threads))


class WholeGraph:
    """One network for all of it."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    def prepare(self, feed: Feed) -> None:
        """There is nothing to learn."""

    def render(self, feed: Feed, cancellation: Cancellation, *, soon: bool) -> Iterator[Samples]:
        """Yield the samples in one piece."""
        del soon
        if (found := _run(self._session, None, feed, cancellation)) is not None:
            yield _flat(found[0])


class SplitGraph:
    """An encoder that runs once, and a decoder that can be run on a part of what it gives.

    A part is decoded with some frames around it, which are cut off again, so that the joins
    sound as if all had been decoded at once.
    """

    def __init__(
        self, encoder: onnxruntime.InferenceSession, decoder: onnxruntime.InferenceSession
    ) -> None:
        self._encoder = encoder
        self._decoder = decoder
        made = {each.name for each in encoder.get_outputs()}
        #: What the decoder takes; that of each frame lies along the last axis.
        self._names = [each.name for each in decoder.get_inputs()]
        if not self._names or not made.issuperset(self._names):
            raise ValueError(f"the decoder takes {self._names}, the encoder gives {sorted(made)}")
        self._margin: int | None = None

    @property
    def margin(self) -> int | None:
        """Frames around a part; None where it can't be decoded in parts."""
        return self._margin

    def prepare(self, feed: Feed) -> None:
        """Measure how far around it a sample depends on the latent: networks differ."""
        never = Cancellation()
        latent = self._encode(feed, never)
        whole = None if latent is None else self._decode(latent, never)
        if latent is None or whole is None:
            return
        frames, begin = _frames(latent), _frames(latent) // 2
        hop, end = len(whole) // frames, min(begin + _FIRST, frames)
        expected = whole[begin * hop : end * hop]
        allowed = _INAUDIBLE * float(np.abs(whole).max(initial=0.0))
        for margin in _MARGINS:
            part = self._part(latent, (begin, end), margin, never)
            if part is not None and _differ(part, expected) <= allowed:
                self._margin = margin
                return
        _LOGGER.warning("The decoder looks too far around: sentences are rendered in one piece")

    def render(self, feed: Feed, cancellation: Cancellation, *, soon: bool) -> Iterator[Samples]:
        """Yield the samples, the first few at once when they are wanted soon."""
        latent = self._encode(feed, cancellation)
        if latent is None:
            return
        margin = self._margin if soon else None
        if margin is None:
            parts = iter([self._decode(latent, cancellation)])
        else:
            cuts = _cut(_frames(latent))
            parts = (self._part(latent, cut, margin, cancellation) for cut in cuts)
        for part in parts:
            if part is None:
                return
            yield part

    def _encode(self, feed: Feed, cancellation: Cancellation) -> Feed | None:
        found = _run(self._encoder, self._names, feed, cancellation)
        return None if found is None else dict(zip(self._names, found, strict=True))

    def _decode(self, latent: Feed, cancellation: Cancellation) -> Samples | None:
        found = _run(self._decoder, None, latent, cancellation)
        return None if found is None else _flat(found[0])

    def _part(
        self, latent: Feed, cut: tuple[int, int], margin: int, cancellation: Cancellation
    ) -> Samples | None:
        frames, (begin, end) = _frames(latent), cut
        first, last = max(0, begin - margin), min(frames, end + margin)
        around = {
            name: value[..., first:last] if value.shape[-1] == frames else value
            for name, value in latent.items()
        }
        samples = self._decode(around, cancellation)
        if samples is None:
            return None
        hop = len(samples) // (last - first)
        return samples[(begin - first) * hop : (end - first) * hop]


def _frames(latent: Feed) -> int:
    return max(int(value.shape[-1]) for value in latent.values())


def _cut(frames: int) -> Iterator[tuple[int, int]]:
    """Small parts first; each lasts longer than computing the next one takes."""
    begin, size = 0, _FIRST
    while begin < frames:
        end = min(begin + size, frames)
        yield begin, end
        begin, size = end, size * _GROWTH


def _differ(part: Samples, expected: Samples) -> float:
    if len(part) != len(expected):
        return float("inf")
    return float(np.abs(part - expected).max(initial=0.0))


def _flat(found: NDArray[Any]) -> Samples:
    return np.asarray(found, np.float32).reshape(-1)


def _run(
    session: onnxruntime.InferenceSession,
    names: Sequence[str] | None,
    feed: Feed,
    cancellation: Cancellation,
) -> list[NDArray[Any]] | None:
    """Return the outputs of those names; None when it was cancelled; raises CommandError."""
    options = onnxruntime.RunOptions()
    forget = cancellation.on_cancel(lambda: setattr(options, "terminate", True))
    try:
        found: list[NDArray[Any]] = session.run(names, feed, options)
    except SESSION_ERRORS as err:
        if cancellation.cancelled:
            return None
        raise CommandError(ErrorCode.FAILED, f"the voice failed on this text: {err}") from err
    finally:
        forget()
    return None if cancellation.cancelled else found


def _open(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Keep no memory for shapes that won't come back, and burn no processor while waiting."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

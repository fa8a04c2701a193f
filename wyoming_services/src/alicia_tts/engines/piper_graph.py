"""A voice's network, in one piece or in two that let speech begin before it is all computed."""

from collections.abc import Iterator, Mapping, Sequence
import logging
from pathlib import Path
import time
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
#: Each part is so many times as long as the one before, by how fast the network is: a part is
#: computed in half the time for which the one before is heard.
_GROWTH: Final = (1.5, 8.0)
_IN_TIME: Final = 0.5
#: Frames around a part that its sound may depend on, tried in turn.
_MARGINS: Final = (8, 12, 16, 24, 32, 48, 64)
_INAUDIBLE: Final = 1e-3  # of the loudest sample: -60 dB

Samples = NDArray[np.float32]
Feed = Mapping[str, NDArray[Any]]


class Graph(Protocol):
    """Turns the ids of sounds into samples."""

    @property
    def has_parts(self) -> bool:
        """Whether the first samples can be had before the last."""

    def prepare(self, feed: Feed, rate: int) -> None:
        """Learn what there is to learn of the network from a first run; rate in Hz."""

    def render(self, feed: Feed, cancellation: Cancellation, *, soon: bool) -> Iterator[Samples]:
        """Yield the samples, in parts when they are wanted soon; nothing more when cancelled."""


def open_graph(path: Path, threads: int) -> Graph:
    """Return the network of a voice; raises SESSION_ERRORS."""
    if path.name == ENCODER:
        decoder = open_session(path.with_name(DECODER), threads)
        return SplitGraph(open_session(path, threads), decoder)
    return WholeGraph(open_session(path, threads))


class WholeGraph:
    """One network for all of it."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @property
    def has_parts(self) -> bool:
        """It gives all at once."""
        return False

    def prepare(self, feed: Feed, rate: int) -> None:
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
        self._growth, _ = _GROWTH

    @property
    def has_parts(self) -> bool:
        """Whether the decoder can be run on a part."""
        return self._margin is not None

    @property
    def margin(self) -> int | None:
        """Frames around a part; None where it can't be decoded in parts."""
        return self._margin

    def prepare(self, feed: Feed, rate: int) -> None:
        """Measure how far around it a sample depends on the latent, and how long that takes."""
        never = Cancellation()
        latent = self._encode(feed, never)
        whole = None if latent is None else self._decode(latent, never)
        if latent is None or whole is None:
            return
        self._margin = self._find_margin(latent, whole)
        began = time.perf_counter()
        self._decode(latent, never)
        cost = (time.perf_counter() - began) * rate / len(whole)
        self._growth = min(max(_IN_TIME / cost, _GROWTH[0]), _GROWTH[1])

    def _find_margin(self, latent: Feed, whole: Samples) -> int | None:
        frames, begin = _frames(latent), _frames(latent) // 2
        hop, end = len(whole) // frames, min(begin + _FIRST, frames)
        expected = whole[begin * hop : end * hop]
        loudest = float(np.abs(whole).max(initial=0.0))
        for margin in _MARGINS:
            part = self._part(latent, (begin, end), margin, Cancellation())
            if part is not None and sounds_alike(part, expected, loudest):
                return margin
        _LOGGER.warning("The decoder looks too far around: sentences are rendered in one piece")
        return None

    def render(self, feed: Feed, cancellation: Cancellation, *, soon: bool) -> Iterator[Samples]:
        """Yield the samples, the first few at once when they are wanted soon."""
        latent = self._encode(feed, cancellation)
        if latent is None:
            return
        margin = self._margin if soon else None
        if margin is None:
            parts = iter([self._decode(latent, cancellation)])
        else:
            cuts = _cut(_frames(latent), self._growth)
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


def _cut(frames: int, growth: float) -> Iterator[tuple[int, int]]:
    """Small parts first; each lasts longer than computing the next one takes."""
    begin, size = 0, float(_FIRST)
    while begin < frames:
        end = min(begin + round(size), frames)
        yield begin, end
        begin, size = end, size * growth


def sounds_alike(one: Samples, other: Samples, loudest: float) -> bool:
    """Tell whether nobody hears a difference, in speech with such a loudest sample."""
    if len(one) != len(other):
        return False
    return bool(np.abs(one - other).max(initial=0.0) <= _INAUDIBLE * loudest)


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


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Keep no plan for shapes that won't come back, and burn no processor between two runs.

    Memory is kept from one run to the next: asking the system for it anew takes a third longer.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

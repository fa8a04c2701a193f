"""The voice detector that faster-whisper carries (Silero, version 6), chunk by chunk.

It hears 32 ms at a time, keeps a state from one to the next, and takes 0.15 ms for it.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray
import onnxruntime

from alicia_bus.audio import SAMPLE_WIDTH

from ..voice import CHUNK

_CONTEXT: Final = 64  # samples of the chunk before, which the network wants to see again
_STATE: Final = (1, 1, 128)
_CHUNK_BYTES: Final = CHUNK * SAMPLE_WIDTH
_FULL_SCALE: Final = 32768.0


class Silero:
    """The network, shared by all utterances."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        model = files("faster_whisper") / "assets" / "silero_vad_v6.onnx"
        self.session = onnxruntime.InferenceSession(
            model.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def listen(self) -> "SileroEar":
        """Return the ear for a new utterance."""
        return SileroEar(self)


class SileroEar:
    """What the network remembers of one utterance."""

    def __init__(self, network: Silero) -> None:
        self._network = network
        self._h = self._c = np.zeros(_STATE, np.float32)
        self._context: NDArray[np.float32] = np.zeros(_CONTEXT, np.float32)
        self._pending = b""

    def hear(self, pcm: bytes) -> Sequence[float]:
        """Return the probability of speech in each chunk that is complete by now."""
        data = self._pending + pcm
        count = len(data) // _CHUNK_BYTES
        self._pending = data[count * _CHUNK_BYTES :]
        if not count:
            return ()
        samples = np.frombuffer(data, "<i2", count * CHUNK).astype(np.float32) / _FULL_SCALE
        chunks = samples.reshape(count, CHUNK)
        before = np.concatenate([self._context[None], chunks[:-1, -_CONTEXT:]])
        self._context = chunks[-1, -_CONTEXT:]
        inputs = {"input": np.concatenate([before, chunks], 1), "h": self._h, "c": self._c}
        speech, self._h, self._c = self._network.session.run(None, inputs)
        probabilities: list[float] = speech.ravel().tolist()
        return probabilities

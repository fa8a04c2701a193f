"""One loaded piper voice: a session of its own, interruptible, at one loudness."""

from collections.abc import Iterator, Sequence
import json
import logging
from pathlib import Path
from threading import Lock
from typing import Any, Final

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
from piper import PiperConfig, PiperVoice

from alicia_bus.errors import CommandError, ErrorCode

from .base import Cancellation, SpeechAudio, Utterance

#: The root mean square of speech, as espeak-ng has it too; full scale is 1.
LOUDNESS: Final = 0.1
_CEILING: Final = 0.98
_KNEE: Final = 0.8  # what is louder is bent below the ceiling
_MAX_GAIN: Final = 20.0
_SAMPLE_TEXT: Final = "1, 2, 3, 4, 5."  # read aloud in any language
_FRAME: Final = 512  # samples
_SESSION_ERRORS: Final = (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    OperatorMissing,
    RuntimeException,
)

Samples = NDArray[np.float32]

# It warns of each letter that a voice has no sound for, naming what was said.
logging.getLogger("piper.phoneme_ids").setLevel(logging.ERROR)


class PiperModel:
    """Speaks with one voice, from several threads at once."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load a voice; raises CommandError."""
        try:
            config = json.loads(Path(f"{path}.json").read_text("utf-8"))
            self._voice = PiperVoice(
                session=onnxruntime.InferenceSession(
                    str(path), _session_options(threads), providers=["CPUExecutionProvider"]
                ),
                config=PiperConfig.from_dict(config),
            )
            self._voice.phonemes_to_ids([])  # fails without the marks of begin and end
        except (OSError, ValueError, KeyError, TypeError, *_SESSION_ERRORS) as err:
            raise CommandError(
                ErrorCode.UNAVAILABLE, f"{path.name} can't be loaded as a piper voice: {err}"
            ) from err
        self._lock = Lock()
        self._gains: dict[int, float] = {}

    def prepare(self) -> None:
        """Measure the default speaker, which also runs the model for the first time."""
        self._gain(self._voice.config.default_speaker_id, Cancellation())

    def synthesize(self, utterance: Utterance, cancellation: Cancellation) -> Iterator[SpeechAudio]:
        """Yield each sentence's speech."""
        speaker = self._speaker_id(utterance)
        gain = self._gain(speaker, cancellation)
        rate = self._voice.config.sample_rate
        phonemes = join_phonemes(self._voice.phonemize(utterance.text))
        samples = self._run(phonemes, speaker, utterance.speed, cancellation) if phonemes else None
        if samples is not None:
            yield SpeechAudio(to_pcm(samples, gain) + bytes(2 * int(utterance.pause * rate)), rate)

    def _speaker_id(self, utterance: Utterance) -> int:
        config = self._voice.config
        if utterance.speaker is None:
            return int(config.default_speaker_id)
        speakers = utterance.voice.speakers
        names = dict(config.speaker_id_map) or {name: i for i, name in enumerate(speakers)}
        return int(names.get(utterance.speaker, config.default_speaker_id))

    def _gain(self, speaker: int, cancellation: Cancellation) -> float:
        """Measure a speaker once: scaling each sentence by itself makes speech jump in loudness."""
        with self._lock:
            if (gain := self._gains.get(speaker)) is not None:
                return gain
        phonemes = join_phonemes(self._voice.phonemize(_SAMPLE_TEXT))
        samples = self._run(phonemes, speaker, 1.0, cancellation)
        gain = 1.0 if samples is None else measure_gain(samples)
        if not cancellation.cancelled:
            with self._lock:
                self._gains[speaker] = gain
        return gain

    def _run(
        self, phonemes: list[str], speaker: int, speed: float, cancellation: Cancellation
    ) -> Samples | None:
        """Return one sentence's samples; None when it was cancelled."""
        config = self._voice.config
        ids = self._voice.phonemes_to_ids(phonemes)
        scales = [config.noise_scale, config.length_scale / speed, config.noise_w_scale]
        feed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        if config.num_speakers > 1:
            feed["sid"] = np.array([speaker], np.int64)
        options = onnxruntime.RunOptions()
        forget = cancellation.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            found = self._voice.session.run(None, feed, options)[0]
        except _SESSION_ERRORS as err:
            if cancellation.cancelled:
                return None
            raise CommandError(ErrorCode.FAILED, f"the voice failed on this text: {err}") from err
        finally:
            forget()
        return None if cancellation.cancelled else np.asarray(found, np.float32).reshape(-1)


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    """Keep no memory for shapes that won't come back, and burn no processor while waiting."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def measure_gain(samples: Samples) -> float:
    """Return what brings speech to the common loudness, the silence in it left out."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    levels = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    loud = levels[levels > 0.1 * levels.max(initial=0.0)]
    if not loud.size:
        return 1.0
    return min(LOUDNESS / float(np.sqrt(np.mean(loud**2))), _MAX_GAIN)


def to_pcm(samples: Samples, gain: float) -> bytes:
    """Scale speech; the same sample becomes the same whatever is around it."""
    scaled = np.nan_to_num(samples) * np.float32(gain)
    over = np.abs(scaled) > _KNEE
    if over.any():
        room = _CEILING - _KNEE
        bent = _KNEE + room * np.tanh((np.abs(scaled[over]) - _KNEE) / room)
        scaled[over] = np.copysign(bent, scaled[over])
    return (scaled * np.float32(32767.0)).astype("<i2").tobytes()


def join_phonemes(clauses: Sequence[Sequence[str]]) -> list[str]:
    """Return one sentence's sounds; espeak takes "Dr. Smith" and "J. R." for ends of one."""
    joined: list[str] = []
    for clause in clauses:
        if joined and joined[-1] == ".":
            joined.pop()
        joined += [" ", *clause] if joined else clause
    return joined

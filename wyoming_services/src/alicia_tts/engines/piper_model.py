"""One loaded piper voice: a session of its own, interruptible, at one loudness."""

from collections.abc import Iterator, Sequence
import json
import logging
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from piper import PiperConfig, PiperVoice

from alicia_bus.errors import CommandError, ErrorCode

from .base import Cancellation, SpeechAudio, Utterance
from .piper_graph import SESSION_ERRORS, Samples, open_graph
from .piper_halves import halve
from .piper_voices import find_config

#: The root mean square of speech, as espeak-ng has it too; full scale is 1.
LOUDNESS: Final = 0.1
_CEILING: Final = 0.98
_KNEE: Final = 0.8  # what is louder is bent below the ceiling
_MAX_GAIN: Final = 20.0
_SAMPLE_TEXT: Final = "1, 2, 3, 4, 5."  # read aloud in any language
_FRAME: Final = 512  # samples

# It warns of each letter that a voice has no sound for, naming what was said.
logging.getLogger("piper.phoneme_ids").setLevel(logging.ERROR)


class PiperModel:
    """Speaks with one voice, from several threads at once."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load a voice; raises CommandError."""
        try:
            config = PiperConfig.from_dict(json.loads(find_config(path).read_text("utf-8")))
            # Of this only the phonemes are used.
            self._voice = PiperVoice(session=None, config=config)
            self._voice.phonemes_to_ids([])  # fails without the marks of begin and end
            self._graph = open_graph(halve(path), threads)
            feed = self._feed(_SAMPLE_TEXT, config.default_speaker_id, 1.0)
            self._graph.prepare(feed, config.sample_rate)
        except (OSError, ValueError, KeyError, TypeError, *SESSION_ERRORS) as err:
            raise CommandError(
                ErrorCode.UNAVAILABLE, f"{path.name} can't be loaded as a piper voice: {err}"
            ) from err
        self._lock = Lock()
        self._gains: dict[int, float] = {}

    @property
    def begins_early(self) -> bool:
        """Whether speech comes before its sentence is all computed."""
        return self._graph.has_parts

    def prepare(self) -> None:
        """Measure the default speaker, which also runs the model for the first time."""
        self._gain(self._voice.config.default_speaker_id, Cancellation())

    def synthesize(self, utterance: Utterance, cancellation: Cancellation) -> Iterator[SpeechAudio]:
        """Yield each sentence's speech."""
        speaker = self._speaker_id(utterance)
        gain = self._gain(speaker, cancellation)
        rate = self._voice.config.sample_rate
        feed = self._feed(utterance.text, speaker, utterance.speed)
        for samples in self._graph.render(feed, cancellation, soon=utterance.soon):
            yield SpeechAudio(to_pcm(samples, gain), rate)
        if utterance.pause and not cancellation.cancelled:
            yield SpeechAudio(bytes(2 * int(utterance.pause * rate)), rate)

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
        feed = self._feed(_SAMPLE_TEXT, speaker, 1.0)
        parts = list(self._graph.render(feed, cancellation, soon=False))
        gain = measure_gain(np.concatenate(parts)) if parts else 1.0
        if not cancellation.cancelled:
            with self._lock:
                self._gains[speaker] = gain
        return gain

    def _feed(self, text: str, speaker: int, speed: float) -> dict[str, NDArray[Any]]:
        config = self._voice.config
        ids = self._voice.phonemes_to_ids(join_phonemes(self._voice.phonemize(text)))
        scales = [config.noise_scale, config.length_scale / speed, config.noise_w_scale]
        feed: dict[str, NDArray[Any]] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        if config.num_speakers > 1:
            feed["sid"] = np.array([speaker], np.int64)
        return feed


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

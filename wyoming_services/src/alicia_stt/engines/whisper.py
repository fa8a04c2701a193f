"""Whisper, by faster-whisper."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
import logging
import math
import os
from pathlib import Path
from typing import Final

from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment, TranscriptionInfo
from faster_whisper.vad import VadOptions, get_speech_timestamps
import numpy as np
from numpy.typing import NDArray

from alicia_bus.audio import SAMPLE_RATE
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import Vocabulary

from .base import About, Session, Transcription, WhisperOptions

_WINDOW: Final = 30.0  # s that the model hears at once
_NO_SPEECH: Final = 0.6
_MIN_SPEECH_MS: Final = 100
_FULL_SCALE: Final = 32768.0
_MAX_TOKENS: Final = 220  # of the 448 that prompt and text share
_FIRST_TOKENS: Final = 16
_TOKENS_A_SECOND: Final = 12  # twice what anybody speaks: a bound on endless repetition
_CPU_THREADS: Final = 4  # more don't help an utterance

Audio = NDArray[np.float32]


class WhisperEngine:
    """A loaded model."""

    def __init__(self, folder: Path, name: str, options: WhisperOptions) -> None:
        """Load a model from its folder; raises CommandError where it can't be."""
        try:
            self._model = WhisperModel(
                str(folder),
                device=options.device,
                compute_type=options.compute_type,
                cpu_threads=options.threads or min(_CPU_THREADS, len(os.sched_getaffinity(0))),
                num_workers=options.workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as err:
            raise CommandError(
                ErrorCode.UNAVAILABLE, f"the Whisper model in {folder} can't be loaded: {err}"
            ) from err
        logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # it tells every utterance
        self._name = name
        self._beam_size = options.beam_size
        self.recognize(np.zeros(SAMPLE_RATE // 10, np.float32), "en", lambda: False)  # warms up

    @property
    def about(self) -> About:
        """What it is."""
        return About(
            name="alicia-whisper",
            description=f"Whisper {self._name}, by faster-whisper",
            version=version("faster-whisper"),
            author="OpenAI; SYSTRAN",
            url="https://github.com/SYSTRAN/faster-whisper",
            model=self._name,
            languages=tuple(self._model.supported_languages),
        )

    def start(self, language: str | None, /) -> Session:
        """Return a new utterance."""
        return _WhisperSession(self, language)

    @property
    def known(self) -> Mapping[str, int]:
        """It needs no names."""
        return {}

    def learn(self, _vocabulary: Vocabulary, /) -> None:
        """Whisper knows the names it knows."""

    def recognize(
        self, audio: Audio, language: str | None, is_left: Callable[[], bool]
    ) -> Transcription:
        """Return what a recording says; nothing where nobody speaks."""
        generator, info = self._transcribe(audio, language)
        segments = []
        for segment in generator:
            segments.append(segment)
            if is_left():
                break
        text = "".join(segment.text for segment in segments).strip()
        if not text or _is_silence(audio, segments):
            return Transcription("", info.language)
        return Transcription(text, info.language, _confidence(segments))

    def _transcribe(
        self, audio: Audio, language: str | None
    ) -> tuple[Iterable[Segment], TranscriptionInfo]:
        """Greedy and without retries: a command is short, and a wrong guess is worth no wait."""
        seconds = len(audio) / SAMPLE_RATE
        return self._model.transcribe(
            audio,
            language=language,
            beam_size=self._beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=seconds <= _WINDOW,
            max_new_tokens=min(_MAX_TOKENS, round(_FIRST_TOKENS + _TOKENS_A_SECOND * seconds)),
        )


class _WhisperSession:
    """Collects the audio: Whisper hears an utterance as a whole."""

    def __init__(self, engine: WhisperEngine, language: str | None) -> None:
        self._engine = engine
        self._language = language
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        self._audio += pcm

    def finish(self, is_left: Callable[[], bool], /) -> Transcription:
        """Return what was said."""
        if not self._audio:
            return Transcription("", self._language)
        samples = np.frombuffer(self._audio, "<i2").astype(np.float32) / _FULL_SCALE
        return self._engine.recognize(samples, self._language, is_left)


def _is_silence(audio: Audio, segments: Sequence[Segment]) -> bool:
    """On silence and noise Whisper makes sentences up, and says how little it believes them.

    Its word alone would drop speech over music, and a voice detector's alone would drop what
    is whispered: both must say so.
    """
    if any(segment.no_speech_prob < _NO_SPEECH for segment in segments):
        return False
    speech = get_speech_timestamps(audio, VadOptions(min_speech_duration_ms=_MIN_SPEECH_MS))
    return not speech


def _confidence(segments: Sequence[Segment]) -> float:
    """Return the mean probability of a token."""
    tokens = sum(len(segment.tokens) for segment in segments)
    total = sum(segment.avg_logprob * len(segment.tokens) for segment in segments)
    return round(min(1.0, math.exp(total / tokens)), 3) if tokens else 0.0

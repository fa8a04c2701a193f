"""Whisper, by faster-whisper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
import logging
import os
from pathlib import Path
from typing import Final

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment
import numpy as np

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import Vocabulary

from ..voice import Evidence, Voice
from .base import (
    About,
    Decode,
    Hints,
    LeftError,
    Session,
    Tell,
    Transcription,
    WhisperOptions,
    say_nothing,
)
from .names import house_names, join_names
from .silero import Silero
from .whisper_decoder import NO_SPEECH, Audio, Decoded, WhisperDecoder, window

_LOGGER: Final = logging.getLogger(__name__)
_WINDOW_SAMPLES: Final = 30 * SAMPLE_RATE  # that the model hears at once
_FULL_SCALE: Final = 32768.0
_CPU_THREADS: Final = 4  # more don't help an utterance
_EFFORT: Final = 1000  # frames
#: By device, the first that it can do: 8 bits are fastest, and cost no word that anybody counts.
_COMPUTE_TYPES: Final = {
    "cpu": ("int8", "int8_float32", "float32"),
    "cuda": ("int8_float16", "float16", "int8", "float32"),
}


class WhisperEngine:
    """A loaded model."""

    hears_whole = True

    def __init__(self, folder: Path, name: str, options: WhisperOptions) -> None:
        """Load a model from its folder; raises CommandError where it can't be."""
        try:
            self._model = _load(folder, options)
        except (RuntimeError, ValueError, OSError, MemoryError) as err:
            raise CommandError(
                ErrorCode.UNAVAILABLE, f"the Whisper model in {folder} can't be loaded: {err}"
            ) from err
        logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # it tells every utterance
        self._about = describe_model(name, _languages(self._model))
        self._decoder = WhisperDecoder(self._model, options)
        self._floor = options.floor
        self._silero = Silero()
        self._names: Sequence[str] = ()
        self._known: Mapping[str, int] = {}

    @property
    def about(self) -> About:
        """What it is."""
        return self._about

    def start(self, hints: Hints, /) -> Session:
        """Return a new utterance."""
        return _WhisperSession(self, hints, Voice(self._silero.listen()))

    @property
    def known(self) -> Mapping[str, int]:
        """How many names and areas bias it."""
        return self._known

    def learn(self, vocabulary: Vocabulary, /) -> None:
        """Expect the house's names from now on."""
        areas, names = house_names(vocabulary)
        self._known = {"names": len(names), "areas": len(areas)}
        self._names = (*areas, *names)

    def close(self) -> None:
        """Free its memory; what is still decoded, and nobody waits for, ends with an error."""
        self._model.model.unload_model()

    def effort(self, samples: int) -> float:
        """Return what the decoding of so much audio costs."""
        return window(samples, self._floor) / _EFFORT

    def recognize(
        self,
        audio: Audio,
        hints: Hints,
        evidence: Evidence,
        is_left: Callable[[], bool],
        tell: Tell,
    ) -> Transcription:
        """Return what a recording says; nothing where nobody speaks."""
        if evidence is Evidence.NONE:
            return Transcription("", hints.language)
        prompt = join_names((*hints.names, *self._names), self._decoder.encode_words)
        if len(audio) > _WINDOW_SAMPLES:
            return self._recognize_long(audio, hints, prompt, is_left, tell)
        found = self._decoder.decode(audio, hints.language, prompt, is_left)
        if _is_invented(found, evidence):
            return Transcription("", found.language)
        return Transcription(found.text, found.language, found.confidence)

    def _recognize_long(
        self,
        audio: Audio,
        hints: Hints,
        prompt: Sequence[int],
        is_left: Callable[[], bool],
        tell: Tell,
    ) -> Transcription:
        """More than one window: segment by segment, by the times that the model tells."""
        generator, info = self._model.transcribe(
            audio,
            language=hints.language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=list(prompt) or None,
            vad_filter=True,
        )
        text, segments = "", list[Segment]()
        for segment in generator:
            if is_left():
                raise LeftError
            segments.append(segment)
            text = (text + segment.text).strip()
            tell(text)
        tokens = sum(len(each.tokens) for each in segments)
        mean = sum(each.avg_logprob * len(each.tokens) for each in segments) / max(1, tokens)
        confidence = Decoded(text, info.language, tokens, mean, 0.0, is_whole=True).confidence
        return Transcription(text, info.language, confidence if text else None)


class _WhisperSession:
    """Collects the audio: Whisper hears an utterance as a whole."""

    def __init__(self, engine: WhisperEngine, hints: Hints, voice: Voice) -> None:
        self._engine = engine
        self._hints = hints
        self._audio = bytearray()
        self._voice = voice

    @property
    def voice(self) -> Voice | None:
        """The voice heard so far."""
        return self._voice

    @property
    def effort(self) -> float:
        """What ``finish`` would cost now."""
        return self._engine.effort(len(self._audio) // SAMPLE_WIDTH)

    @property
    def tail(self) -> float:
        """What was said is whole as soon as it's over."""
        return 0.0

    @property
    def look(self) -> Decode | None:
        """It hears a part as it hears a whole."""
        return None

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        self._audio += pcm
        self._voice.feed(pcm)

    def finish(self, is_left: Callable[[], bool], tell: Tell = say_nothing, /) -> Transcription:
        """Return what was said."""
        evidence, audio = self._voice.evidence, bytes(self._audio)
        samples = np.frombuffer(audio, "<i2").astype(np.float32) / _FULL_SCALE
        return self._engine.recognize(samples, self._hints, evidence, is_left, tell)


def describe_model(name: str, languages: Sequence[str]) -> About:
    """Return what a model is, loaded or not."""
    return About(
        name="alicia-whisper",
        description=f"Whisper {name}, by faster-whisper",
        version=version("faster-whisper"),
        author="OpenAI; SYSTRAN",
        url="https://github.com/SYSTRAN/faster-whisper",
        model=name,
        languages=languages,
    )


def _load(folder: Path, options: WhisperOptions) -> WhisperModel:
    """Load a model where it works; a graphics card may lack memory, or its libraries."""
    if options.device == "auto" and ctranslate2.get_cuda_device_count():
        try:
            return _load_on("cuda", folder, options)
        except (RuntimeError, ValueError) as err:
            _LOGGER.warning("The graphics card is not used, since it fails: %s", err)
    return _load_on("cpu" if options.device == "auto" else options.device, folder, options)


def _load_on(device: str, folder: Path, options: WhisperOptions) -> WhisperModel:
    kind = options.compute_type
    if kind == "auto":
        supported = ctranslate2.get_supported_compute_types(device)
        kind = next((each for each in _COMPUTE_TYPES[device] if each in supported), "default")
    model = WhisperModel(
        str(folder),
        device=device,
        compute_type=kind,
        cpu_threads=options.threads or min(_CPU_THREADS, len(os.sched_getaffinity(0))),
        num_workers=options.workers,
        local_files_only=True,
    )
    _warm_up(model, options)
    _LOGGER.info("The model %s is computed on %s as %s", folder.name, device, kind)
    return model


def _warm_up(model: WhisperModel, options: WhisperOptions) -> None:
    """The first decoding takes longer, and shows whether the device does its part."""
    once = WhisperDecoder(model, replace(options, budget=0.0))
    once.decode(np.zeros(SAMPLE_RATE, np.float32), "en", (), lambda: False)


def _languages(model: WhisperModel) -> Sequence[str]:
    """Not every model has all of Whisper's: Cantonese came late."""
    tokens = model.hf_tokenizer
    if not model.model.is_multilingual:
        return tuple(model.supported_languages)
    return tuple(
        code for code in model.supported_languages if tokens.token_to_id(f"<|{code}|>") is not None
    )


def _is_invented(found: Decoded, evidence: Evidence) -> bool:
    """On silence and noise Whisper makes sentences up, and often is sure of them.

    Its word alone would drop speech over music, and a voice detector's alone would drop what
    is whispered: where the detector hears little, the model must be sure of what it heard.
    """
    if evidence is Evidence.CLEAR:
        return found.is_silence
    return found.no_speech > NO_SPEECH or not found.is_believed

"""Decodes one window of audio with a Whisper model, in steps that can be stopped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
import math
import time
from typing import Final
import zlib

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
import numpy as np
from numpy.typing import NDArray

from alicia_bus.audio import SAMPLE_RATE

from .base import FULL_WINDOW, LeftError, WhisperOptions

_MARGIN: Final = 200  # frames of silence after the audio, by which the model hears its end
_ROUNDING: Final = 100
_SLICE: Final = 24  # tokens between two looks at whether anybody still waits; a command has fewer
_MAX_TOKENS: Final = 220  # of the 448 that prompt and text share
_FIRST_TOKENS: Final = 16
_TOKENS_A_SECOND: Final = 12  # twice what anybody speaks: a bound on endless repetition
_LOW_LOGPROB: Final = -1.0
_MUCH_COMPRESSION: Final = 2.4  # text that compresses better than this repeats itself
_TEMPERATURES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
NO_SPEECH: Final = 0.6

Audio = NDArray[np.float32]
IsLeft = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what speaks for and against it."""

    text: str
    language: str
    tokens: int
    #: The mean of a token.
    logprob: float
    no_speech: float
    #: False where it was cut at the bound on its length.
    is_whole: bool

    @property
    def is_believed(self) -> bool:
        """Whether it looks like something that was said: no loop, and not all too improbable."""
        is_loop = _compression(self.text) > _MUCH_COMPRESSION
        return self.is_whole and not is_loop and self.logprob >= _LOW_LOGPROB

    @property
    def is_silence(self) -> bool:
        """Whisper's own rule for what nobody said."""
        return self.no_speech > NO_SPEECH and self.logprob < _LOW_LOGPROB

    @property
    def confidence(self) -> float:
        """The mean probability of a token."""
        return round(min(1.0, math.exp(self.logprob)), 3) if self.tokens else 0.0


def window(samples: int, floor: int) -> int:
    """Return how many frames the encoder gets: those there are, with a margin, and a floor.

    The encoder's cost grows with them. A window far shorter than those of its training makes
    the model repeat itself.
    """
    frames = samples * 100 // SAMPLE_RATE + _MARGIN
    rounded = -(-frames // _ROUNDING) * _ROUNDING
    return min(FULL_WINDOW, max(floor, rounded))


class WhisperDecoder:
    """A loaded model and how to use it."""

    def __init__(self, model: WhisperModel, options: WhisperOptions) -> None:
        self._model = model
        self._options = options
        self._suppressed = _suppressed(self._tokenizer("en"))

    def encode_words(self, text: str) -> list[int]:
        """Return the tokens of a text."""
        tokens: list[int] = self._tokenizer("en").encode(text)
        return tokens

    def decode(
        self, audio: Audio, language: str | None, prompt: Sequence[int], is_left: IsLeft
    ) -> Decoded:
        """Return the text of at most 30 s of audio; raises LeftError once nobody waits.

        What looks wrong is decoded again: first with the whole window that the model knows from
        its training, then ever less greedily, until the budget is spent.
        """
        deadline = time.monotonic() + self._options.budget
        features = self._model.feature_extractor(audio)[:, :FULL_WINDOW]
        best: Decoded | None = None
        for width, temperature in self._attempts(len(audio)):
            if temperature is None:
                encoded = self._encode(features, width, is_left)
                language = language or self._detect(encoded)
            found = self._generate(
                encoded, language or "en", prompt, temperature or 0.0, len(audio), is_left
            )
            if best is None or (found.is_whole, found.logprob) > (best.is_whole, best.logprob):
                best = found
            if found.is_believed or found.is_silence or time.monotonic() > deadline:
                break
        if best is None:
            raise AssertionError("there is always a first attempt")
        return best

    def _attempts(self, samples: int) -> Iterator[tuple[int, float | None]]:
        """Windows, each to be encoded anew, and the temperatures to try on the last of them."""
        first = window(samples, self._options.floor)
        yield first, None
        if first < FULL_WINDOW:
            yield FULL_WINDOW, None
        yield from ((FULL_WINDOW, temperature) for temperature in _TEMPERATURES)

    def _encode(self, features: Audio, width: int, is_left: IsLeft) -> ctranslate2.StorageView:
        if is_left():
            raise LeftError
        used = min(width, features.shape[1])
        padded = np.zeros((features.shape[0], width), np.float32)
        padded[:, :used] = features[:, :used]
        return self._model.encode(padded)

    def _detect(self, encoded: ctranslate2.StorageView) -> str:
        if not self._model.model.is_multilingual:
            return "en"
        token, _probability = self._model.model.detect_language(encoded)[0][0]
        return str(token[2:-2])

    def _generate(
        self,
        encoded: ctranslate2.StorageView,
        language: str,
        prompt: Sequence[int],
        temperature: float,
        samples: int,
        is_left: IsLeft,
    ) -> Decoded:
        """Decode in slices: one call can't be stopped, and may take seconds."""
        tokenizer = self._tokenizer(language)
        start = [*self._preface(tokenizer, prompt), *tokenizer.sot_sequence]
        start.append(tokenizer.no_timestamps)
        limit = self._limit(samples)
        step = _SLICE if self._is_sliced(temperature) else limit
        tokens: list[int] = []
        total = no_speech = 0.0
        is_ended = False
        while not is_ended and len(tokens) < limit:
            if is_left():
                raise LeftError
            length = min(limit, len(tokens) + step)
            result = self._run(encoded, start, tokens, length, temperature)
            no_speech = no_speech if tokens else result.no_speech_prob
            tokens = result.sequences_ids[0]
            total += result.scores[0] * len(tokens)  # of what is new; the score is a mean over all
            is_ended = len(tokens) < length
        return Decoded(
            text=tokenizer.decode(tokens).strip(),
            language=language,
            tokens=len(tokens),
            logprob=total / (len(tokens) + 1),
            no_speech=no_speech,
            is_whole=is_ended,
        )

    def _run(
        self,
        encoded: ctranslate2.StorageView,
        start: list[int],
        tokens: list[int],
        length: int,
        temperature: float,
    ) -> ctranslate2.models.WhisperGenerationResult:
        """Continue a text up to a length; the result begins with the text so far.

        CTranslate2 gives the text at most half of its ``max_length``, and all but the prompt.
        """
        sampling = {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": temperature}
        searching = {"beam_size": self._options.beam_size}
        return self._model.model.generate(
            encoded,
            [[*start, *tokens]],
            max_length=length + max(length, len(start) - 1),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=not tokens,
            suppress_tokens=self._suppressed,
            **(sampling if temperature else searching),
        )[0]

    def _is_sliced(self, temperature: float) -> bool:
        """A beam's other hypotheses would be lost between two slices."""
        return bool(temperature) or self._options.beam_size == 1

    def _limit(self, samples: int) -> int:
        return min(_MAX_TOKENS, round(_FIRST_TOKENS + _TOKENS_A_SECOND * samples / SAMPLE_RATE))

    def _preface(self, tokenizer: Tokenizer, prompt: Sequence[int]) -> list[int]:
        return [tokenizer.sot_prev, *prompt] if prompt else []

    def _tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(
            self._model.hf_tokenizer,
            multilingual,
            task="transcribe" if multilingual else None,
            language=language,
        )


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    """The tokens that stand for no words, and those that only a prompt has."""
    signs = (tokenizer.transcribe, tokenizer.translate, tokenizer.no_speech)
    starts = (tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm)
    return sorted({*tokenizer.non_speech_tokens, *signs, *starts})


def _compression(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0

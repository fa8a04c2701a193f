"""Follows a voice in audio that is still arriving, by the word of a detector."""

from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from alicia_bus.audio import SAMPLE_RATE

CHUNK: Final = 512  # samples that a detector judges at once, as a rule
_BEGINS: Final = 0.5  # probability of speech
_GOES_ON: Final = 0.35
_FIRST_CHUNKS: Final = 2  # a click is loud for one
_POSSIBLE: Final = 0.3  # noise and most music stay below; what is whispered does not
#: In a row, of what is clear and of what is possible. A short word is not as long as the first, and
#: music seldom taken for speech for so long; what is shorter than the second is no word.
_CLEAR_CHUNKS: Final = 10
_POSSIBLE_CHUNKS: Final = 5


class Evidence(Enum):
    """Whether somebody spoke, as far as the detector can tell."""

    NONE = "none"
    SOME = "some"
    CLEAR = "clear"


class Ear(Protocol):
    """A detector, for one utterance."""

    def hear(self, pcm: bytes) -> Sequence[float]:
        """Return the probability of speech in each chunk that is complete by now."""


class Voice:
    """What was heard of a voice in one utterance; times in seconds of audio."""

    def __init__(self, ear: Ear, chunk: float = CHUNK / SAMPLE_RATE) -> None:
        """``chunk``: the seconds that the detector judges at once."""
        self._ear = ear
        self._chunk = chunk
        self._is_on = False
        self._chunks = 0
        self._clear = _Run(_BEGINS)
        self._possible = _Run(_POSSIBLE)
        #: When the voice was heard last; 0 before it is heard at all.
        self.heard_at = 0.0
        #: When something was heard last that might have been a voice.
        self.stirred_at = 0.0

    @property
    def seconds(self) -> float:
        """How much audio was heard."""
        return self._chunks * self._chunk

    @property
    def pause(self) -> float:
        """How long the voice has been silent."""
        return self.seconds - self.heard_at

    @property
    def quiet(self) -> float:
        """How long nothing was heard that might be a voice: one that sets in is none at first."""
        return self.seconds - max(self.heard_at, self.stirred_at)

    @property
    def has_spoken(self) -> bool:
        """Whether there was a voice."""
        return self.heard_at > 0

    @property
    def evidence(self) -> Evidence:
        """Whether somebody spoke."""
        if self._clear.longest >= _CLEAR_CHUNKS:
            return Evidence.CLEAR
        return Evidence.SOME if self._possible.longest >= _POSSIBLE_CHUNKS else Evidence.NONE

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        for probability in self._ear.hear(pcm):
            self._follow(probability)

    def _follow(self, probability: float) -> None:
        self._chunks += 1
        self._clear.add(probability)
        self._possible.add(probability)
        goes_on = self._is_on and probability >= _GOES_ON
        self._is_on = self._clear.length >= _FIRST_CHUNKS or goes_on
        if self._is_on:
            self.heard_at = self.seconds
        if self._possible.length:
            self.stirred_at = self.seconds


class _Run:
    """Chunks in a row that are as likely as that to be speech."""

    def __init__(self, probability: float) -> None:
        self._probability = probability
        self.length = 0
        self.longest = 0

    def add(self, probability: float) -> None:
        self.length = self.length + 1 if probability >= self._probability else 0
        self.longest = max(self.longest, self.length)

"""Follows a voice in audio that is still arriving, by the word of a detector."""

from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from alicia_bus.audio import SAMPLE_RATE

CHUNK: Final = 512  # samples that a detector judges at once
_CHUNK_SECONDS: Final = CHUNK / SAMPLE_RATE
_BEGINS: Final = 0.5  # probability of speech
_GOES_ON: Final = 0.35
_FIRST_CHUNKS: Final = 2  # a click is loud for one
_CLEAR_CHUNKS: Final = 3
_POSSIBLE: Final = 0.3  # noise and most music stay below; what is whispered does not


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

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._run = 0
        self._is_on = False
        self._chunks = 0
        self._loud_chunks = 0
        self._peak = 0.0
        #: When the voice was heard last; 0 before it is heard at all.
        self.heard_at = 0.0
        #: When something was heard last that might have been a voice.
        self.stirred_at = 0.0

    @property
    def seconds(self) -> float:
        """How much audio was heard."""
        return self._chunks * _CHUNK_SECONDS

    @property
    def pause(self) -> float:
        """How long the voice has been silent."""
        return self.seconds - self.heard_at

    @property
    def has_spoken(self) -> bool:
        """Whether there was a voice."""
        return self.heard_at > 0

    @property
    def evidence(self) -> Evidence:
        """Whether somebody spoke."""
        if self._loud_chunks >= _CLEAR_CHUNKS:
            return Evidence.CLEAR
        return Evidence.SOME if self._peak >= _POSSIBLE else Evidence.NONE

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        for probability in self._ear.hear(pcm):
            self._follow(probability)

    def _follow(self, probability: float) -> None:
        self._chunks += 1
        self._peak = max(self._peak, probability)
        self._run = self._run + 1 if probability >= _BEGINS else 0
        self._loud_chunks += probability >= _BEGINS
        self._is_on = self._run >= _FIRST_CHUNKS or (self._is_on and probability >= _GOES_ON)
        if self._is_on:
            self.heard_at = self.seconds
        if probability >= _POSSIBLE:
            self.stirred_at = self.seconds

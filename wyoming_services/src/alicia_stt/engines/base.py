"""What a recogniser is to the server. All of it may take long: none runs on the event loop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from alicia_bus.messages import Vocabulary


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How to run a Whisper model."""

    device: str = "auto"
    compute_type: str = "default"
    beam_size: int = 1
    threads: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was said; empty where nothing was."""

    text: str
    #: As the engine spells it: ``en``.
    language: str | None = None
    #: 0 to 1
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What an engine tells of itself."""

    #: The program's name for clients.
    name: str
    description: str
    version: str
    author: str
    url: str
    model: str
    languages: Sequence[str]


class Session(Protocol):
    """One utterance, fed as it is spoken."""

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""

    def finish(self, is_left: Callable[[], bool], /) -> Transcription:
        """Return what was said; stops early once nobody waits for it."""


class Engine(Protocol):
    """A loaded recogniser."""

    @property
    def about(self) -> About:
        """What it is."""

    def start(self, language: str | None, /) -> Session:
        """Return a new utterance, in one of its languages or in whichever it detects."""

    @property
    def known(self) -> Mapping[str, int]:
        """How much of the house it knows: names, areas; nothing where it needs none."""

    def learn(self, vocabulary: Vocabulary, /) -> None:
        """Take the house's names."""

"""What a recogniser is to the server. All of it may take long: none runs on the event loop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from alicia_bus.messages import Vocabulary

from ..voice import Voice

FULL_WINDOW: Final = 3000  # frames of 10 ms: what Whisper was trained on


class LeftError(Exception):
    """Nobody waits for the result any more."""


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How to run a Whisper model."""

    device: str = "auto"
    compute_type: str = "auto"
    beam_size: int = 1
    threads: int = 0
    workers: int = 1
    #: Frames of 10 ms that the encoder gets at least.
    floor: int = 1000
    #: Seconds after which no second try is begun.
    budget: float = 5.0


@dataclass(frozen=True, slots=True)
class Hints:
    """What a client tells of an utterance beforehand."""

    language: str | None = None
    #: That may be said, most important first.
    names: Sequence[str] = ()
    #: The model that is to hear it; none: whichever does as a rule.
    model: str | None = None


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


#: A folder's files with their times and sizes: changes when one of them does.
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be asked for, in memory or not."""

    about: About
    #: Where it is loaded from; the default one is in memory already.
    folder: Path = Path()
    stamp: Stamp = ()

    @property
    def name(self) -> str:
        """What clients call it."""
        return self.about.model

    @property
    def languages(self) -> Sequence[str]:
        """The languages that it hears."""
        return self.about.languages


#: Takes the text so far.
Tell = Callable[[str], None]

#: Decodes; takes what tells it that nobody waits any more, and then raises LeftError.
Decode = Callable[[Callable[[], bool]], Transcription]


def say_nothing(_text: str) -> None:
    """Tell nobody."""


class Session(Protocol):
    """One utterance, fed as it is spoken."""

    @property
    def voice(self) -> Voice | None:
        """The voice heard so far, where the engine hears an utterance as a whole."""

    @property
    def effort(self) -> float:
        """What ``finish`` would cost now; 1 is an utterance of a few seconds."""

    @property
    def tail(self) -> float:
        """The seconds of silence that belong to what was said; more of it changes nothing."""

    @property
    def look(self) -> Decode | None:
        """What tells the text so far for little; none where that takes no less than all of it."""

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""

    def finish(self, is_left: Callable[[], bool], tell: Tell = say_nothing, /) -> Transcription:
        """Return what was said; raises LeftError once nobody waits for it."""


class Engine(Protocol):
    """A loaded recogniser."""

    #: Whether it decodes an utterance as a whole. If so, starting and feeding take no time, and
    #: ``finish`` may be called at any time, and again after more audio.
    hears_whole: bool

    @property
    def about(self) -> About:
        """What it is."""

    def start(self, hints: Hints, /) -> Session:
        """Return a new utterance, in one of its languages or in whichever it detects."""

    @property
    def known(self) -> Mapping[str, int]:
        """How much of the house it knows: names, areas; nothing where it needs none."""

    def learn(self, vocabulary: Vocabulary, /) -> None:
        """Take the house's names."""

    def close(self) -> None:
        """Free its memory: nobody asks it anything any more."""

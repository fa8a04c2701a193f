"""An engine that a test looks into, and a hold on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import threading

from alicia_bus.messages import Vocabulary
from alicia_stt.engines.base import (
    About,
    Decode,
    Engine,
    Hints,
    Model,
    Tell,
    Transcription,
    say_nothing,
)
from alicia_stt.lease import Lease, Place
from alicia_stt.voice import Voice

CHUNK = 1024  # bytes: 32 ms
SHAPE = (16_000, 2, 1)
SPEECH, SILENCE = b"\x5a" * CHUNK, bytes(CHUNK)


class Ear:
    """Hears speech in whatever isn't zero."""

    def hear(self, pcm: bytes) -> list[float]:
        return [0.9 if pcm[at] else 0.0 for at in range(0, len(pcm), CHUNK)]


@dataclass
class Whole:
    """An engine whose text is how many chunks it was given; it may be held up."""

    hears_whole = True
    hold: threading.Event = field(default_factory=threading.Event)
    started: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    tries: list[Callable[[], bool]] = field(default_factory=list)
    known: Mapping[str, int] = field(default_factory=dict)
    voice: Voice = field(default_factory=lambda: Voice(Ear()))
    effort: float = 1.0
    tail: float = 0.0
    look: Decode | None = None
    chunks: int = 0

    @property
    def about(self) -> About:
        raise NotImplementedError

    def learn(self, vocabulary: Vocabulary, /) -> None: ...

    def start(self, _hints: Hints, /) -> "Whole":
        return self

    def feed(self, pcm: bytes) -> None:
        self.chunks += len(pcm) // CHUNK
        self.voice.feed(pcm)

    def finish(self, is_left: Callable[[], bool], _tell: Tell = say_nothing, /) -> Transcription:
        self.tries.append(is_left)
        chunks = self.chunks
        self.started.release()
        self.hold.wait(10)
        return Transcription(str(chunks))

    def close(self) -> None: ...


def make_model(name: str, *languages: str) -> Model:
    """A model that is nowhere on disk."""
    return Model(About("whole", name, "1", "", "", name, languages or ("en",)))


def make_place(engine: Engine | None) -> Place:
    """Where a model is, or will be, used by one."""
    place = Place(make_model("whole"), engine, users=1)
    if engine is not None:
        place.decided.set()
    return place


def make_lease(place: Place) -> Lease:
    """The hold of that one."""

    def give_back(given: Place) -> None:
        given.users -= 1

    return Lease(place, give_back)

"""What every engine offers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

SAMPLE_WIDTH: Final = 2  # bytes


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that an engine has, or could have."""

    name: str
    #: BCP 47 tags, the voice's own first.
    languages: tuple[str, ...]
    speakers: tuple[str, ...] = ()
    description: str = ""
    #: False for one that would have to be downloaded first.
    installed: bool = True
    #: Samples a second.
    rate: int = 22_050


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence, or a clause of one, and how it is to be spoken."""

    text: str
    voice: Voice
    speaker: str | None = None
    #: 1 is the voice's own pace, 2 is twice as fast.
    speed: float = 1.0
    #: Seconds of silence after it; a clause has its own.
    pause: float = 0.0
    #: Whether somebody waits to hear its beginning; it is the same speech either way.
    soon: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class SpeechAudio:
    """A piece of speech: 16-bit little-endian mono samples at a rate in Hz."""

    data: bytes
    rate: int
    #: Whether a sentence ends here.
    ends: bool = False

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.data) / SAMPLE_WIDTH / self.rate


class Cancellation:
    """Tells a computation in another thread to stop; for good, once cancelled."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._cancelled

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when cancelled, at once if it was already; returns the unsubscribe."""
        with self._lock:
            if not self._cancelled:
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def cancel(self) -> None:
        """Stop whatever runs under this."""
        with self._lock:
            self._cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


@dataclass(frozen=True, slots=True)
class About:
    """Who made an engine."""

    name: str
    author: str
    url: str
    version: str


class Engine(Protocol):
    """Speaks; blocking, so for a worker thread, several at a time."""

    @property
    def about(self) -> About:
        """Whose work it is."""

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices, the preferred one of each language first."""

    def refresh(self) -> bool:
        """Look for voices anew; tell whether they are others now."""

    def takes_clauses(self, voice: Voice, /) -> bool:
        """Tell whether a whole sentence takes so long that its first clause should come first."""

    def prepare(self, voice: Voice) -> None:
        """Load what speaking with a voice needs; raises CommandError."""

    def synthesize(self, utterance: Utterance, cancellation: Cancellation) -> Iterator[SpeechAudio]:
        """Yield the speech piece by piece; ends early when cancelled; raises CommandError."""

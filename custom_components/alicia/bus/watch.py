"""Requests that are watched over, and those that were answered."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import math
from typing import Final

from .messages import Meta
from .topics import Kind

REMEMBERED: Final = 300.0  # s that an answered request is known
MAX_REMEMBERED: Final = 4_096

#: A request's stage and id; along a routing slip several stages share an id.
Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long what is waited for, in s."""

    #: somebody to say that the request is his
    taken: float = 1.0
    #: the same where a worker of the kind is known to be stalled: the broker deals to it
    hurried: float = 0.4
    #: the same where a worker of the kind has just died
    bereaved: float = 0.1
    #: the answer of one who works on it
    answer: float = 15.0
    #: somebody to come who can do it
    nobody: float = 10.0
    #: the answer in all, where the request doesn't say
    total: float = 60.0


#: The requests that are watched over, by the kind of worker that they need.
PATIENCE: Final[Mapping[Kind, Patience]] = {
    Kind.STT_REQUEST: Patience(),
    Kind.TTS_REQUEST: Patience(),
}


def span(meta: Meta, now: float) -> float | None:
    """Return for how long (s) a request's sender waits, or None where it doesn't say.

    Its sender's clock may differ from ours, so both ends are by that one if they can be.
    """
    if meta.ttl is not None:
        return max(meta.ttl, 0.0)
    if meta.expires_at is None:
        return None
    return max(meta.expires_at - (now if meta.timestamp is None else meta.timestamp), 0.0)


@dataclass(slots=True)
class Watch:
    """A request, who has it in hand, and when to look at it again; times in s."""

    kind: Kind
    meta: Meta
    payload: bytes
    #: nobody waits for the answer any more
    ends: float
    #: by then somebody has to say that it is his
    take_by: float
    #: by then one of the holders has to answer
    answer_by: float = math.inf
    #: who has it in hand, and until when that is believed
    holders: dict[str, float] = field(default_factory=dict)
    #: who needn't be sent it: those who were sent it, or took it
    tried: set[str] = field(default_factory=set)
    #: who was sent it last, and has not said yet that it is his
    addressed: str | None = None
    #: how often it was sent again
    resends: int = 0
    #: until when somebody is waited for, where nobody is there who could do it
    alone_until: float | None = None

    @property
    def key(self) -> Key:
        """What tells it from other requests."""
        return self.kind, self.meta.request_id or ""

    @property
    def due(self) -> float:
        """When to look at it."""
        if self.alone_until is not None:
            return min(self.alone_until, self.ends)
        waits_for_word = self.addressed is not None or not self.holders
        word = self.take_by if waits_for_word else math.inf
        work = min(self.answer_by, *self.holders.values()) if self.holders else math.inf
        return min(word, work, self.ends)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is known to have it, or to be about to."""
        return not self.holders and self.addressed is None

    def concerns(self, name: str) -> bool:
        """Tell whether a worker has it in hand, or was sent it last."""
        return name in self.holders or name == self.addressed

    def late(self, now: float) -> list[str]:
        """Return who should have said something by now, and did not."""
        late = [name for name, until in self.holders.items() if until <= now]
        if self.addressed is not None and self.take_by <= now:
            late.append(self.addressed)
        return late

    def send_to(self, name: str, take_by: float) -> None:
        """Note whom it is sent to, and by when that one has to take it."""
        self.addressed, self.take_by, self.alone_until = name, take_by, None
        self.tried.add(name)

    def hold(self, name: str, until: float) -> None:
        """Put it into a worker's hand."""
        self.leave(name)
        self.holders[name] = until
        self.tried.add(name)
        self.alone_until = None

    def leave(self, name: str) -> None:
        """Take it out of a worker's hand."""
        self.holders.pop(name, None)
        if self.addressed == name:
            self.addressed = None


class Answered:
    """Remembers for a while which requests were answered, and how."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        #: When (s), and whether all there was is an error.
        self._known: OrderedDict[Key, tuple[float, bool]] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._known

    def has_result(self, key: Key) -> bool:
        """Tell whether a request was answered with something else than an error."""
        return key in self._known and not self._known[key][1]

    def add(self, key: Key, *, failed: bool) -> None:
        """Remember an answer; an error doesn't take back what came before it."""
        now = self._clock()
        self._known[key] = (now, failed and not self.has_result(key))
        self._known.move_to_end(key)
        while len(self._known) > MAX_REMEMBERED or (
            next(iter(self._known.values()))[0] < now - REMEMBERED
        ):
            self._known.popitem(last=False)

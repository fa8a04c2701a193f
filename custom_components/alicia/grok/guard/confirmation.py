"""Questions that are open, who may answer them, and until when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import hmac
import json
from typing import Any, Final

from .deeds import Touch
from .taint import Source

#: s that a question stays open
OPEN_FOR: Final = 60.0
#: s after which a conversation is forgotten; Home Assistant's own memory is shorter
REMEMBERED_FOR: Final = 600.0
MAX_CONVERSATIONS: Final = 256
#: Calls that one question may be about.
MAX_CALLS: Final = 8

#: Wrong PINs after which none is taken for a while.
TRIES: Final = 3
LOCKED_FOR: Final = 300.0  # s

type Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who speaks, as far as Home Assistant knows it."""

    device_id: str | None
    satellite_id: str | None
    user_id: str | None

    @property
    def is_privileged(self) -> bool:
        """Whether somebody is there in person: at a satellite, or logged in.

        A device alone proves nothing, for a message on the bus may name any.
        """
        return self.satellite_id is not None or self.user_id is not None


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is not made yet, and what it would touch."""

    tool: str
    #: canonical JSON
    arguments: str
    touches: frozenset[Touch]

    @classmethod
    def of(cls, tool: str, arguments: Mapping[str, Any], touches: frozenset[Touch]) -> Call:
        """Return a call; what becomes of the arguments later does not change it."""
        return cls(tool, json.dumps(dict(arguments), sort_keys=True, default=str), touches)


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that is open."""

    asker: Asker
    calls: tuple[Call, ...]
    question: str
    until: float


@dataclass(slots=True)
class Conversation:
    """What is known of a conversation."""

    seen: float
    pending: Pending | None = None
    tainted_by: set[Source] = field(default_factory=set)


class Conversations:
    """The conversations of an account, the latest last; those long past are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Conversation] = {}

    def __contains__(self, conversation_id: str) -> bool:
        self._forget_old()
        return conversation_id in self._known

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation, and take note that it goes on."""
        self._forget_old()
        known = self._known.pop(conversation_id, None) or Conversation(self._clock())
        known.seen = self._clock()
        self._known[conversation_id] = known
        while len(self._known) > MAX_CONVERSATIONS:
            del self._known[next(iter(self._known))]
        return known

    def _forget_old(self) -> None:
        before = self._clock() - REMEMBERED_FOR
        for conversation_id in [key for key, each in self._known.items() if each.seen < before]:
            del self._known[conversation_id]


class Pin:
    """A PIN, and how often somebody got it wrong."""

    def __init__(self, pin: str, clock: Clock) -> None:
        self._pin = pin
        self._clock = clock
        self._wrong: list[float] = []

    @property
    def is_locked(self) -> bool:
        """Whether no PIN is taken now, not even the right one."""
        since = self._clock() - LOCKED_FOR
        self._wrong = [when for when in self._wrong if when > since]
        return len(self._wrong) >= TRIES

    def try_out(self, digits: str) -> bool:
        """Tell whether a PIN is right, in a time that says nothing of how wrong it is."""
        if self.is_locked:
            return False
        is_right = hmac.compare_digest(digits.encode(), self._pin.encode())
        if is_right:
            self._wrong.clear()
        else:
            self._wrong.append(self._clock())
        return is_right

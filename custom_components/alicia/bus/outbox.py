"""Messages on their way to the broker: some in flight, the others waiting for their turn."""

from collections import OrderedDict, deque
from collections.abc import Callable
import logging
from typing import Final

from .codec import Outgoing

_LOGGER: Final = logging.getLogger(__name__)

MAX_IN_FLIGHT: Final = 100  # messages that the broker has not confirmed
MAX_WAITING: Final = 10_000
MAX_BYTES: Final = 16 * 1024 * 1024  # of those that wait, with their topics


class Outbox:
    """Sends messages at once while few are in flight, and keeps the others waiting.

    Somebody may wait for what is not retained, so that goes first. What is retained
    follows, a newer message in the place of an older one on its topic. Messages to one
    topic keep their order. Where not all fit, `lost` is told of the oldest that is
    retained, and of the newest of the others only when there is none.
    """

    def __init__(
        self,
        send: Callable[[Outgoing], None],
        lost: Callable[[Outgoing], None],
        max_in_flight: int = MAX_IN_FLIGHT,
        max_waiting: int = MAX_WAITING,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        #: How many connections were lost; who confirms a message says on which it was sent.
        self.connection = 0
        self._send = send
        self._lost = lost
        self._max_in_flight = max_in_flight
        self._max_waiting = max_waiting
        self._max_bytes = max_bytes
        self._in_flight = 0
        self._first: deque[Outgoing] = deque()
        self._retained: OrderedDict[str, Outgoing] = OrderedDict()
        #: Of all that wait: none only when nothing does, for each has a topic.
        self._bytes = 0
        self._is_draining = False
        self._is_full = False

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._first) + len(self._retained)

    def put(self, message: Outgoing) -> None:
        """Send a message now, or when its turn comes."""
        if self._in_flight < self._max_in_flight and not self._bytes:
            self._in_flight += 1
            self._send(message)
            return
        if _size(message) > self._max_bytes:
            self._give_up(message)
            return
        self._keep(message)
        while len(self) > self._max_waiting or self._bytes > self._max_bytes:
            self._give_up(self._take_least())

    def confirm(self, connection: int) -> None:
        """Send the next message in place of one that the broker has, or never will have."""
        if connection != self.connection:
            return
        self._in_flight -= 1
        self._drain(self._max_in_flight)

    def clear(self) -> None:
        """Give up all that waits, and expect no more of what is in flight: the broker is gone."""
        self.connection += 1
        self._in_flight = 0
        while self._bytes:
            self._lost(self._take())
        self._is_full = False

    def flush(self) -> None:
        """Send all that waits, however much is in flight, so that what follows comes later."""
        self._drain(self._in_flight + len(self))

    def _drain(self, max_in_flight: int) -> None:
        # Sending may fail, and confirm, at once: a loop, since thousands would nest too deep.
        if self._is_draining:
            return
        self._is_draining = True
        try:
            while self._bytes and self._in_flight < max_in_flight:
                self._in_flight += 1
                self._send(self._take())
        finally:
            self._is_draining = False
        self._is_full = self._is_full and self._bytes > 0

    def _keep(self, message: Outgoing) -> None:
        older = self._retained.get(message.topic)
        self._bytes += _size(message)
        if message.retain:
            self._bytes -= _size(older) if older else 0
            self._retained[message.topic] = message
            return
        if older:
            del self._retained[message.topic]
            self._first.append(older)
        self._first.append(message)

    def _take(self) -> Outgoing:
        """Take the next message that waits."""
        message = self._first.popleft() if self._first else self._retained.popitem(last=False)[1]
        self._bytes -= _size(message)
        return message

    def _take_least(self) -> Outgoing:
        """Take the message that is missed least."""
        message = self._retained.popitem(last=False)[1] if self._retained else self._first.pop()
        self._bytes -= _size(message)
        return message

    def _give_up(self, message: Outgoing) -> None:
        if not self._is_full:
            self._is_full = True
            _LOGGER.warning(
                "The broker is too slow: %s messages wait, and some are not sent", len(self)
            )
        self._lost(message)


def _size(message: Outgoing) -> int:
    return len(message.topic) + len(message.payload)

"""The hub: bytes from the broker become messages, messages become publishes."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
import logging
from typing import Final, TypeVar, cast
import uuid

from .codec import (
    ANSWERS,
    Outgoing,
    class_of,
    decode_as,
    encode,
    error_answer,
    peek,
    topic_params,
)
from .errors import BusError
from .freshness import Duplicates, check_fresh
from .messages import Message, Meta
from .topics import Address, Kind, Topics

_LOGGER: Final = logging.getLogger(__name__)
_MAX_LOGGED: Final = 256

MessageT = TypeVar("MessageT", bound=Message)
Listener = Callable[[Message], None]
#: Takes where a message came and its payload as it came, which nobody has looked at.
Tap = Callable[[Address, bytes], None]


class Hub:
    """Dispatches the messages that somebody listens to, and answers the bad ones.

    It knows nothing of MQTT: `publish` sends, `handle_message` receives. A service
    says with `serves` what the requests addressed to it are, and answers no others but
    those of its administrators.
    """

    def __init__(
        self,
        topics: Topics,
        publish: Callable[[Outgoing], None],
        clock: Callable[[], float],
        source: str,
        serves: type[Message] | None = None,
    ) -> None:
        self.topics = topics
        #: Messages by what became of them.
        self.counters: Counter[str] = Counter()
        self._publish = publish
        self._clock = clock
        self._source = source
        self._serves = serves
        self._listeners: dict[type[Message], list[Listener]] = {}
        self._taps: dict[Kind, Tap] = {}
        self._duplicates = Duplicates(clock)
        self._logged: set[tuple[str, str, str]] = set()

    def on(self, cls: type[MessageT], listener: Callable[[MessageT], None]) -> Callable[[], None]:
        """Call a listener with each message of a class; returns the unsubscribe."""
        listeners = self._listeners.setdefault(cls, [])
        entry = cast(Listener, listener)
        listeners.append(entry)

        def unsubscribe() -> None:
            if entry in listeners:
                listeners.remove(entry)

        return unsubscribe

    def tap(self, kind: Kind, tap: Tap) -> Callable[[], None]:
        """Give one the payloads of a kind, not decoded; returns what ends that."""
        self._taps[kind] = tap

        def close() -> None:
            self._taps.pop(kind, None)

        return close

    def handle_message(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        """Take one message from the broker; never raises for what it contains."""
        address = self.topics.parse(topic)
        addressed = address is not None and address.kind is Kind.SERVICE_REQUEST
        cls = self._serves if addressed else class_of(address) if address else None
        if address is not None and not retained and (tap := self._taps.get(address.kind)):
            tap(address, payload)
            if cls is None or not self._listeners.get(cls):
                return
        if address is None or cls is None:
            self.counters["unknown_topic"] += 1
            return
        self._handle_as(cls, payload, address.params, retained=retained)

    def claim(self, kind: Kind, request_id: str) -> bool:
        """Tell whether a request is done here for the first time, and remember it."""
        return self._duplicates.is_new(kind.value, request_id)

    def release(self, kind: Kind, request_id: str) -> None:
        """Let a request be done here after all when it comes again."""
        self._duplicates.forget(kind.value, request_id)

    def _handle_as(
        self, cls: type[Message], payload: bytes, params: Mapping[str, str], *, retained: bool
    ) -> None:
        if not self._listeners.get(cls):
            self.counters["unheard"] += 1
            return
        is_request = cls.KIND in ANSWERS
        if not payload and cls.RETAIN:
            self.counters["cleared"] += 1  # a retained topic was emptied
            return
        if retained and not cls.RETAIN:
            self.counters["retained_request"] += 1  # somebody's mistake, and long past
            return
        try:
            message = decode_as(cls, params, payload)
            if is_request:
                check_fresh(message.meta, self._clock())
        except BusError as err:
            self._reject(cls, params, payload, err)
            return
        if retained:
            message = replace(message, retained=True)
        self._dispatch(_with_request_id(message) if is_request else message)

    def _dispatch(self, message: Message) -> None:
        request_id = message.meta.request_id
        if message.KIND in ANSWERS and request_id and not self.claim(message.KIND, request_id):
            self.counters["duplicate"] += 1
            return
        self.counters["received"] += 1
        for listener in tuple(self._listeners[type(message)]):
            listener(message)

    def send(self, message: Message) -> None:
        """Publish a message in this hub's name."""
        self._publish(self.outgoing(message))

    def outgoing(self, message: Message) -> Outgoing:
        """Return a message in this hub's name for somebody who publishes it himself."""
        meta = replace(message.meta, source=self._source, timestamp=round(self._clock(), 3))
        self.counters["sent"] += 1
        return encode(self.topics, replace(message, meta=meta))

    def answer_error(self, request: Message, error: BusError) -> None:
        """Tell the sender of a request why it failed."""
        self.counters[error.code.value] += 1
        self._send_error(request.KIND, topic_params(request), reply_meta(request.meta), error)

    def _reject(
        self, cls: type[Message], params: Mapping[str, str], payload: bytes, error: BusError
    ) -> None:
        self.counters[error.code.value] += 1
        source = peek(payload[:4096], "source") or "unknown"
        key = (source, cls.KIND.value, error.code.value)
        if key not in self._logged and len(self._logged) < _MAX_LOGGED:
            self._logged.add(key)
            _LOGGER.warning("Bad message for %s from %s: %s", cls.KIND.value, source, error)
        meta = Meta(
            request_id=peek(payload, "request_id") or peek(payload, "message_id"),
            session_id=peek(payload, "session_id"),
        )
        self._send_error(cls.KIND, params, meta, error)

    def _send_error(
        self, kind: Kind, params: Mapping[str, str], meta: Meta, error: BusError
    ) -> None:
        answers_it = self._serves is None or kind in (self._serves.KIND, Kind.ADMIN)
        if answers_it and (answer := error_answer(kind, params, meta, error)):
            self.send(answer)


def _with_request_id(message: Message) -> Message:
    if message.meta.request_id is not None:
        return message
    request_id = message.meta.message_id or uuid.uuid4().hex
    return replace(message, meta=replace(message.meta, request_id=request_id))


def reply_meta(meta: Meta, stage: str | None = None) -> Meta:
    """Return the reserved fields that a stage's answer carries.

    The stage takes its own name off the front of the routing slip.
    """
    route = meta.route[1:] if meta.route[:1] == (stage,) else meta.route
    return Meta(request_id=meta.request_id, session_id=meta.session_id, route=route)

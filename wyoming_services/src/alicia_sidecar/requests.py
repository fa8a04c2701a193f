"""Takes requests from the bus, has them done, and answers them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
import logging
import time
from typing import Final, Generic, TypeVar

from alicia_bus.codec import ANSWERS, Outgoing, read_meta
from alicia_bus.errors import BusError, CommandError, DecodeError, ErrorCode
from alicia_bus.hub import Hub, reply_meta
from alicia_bus.messages import Answer, Message, Meta, Taken
from alicia_bus.topics import Kind, Topics

from .hand_back import HandBack
from .pulse import EVERY, Pulse
from .service import Service

_LOGGER: Final = logging.getLogger(__name__)
_MAX_TASKS: Final = 64
#: s in which one that stood still hears what others have answered meanwhile
_SETTLE: Final = 0.5
_REPLY: Final = "reply"
#: What operators are told nobody else has a say in.
_ANSWERED: Final = {answer.KIND for answer in ANSWERS.values()} - {Kind.ADMIN_RESPONSE}

RequestT = TypeVar("RequestT", bound=Message)


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where else an answer is wanted, by MQTT 5's Response Topic."""

    topic: str
    correlation: bytes | None


def check_reply_topic(topics: Topics, topic: str) -> bool:
    """Tell whether an answer may go to a topic.

    A requester must not make this server publish what it may not publish itself: on the
    bus, only the topics of answers and those below ``reply`` are for answers.
    """
    if not topic or topic.startswith("$") or any(each in topic for each in "+#\0"):
        return False
    if (address := topics.parse(topic)) is not None:
        return address.kind in _ANSWERED
    return not topic.startswith(f"{topics.base}/") or topic.startswith(f"{topics.base}/{_REPLY}/")


class Requests(Generic[RequestT]):
    """The requests that this instance has in hand."""

    def __init__(
        self,
        hub: Hub,
        service: Service[RequestT],
        instance: str,
        timeout: float,
        publish: Callable[[Outgoing, bytes | None], None],
    ) -> None:
        self._hub = hub
        self._service = service
        self._instance = instance
        self._timeout = timeout
        self._publish = publish
        self._reply_to: ReplyTo | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        #: Those of them that are not ours any more.
        self._given_back: set[str] = set()
        self._is_leaving = False
        self._hand_back = HandBack(hub, instance)
        self._pulse = Pulse()
        self._answers = hub.topics.build(ANSWERS[service.request.KIND].KIND)

    def listen(self) -> tuple[str, ...]:
        """Take requests from the hub; returns the topics of this instance alone."""
        self._hub.on(self._service.request, self._take)
        for cls in self._service.continues:
            self._hub.on(cls, self._continue)
        addressed = self._hub.topics.build(Kind.SERVICE_REQUEST, instance=self._instance)
        return (addressed, self._answers, *self._hand_back.listen())

    async def run(self, is_connected: Callable[[], bool]) -> None:
        """Say again and again what is in hand, until cancelled."""

        def beat() -> None:
            if is_connected():
                self._say_what_is_in_hand()

        await self._pulse.run(beat)

    def shared_topics(self) -> tuple[str, ...]:
        """Return the subscriptions by which all instances share the requests."""
        topics, group = self._hub.topics, self._service.profile.capability
        wanted = [
            topics.build(self._service.request.KIND),
            topics.build(Kind.CAPABILITY, capability=group),
            *(topics.build(cls.KIND) for cls in self._service.continues),
        ]
        return tuple(topics.shared(group, topic) for topic in wanted)

    def handle(
        self, topic: str, payload: bytes, *, retained: bool, reply_to: ReplyTo | None
    ) -> None:
        """Take a message from the broker."""
        if topic == self._answers:
            self._drop_answered(payload)
            return
        with self._replying_to(reply_to):
            self._hub.handle_message(topic, payload, retained=retained)

    def publish(self, outgoing: Outgoing) -> None:
        """Send a message, and an answer also to where its requester wants it."""
        reply_to = self._reply_to if outgoing.topic == self._answers else None
        if reply_to is None:
            self._publish(outgoing, None)
            return
        self._publish(replace(outgoing, topic=reply_to.topic), reply_to.correlation)
        if reply_to.topic != outgoing.topic:
            self._publish(outgoing, None)

    async def cancel(self) -> None:
        """Give up what is in hand, and say so."""
        self._is_leaving = True
        for request_id in self._tasks.keys() - self._given_back:
            self._tasks[request_id].cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Wait until all is answered."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks.values()))

    @contextmanager
    def _replying_to(self, reply_to: ReplyTo | None) -> Iterator[None]:
        before, self._reply_to = self._reply_to, reply_to
        try:
            yield
        finally:
            self._reply_to = before

    def _continue(self, answer: Answer) -> None:
        stage = self._service.profile.stage
        if answer.error or answer.meta.route[:1] != (stage,):
            return
        request_id = answer.meta.request_id
        request = self._service.continued(answer)
        if request and request_id and self._hub.claim(request.KIND, request_id):
            self._take(replace(request, meta=answer.meta))

    def _take(self, request: RequestT) -> None:
        request_id = request.meta.request_id or ""
        if len(self._tasks) >= _MAX_TASKS:
            self._hub.answer_error(request, CommandError(ErrorCode.BUSY, "too many requests"))
            return
        task = asyncio.create_task(self._do(request, self._reply_to))
        self._tasks[request_id] = task
        reply_to = self._reply_to
        task.add_done_callback(lambda done: self._done(request, reply_to, done))
        self._say_taken(request_id)

    def _say_what_is_in_hand(self) -> None:
        for request_id in self._tasks.keys() - self._given_back:
            self._say_taken(request_id)

    def _say_taken(self, request_id: str) -> None:
        meta = Meta(request_id=request_id)
        self._hub.send(Taken(instance=self._instance, every=EVERY, meta=meta))

    async def _do(self, request: RequestT, reply_to: ReplyTo | None) -> None:
        try:
            async with asyncio.timeout(self._patience(request.meta)):
                answer = await self._service.answer(request)
            if self._pulse.has_just_woken():
                await asyncio.sleep(_SETTLE)
        except BusError as err:
            await self._give_back(request, reply_to, err)
        except TimeoutError:
            late = CommandError(ErrorCode.TIMEOUT, "it took too long")
            await self._give_back(request, reply_to, late)
        except asyncio.CancelledError:
            if self._is_leaving:
                leaving = CommandError(ErrorCode.UNAVAILABLE, "the server is stopping")
                await self._give_back(request, reply_to, leaving)
            raise
        else:
            meta = reply_meta(request.meta, self._service.profile.stage)
            with self._replying_to(reply_to):
                self._hub.send(replace(answer, meta=meta))

    async def _give_back(
        self, request: RequestT, reply_to: ReplyTo | None, error: BusError
    ) -> None:
        """Answer with an error, unless another instance takes the request."""
        request_id = request.meta.request_id or ""
        self._given_back.add(request_id)
        try:
            if not await self._hand_back.offer(request, error):
                self._fail(request, reply_to, error)
        finally:
            self._given_back.discard(request_id)

    def _fail(self, request: RequestT, reply_to: ReplyTo | None, error: BusError) -> None:
        with self._replying_to(reply_to):
            self._hub.answer_error(request, error)

    def _done(self, request: RequestT, reply_to: ReplyTo | None, task: asyncio.Task[None]) -> None:
        request_id = request.meta.request_id or ""
        if self._tasks.get(request_id) is task:
            del self._tasks[request_id]
        if task.cancelled() or (error := task.exception()) is None:
            return
        _LOGGER.error("Request %s failed", request_id, exc_info=error)
        failed = CommandError(ErrorCode.FAILED, "the server failed on this request")
        giving_back = asyncio.create_task(self._give_back(request, reply_to, failed))
        self._tasks[request_id] = giving_back
        giving_back.add_done_callback(lambda done: self._done(request, reply_to, done))

    def _drop_answered(self, payload: bytes) -> None:
        """Another instance was faster: its answer is the one that counts.

        Not so its error: what a busy instance refused may be sent here next.
        """
        try:
            meta = read_meta(payload)
        except DecodeError:
            return
        request_id = meta.request_id
        if request_id is None or meta.extra.get("error") is not None:
            return
        self._hub.claim(self._service.request.KIND, request_id)
        if task := self._tasks.get(request_id):
            self._hub.counters["answered_elsewhere"] += 1
            task.cancel()

    def _patience(self, meta: Meta) -> float:
        if meta.expires_at is None:
            return self._timeout
        return min(self._timeout, max(1.0, meta.expires_at - time.time()))

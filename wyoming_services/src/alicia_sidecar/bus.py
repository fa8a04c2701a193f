"""A service's place on the bus: its presence and its requests over one connection."""

import asyncio
from collections.abc import Mapping
import time
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

import aiomqtt

from alicia_bus.codec import Outgoing
from alicia_bus.hub import Hub
from alicia_bus.messages import Message
from alicia_bus.topics import Topics

from .admin import Admin
from .bus_client import BusClient
from .control import Control
from .log import Log
from .presence import Presence, last_will
from .reach import reachable_uri
from .requests import ReplyTo, Requests, check_reply_topic
from .server import WyomingServer
from .service import Service
from .settings import BusSettings, Settings

_GOODBYE_SECONDS: Final = 2.0
RequestT = TypeVar("RequestT", bound=Message)


class Bus(Generic[RequestT]):
    """Keeps a service on the bus while it is entered."""

    def __init__(
        self,
        settings: Settings,
        bus: BusSettings,
        service: Service[RequestT],
        server: WyomingServer,
        control: Control,
        log: Log,
    ) -> None:
        self._service = service
        self._server = server
        topics = Topics(bus.base_topic)
        instance = settings.instance
        self._client = BusClient(
            bus, instance, last_will(topics, instance), self._on_connect, self._on_message
        )
        self._hub = Hub(topics, self._publish, time.time, instance, service.request)
        self._requests = Requests(
            self._hub, service, instance, settings.request_timeout, self._client.publish
        )
        self._admin = Admin(self._hub, instance, control, log)
        self._presence = Presence(
            self._hub,
            instance,
            service.profile,
            lambda: reachable_uri(server.uri, bus.host, settings.advertise_host),
            lambda: service.state,
            self._vitals,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect, now or when the broker is there."""
        own = (*self._presence.listen(), *self._admin.listen(), *self._requests.listen())
        for topic in (*own, *self._service.listen(self._hub, self.announce)):
            self._client.subscribe(topic)
        taking = self._requests.run(lambda: self._client.is_connected)
        runs = (self._client.run(), self._presence.run(), taking)
        self._tasks = [asyncio.create_task(run) for run in runs]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Say goodbye and disconnect."""
        self._admin.close()
        await self._requests.cancel()
        self._presence.leave()
        await self._client.flush(_GOODBYE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def announce(self) -> None:
        """Tell everybody what this service is now, and take requests if it can.

        Who is told that it is there may send at once: the subscriptions come first.
        """
        if self._service.state.ready:
            for topic in self._requests.shared_topics():
                self._client.subscribe(topic)
        self._presence.announce()

    async def stop_taking(self) -> None:
        """Leave new requests to others and answer those in hand."""
        for topic in self._requests.shared_topics():
            self._client.unsubscribe(topic)
        await self._requests.drain()

    def _on_connect(self) -> None:
        if offer := self._presence.offer():
            self._client.publish(offer)
        self.announce()

    def _on_message(self, message: aiomqtt.Message) -> None:
        topic, payload = str(message.topic), message.payload
        if isinstance(payload, bytes):
            reply_to = self._reply_to(message)
            self._requests.handle(topic, payload, retained=bool(message.retain), reply_to=reply_to)

    def _reply_to(self, message: aiomqtt.Message) -> ReplyTo | None:
        topic = getattr(message.properties, "ResponseTopic", None)
        if not isinstance(topic, str):
            return None
        if not check_reply_topic(self._hub.topics, topic):
            self._hub.counters["bad_response_topic"] += 1
            return None
        correlation = getattr(message.properties, "CorrelationData", None)
        return ReplyTo(topic, correlation if isinstance(correlation, bytes) else None)

    def _publish(self, outgoing: Outgoing) -> None:
        self._requests.publish(outgoing)

    def _vitals(self) -> tuple[float, Mapping[str, object]]:
        wyoming = {f"wyoming_{kind}": n for kind, n in self._server.noticed.counters.items()}
        counters = {**self._hub.counters, **wyoming, "connections": self._server.connections}
        return round(self._service.worker.load, 2), counters

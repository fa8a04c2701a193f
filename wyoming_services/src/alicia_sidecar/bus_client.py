"""The connection to the broker: an outbox, subscriptions that outlive it, and patience."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import logging
import random
import socket
import ssl
import time
from typing import Final, TypeAlias

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from alicia_bus.codec import Outgoing

from .log import LoggedOnce
from .settings import BusSettings

_LOGGER: Final = logging.getLogger(__name__)
_MQTT_LOGGER: Final = logging.getLogger(f"{__name__}.mqtt")
_MQTT_LOGGER.addFilter(LoggedOnce())  # it warns of every message that it drops
_MAX_OUTBOX: Final = 512
_STALE: Final = 60.0  # s after which nobody waits for an answer any more
_MAX_PACKET: Final = 16 * 1024 * 1024
_MAX_INCOMING: Final = 1024
_FIRST_DELAY, _LAST_DELAY = 0.5, 30.0
#: Without it, each acknowledged message waits for the other side's delayed acknowledgement.
_NO_DELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@dataclass(frozen=True, slots=True)
class _Publish:
    outgoing: Outgoing
    correlation: bytes | None
    at: float


@dataclass(frozen=True, slots=True)
class _Subscribe:
    topic: str


@dataclass(frozen=True, slots=True)
class _Unsubscribe:
    topic: str


_Item: TypeAlias = _Publish | _Subscribe | _Unsubscribe


class BusClient:
    """Keeps one session with the broker; what is published meanwhile is sent later."""

    def __init__(
        self,
        settings: BusSettings,
        identifier: str,
        will: Outgoing | None = None,
        on_connect: Callable[[], None] = lambda: None,
        on_message: Callable[[aiomqtt.Message], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._identifier = identifier
        self._will = will
        self._on_connect = on_connect
        self._on_message = on_message
        self._topics: dict[str, None] = {}
        self._outbox: deque[_Item] = deque(maxlen=_MAX_OUTBOX)
        self._filled = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self._is_connected = False
        self._delay = _FIRST_DELAY

    @property
    def is_connected(self) -> bool:
        """Whether what is published now is sent now."""
        return self._is_connected

    def publish(self, outgoing: Outgoing, correlation: bytes | None = None) -> None:
        """Send a message, now or when the broker is back; stale ones are dropped."""
        self._put(_Publish(outgoing, correlation, time.monotonic()))

    def subscribe(self, topic: str) -> None:
        """Subscribe to a topic, on this connection and the later ones."""
        is_new = topic not in self._topics
        self._topics[topic] = None
        if is_new and self._is_connected:
            self._put(_Subscribe(topic))

    def unsubscribe(self, topic: str) -> None:
        """End a subscription."""
        self._topics.pop(topic, None)
        if self._is_connected:
            self._put(_Unsubscribe(topic))

    async def flush(self, seconds: float) -> bool:
        """Wait until all is sent; False when that takes too long."""
        try:
            async with asyncio.timeout(seconds):
                await self._sent.wait()
        except TimeoutError:
            _LOGGER.warning("Left before all was sent to the broker")
            return False
        return True

    async def run(self) -> None:
        """Stay connected until cancelled."""
        is_told = False
        while True:
            try:
                await self._session()
            except (aiomqtt.MqttError, OSError) as err:
                level = logging.DEBUG if is_told else logging.WARNING
                _LOGGER.log(level, "No connection to the broker: %s", err)
                is_told = self._delay > _FIRST_DELAY
            await asyncio.sleep(self._delay * random.uniform(0.5, 1))  # noqa: S311 - spreads load
            self._delay = min(2 * self._delay, _LAST_DELAY)

    async def _session(self) -> None:
        async with self._client() as client:
            try:
                await self._start(client)
                await self._pump(client)
            finally:
                self._is_connected = False

    async def _start(self, client: aiomqtt.Client) -> None:
        done: set[str] = set()
        while left := [topic for topic in self._topics if topic not in done]:
            for topic in left:  # more may be wanted while the broker answers
                await _subscribe(client, topic)
            done.update(left)
        _LOGGER.info("Connected to the broker at %s:%d", self._settings.host, self._settings.port)
        self._is_connected = True
        self._delay = _FIRST_DELAY
        self._drop_stale()
        self._on_connect()

    async def _pump(self, client: aiomqtt.Client) -> None:
        tasks = [asyncio.create_task(run(client)) for run in (self._send, self._receive)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            while self._outbox:
                item = self._outbox[0]
                await _perform(client, item)
                if self._outbox and self._outbox[0] is item:
                    self._outbox.popleft()
            self._sent.set()
            self._filled.clear()
            await self._filled.wait()

    async def _receive(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self._on_message(message)

    def _put(self, item: _Item) -> None:
        self._outbox.append(item)
        self._sent.clear()
        self._filled.set()

    def _drop_stale(self) -> None:
        oldest = time.monotonic() - _STALE
        fresh = [each for each in self._outbox if isinstance(each, _Publish) and each.at > oldest]
        self._outbox.clear()
        self._outbox.extend(fresh)

    def _client(self) -> aiomqtt.Client:
        settings = self._settings
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.MaximumPacketSize = _MAX_PACKET
        will = self._will
        return aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username,
            password=settings.password,
            identifier=self._identifier,
            logger=_MQTT_LOGGER,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=aiomqtt.Will(will.topic, will.payload, will.qos, will.retain) if will else None,
            clean_start=True,
            keepalive=15,
            max_queued_incoming_messages=_MAX_INCOMING,
            properties=properties,
            tls_context=_tls_context(settings),
            socket_options=[_NO_DELAY],
        )


async def _perform(client: aiomqtt.Client, item: _Item) -> None:
    match item:
        case _Publish(outgoing, correlation, _):
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            if correlation is not None:
                properties.CorrelationData = correlation
            await client.publish(
                outgoing.topic,
                outgoing.payload,
                outgoing.qos,
                outgoing.retain,
                properties=properties,
            )
        case _Subscribe(topic):
            await _subscribe(client, topic)
        case _Unsubscribe(topic):
            await client.unsubscribe(topic)


async def _subscribe(client: aiomqtt.Client, topic: str) -> None:
    """A shared subscription with no-local is a protocol error; elsewhere it spares our own."""
    options = SubscribeOptions(qos=1, noLocal=not topic.startswith("$share/"))
    for code in await client.subscribe(topic, options=options):
        if not isinstance(code, int) and code.is_failure:
            _LOGGER.error("The broker refuses the subscription to %s: %s", topic, code)


def _tls_context(settings: BusSettings) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    context = ssl.create_default_context(cafile=settings.tls_ca)
    if settings.tls_cert:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context

"""A client of the bus, for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
import contextlib
from contextlib import asynccontextmanager
import json
import socket
from typing import Final

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage, MQTTv5, topic_matches_sub
from paho.mqtt.enums import CallbackAPIVersion

from .failure import DemoError

_CONNECT_SECONDS: Final = 10.0
_RECONNECT_SECONDS: Final = 5
_GOODBYE_SECONDS: Final = 5.0

type Received = tuple[str, bytes]
type Json = Mapping[str, object]


class Bus:
    """A connection to the broker; what comes in goes to whoever listens."""

    def __init__(
        self, *, will: tuple[str, Json] | None = None, on_connect: Callable[[], None] | None = None
    ) -> None:
        """Prepare a client; on_connect is called each time that it gets through to the broker."""
        self._loop = asyncio.get_running_loop()
        self._queues: dict[asyncio.Queue[Received], str] = {}
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.on_socket_open = _without_delay
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.reconnect_delay_set(1, _RECONNECT_SECONDS)
        if will:
            self._client.will_set(will[0], json.dumps(will[1]), qos=1, retain=True)
        self._greet = on_connect
        self._connected = asyncio.Event()
        #: What the broker has not acknowledged, by its packets' ids.
        self._underway: set[int] = set()
        self._arrived = asyncio.Event()

    async def connect(self, host: str, port: int, username: str, password: str) -> None:
        """Connect and log in; raises DemoError."""
        self._client.username_pw_set(username, password)
        try:
            await asyncio.to_thread(self._client.connect, host, port)
            self._client.loop_start()
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._connected.wait()
        except (OSError, TimeoutError) as error:
            raise DemoError(f"The broker at {host}:{port} can't be reached: {error}") from error

    async def close(self) -> None:
        """Disconnect, once the broker has all that was published, or is not to be waited for.

        A socket that is closed with something unread in it is reset, and with it goes what the
        other side has not read yet.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                while self._underway:
                    self._arrived.clear()
                    await self._arrived.wait()
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def publish(
        self, topic: str, payload: bytes | Json, qos: int = 1, *, retain: bool = False
    ) -> None:
        """Publish bytes, or an object as JSON."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        message = self._client.publish(topic, data, qos, retain)
        if message.rc != MQTT_ERR_SUCCESS:
            raise DemoError(f"The broker is gone; {topic} wasn't published.")
        self._underway.add(message.mid)

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[asyncio.Queue[Received]]:
        """Collect what is published to a topic filter."""
        queue: asyncio.Queue[Received] = asyncio.Queue()
        is_new = topic not in self._queues.values()
        self._queues[queue] = topic
        if is_new:
            self._client.subscribe(topic, 1)
        try:
            yield queue
        finally:
            del self._queues[queue]

    def _on_connect(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._subscribe_all)

    def _subscribe_all(self) -> None:
        for topic in set(self._queues.values()):
            self._client.subscribe(topic, 1)
        self._connected.set()
        if self._greet:
            self._greet()

    def _on_publish(self, _client: Client, _data: object, mid: int, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._on_arrival, mid)

    def _on_arrival(self, mid: int) -> None:
        self._underway.discard(mid)
        self._arrived.set()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        received = (message.topic, bytes(message.payload))
        self._loop.call_soon_threadsafe(self._hand_out, received)

    def _hand_out(self, received: Received) -> None:
        for queue, topic in self._queues.items():
            if topic_matches_sub(topic, received[0]):
                queue.put_nowait(received)


def _without_delay(_client: Client, _data: object, connection: object) -> None:
    """Send small packets at once: QoS 1 takes 44 ms otherwise."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

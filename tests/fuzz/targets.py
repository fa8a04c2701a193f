"""What is fuzzed, and how each shows afterwards that it is well."""

import asyncio
from collections import Counter
import contextlib
import json
from pathlib import Path
import random
import struct
from typing import Protocol

from wyoming.event import Event, async_read_event

from alicia_bus import messages
from alicia_bus.codec import Outgoing, class_of
from alicia_bus.errors import DecodeError
from alicia_bus.hub import Hub
from alicia_bus.topics import Address, Kind, Topics
from alicia_sidecar.framing import read_event
from alicia_sidecar.limits import Limits
from tests.wyoming_services.support import PATIENCE, Sidecar

from . import bus, wyoming

_NOW = 1_764_000_000.0
#: A close that resets the connection, as a client does whose power fails.
_RESET = struct.pack("ii", 1, 0)


class Target(Protocol):
    """Something that takes a batch of hostile input, and does its work all the same."""

    async def batch(self, rng: random.Random, size: int) -> None:
        """Send a batch; raises AssertionError where an answer is not one of the contract."""

    async def check(self) -> None:
        """Ask for something good; raises AssertionError where that is not done."""


class HubTarget:
    """The pure hub, with somebody listening to everything."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.heard: list[messages.Message] = []
        self._publisher = bus.Publisher()
        self._topics = Topics()
        self._hub = Hub(self._topics, self.sent.append, lambda: _NOW, "fuzz")
        for kind in Kind:
            if kind is not Kind.CAPABILITY and (cls := class_of(Address(kind, {}))):
                self._hub.on(cls, self.heard.append)

    async def batch(self, rng: random.Random, size: int) -> None:
        """Hand it messages; it raises nothing, and what it publishes is of the contract."""
        for _ in range(size):
            message = self._publisher.message(rng)
            before = sum(self._hub.counters.values())
            self._hub.handle_message(message.topic, message.payload, retained=message.retain)
            assert sum(self._hub.counters.values()) > before, message
        for outgoing in self.sent:
            assert self._topics.parse(outgoing.topic) is not None
            assert "error" in json.loads(outgoing.payload)
        self.sent.clear()
        self.heard.clear()

    async def check(self) -> None:
        """Hand it a good request."""
        good = {"text": "hello", "request_id": f"good-{self._hub.counters['received']}"}
        self._hub.handle_message("alicia/voice/ai/request", json.dumps(good).encode())

        assert [each.meta.request_id for each in self.heard] == [good["request_id"]]
        assert len(self._hub.counters) < 64
        self.heard.clear()


class FramingTarget:
    """The reader of Wyoming events, without a socket."""

    async def batch(self, rng: random.Random, size: int) -> None:
        """Have it read; it ends, and raises nothing but what says what is wrong."""
        for _ in range(size):
            visit = wyoming.visit(rng)
            reader = asyncio.StreamReader(limit=Limits().line)
            reader.feed_data(b"".join(visit.pieces))
            reader.feed_eof()
            with contextlib.suppress(DecodeError):
                while (event := await read_event(reader, Limits())) is not None:
                    assert isinstance(event.type, str)
                    assert isinstance(event.data, dict)

    async def check(self) -> None:
        """Have it read a good event."""
        reader = asyncio.StreamReader()
        reader.feed_data(b'{"type": "ping", "data_length": 2}\n{}')
        reader.feed_eof()
        assert await read_event(reader, Limits()) == Event("ping", {}, None)


class WyomingTarget:
    """A running server, visited by many clients at once."""

    def __init__(self, sidecar: Sidecar, good: "Good") -> None:
        self.sidecar = sidecar
        self.answers: Counter[str] = Counter()
        self._good = good

    async def batch(self, rng: random.Random, size: int) -> None:
        """Let clients come and go; whatever they are answered is a Wyoming event."""
        visits = [wyoming.visit(rng) for _ in range(size)]
        crowd = asyncio.Semaphore(16)

        async def come(visit: wyoming.Visit) -> None:
            async with crowd:
                await self._come(visit)

        await asyncio.gather(*map(come, visits))

    async def check(self) -> None:
        """Ask it something good, and look whether anything was thrown in it."""
        assert await self._good(self.sidecar.uri)
        log = self.sidecar.log
        assert "Traceback" not in log, log[-4000:]
        assert "never retrieved" not in log

    async def _come(self, visit: wyoming.Visit) -> None:
        host, port = self.sidecar.uri.removeprefix("tcp://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        with contextlib.suppress(ConnectionError):
            for piece in visit.pieces:
                writer.write(piece)
                await writer.drain()
            if visit.ending is wyoming.Ending.VANISHES:
                writer.transport.abort()
                return
            writer.write_eof()
            async with asyncio.timeout(PATIENCE):
                while (event := await async_read_event(reader)) is not None:
                    self.answers[event.type] += 1
        writer.close()


class Good(Protocol):
    """Asks a server something; tells whether it did that well."""

    async def __call__(self, uri: str, /) -> bool: ...


def descriptors(sidecar: Sidecar) -> int:
    """Return how many files and sockets a server has open."""
    return len(list(Path(f"/proc/{sidecar.pid}/fd").iterdir()))


def memory(sidecar: Sidecar) -> float:
    """Return a server's own memory in MiB."""
    for line in Path(f"/proc/{sidecar.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")

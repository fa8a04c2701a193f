"""One connection to a Wyoming server, which notices when the other end has stopped working."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
import json
from typing import Final

from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.ping import Pong

TICK: Final = 0.25  # s between two looks at a connection that is quiet
CONNECT_SECONDS: Final = 2.0
MAX_LINE: Final = 64 * 1024
MAX_DATA: Final = 4 * 1024 * 1024
MAX_PAYLOAD: Final = 16 * 1024 * 1024
MAX_WAITING: Final = 256  # events
_PING: Final = b'{"type": "ping"}\n'


class Fault(StrEnum):
    """What became of a connection."""

    REFUSED = "refused"
    CLOSED = "closed"
    ERROR = "error"
    STALLED = "stalled"
    MALFORMED = "malformed"


class ServerError(Exception):
    """A server that doesn't do what it was asked."""

    def __init__(self, fault: Fault, detail: str = "", code: str | None = None) -> None:
        super().__init__(f"{fault}: {detail}" if detail else fault.value)
        self.fault = fault
        #: What the server called its error.
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may be silent."""

    #: s from the end of a request to its answer
    answer: float
    #: s until it answers a ping; None for one that doesn't know them
    pong: float | None = None
    #: s that it may not take what is sent
    progress: float = 5.0


class Connection:
    """Sends and receives events; whoever waits is told when the server has stopped."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: Patience
    ) -> None:
        self._patience = patience
        self._reader = reader
        self._writer = writer
        self._events = asyncio.Queue[Event | ServerError](MAX_WAITING)
        self._silent = 0
        self._deadline: float | None = None

    async def send(self, *events: Event) -> None:
        """Write events; raises ServerError."""
        try:
            for event in events:
                async with asyncio.timeout(self._patience.progress):
                    await async_write_event(event, self._writer)
        except TimeoutError as err:
            raise ServerError(Fault.STALLED, "it takes nothing more") from err
        except OSError as err:
            raise ServerError(Fault.CLOSED, str(err)) from err

    def expect(self) -> None:
        """Let the time for the answer, or for the next part of it, begin."""
        self._deadline = asyncio.get_running_loop().time() + self._patience.answer

    async def receive(self) -> Event:
        """Return the next event that is part of an answer; raises ServerError."""
        while True:
            try:
                async with asyncio.timeout(TICK):
                    event = await self._events.get()
            except TimeoutError:
                self._look()
                continue
            self._silent = 0
            if isinstance(event, ServerError):
                raise event
            if Error.is_type(event.type):
                error = Error.from_event(event)
                raise ServerError(Fault.ERROR, error.text, error.code)
            if not Pong.is_type(event.type):
                return event

    async def answers_ping(self, seconds: float) -> bool:
        """Tell whether the server knows pings, on a connection with nothing else to come."""
        self._writer.write(_PING)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                event = await self._events.get()
                return isinstance(event, Event) and Pong.is_type(event.type)
        return False

    async def read(self) -> None:
        """Take in what the server sends, until it ends."""
        try:
            while True:
                await self._events.put(await read_event(self._reader))
        except ServerError as err:
            await self._events.put(err)

    def fail(self, error: ServerError) -> None:
        """Have whoever waits for an event get an error; one that is there already counts more."""
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(error)

    def _look(self) -> None:
        """Count looks, not seconds: a time in which nothing ran here says nothing of others."""
        self._silent += 1
        now = asyncio.get_running_loop().time()
        if self._deadline is not None and now > self._deadline:
            raise ServerError(Fault.STALLED, "no answer in time")
        if self._patience.pong is None:
            return
        if self._silent * TICK > self._patience.pong:
            raise ServerError(Fault.STALLED, "no sign of life")
        self._writer.write(_PING)


@asynccontextmanager
async def connect(address: Address, patience: Patience) -> AsyncIterator[Connection]:
    """Connect to a server for one request; raises ServerError."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, limit=MAX_LINE
            )
    except TimeoutError as err:
        raise ServerError(Fault.REFUSED, "no connection in time") from err
    except OSError as err:
        raise ServerError(Fault.REFUSED, str(err)) from err
    connection = Connection(reader, writer, patience)
    reading = asyncio.create_task(connection.read())
    try:
        yield connection
    finally:
        reading.cancel()
        # Unsent audio is for nobody any more, and a stopped server would never take it.
        writer.transport.abort()
        await asyncio.gather(reading, return_exceptions=True)


async def read_event(reader: asyncio.StreamReader) -> Event:
    """Read an event; raises ServerError at the end, and for what isn't Wyoming."""
    try:
        line = await reader.readline()
        if not line.endswith(b"\n"):
            raise ServerError(Fault.CLOSED, "the connection ended")
        header = json.loads(line)
        data = dict(header.get("data") or {})
        if length := _length(header, "data_length", MAX_DATA):
            data.update(json.loads(await reader.readexactly(length)))
        length = _length(header, "payload_length", MAX_PAYLOAD)
        return Event(str(header["type"]), data, await reader.readexactly(length) or None)
    except asyncio.IncompleteReadError as err:
        raise ServerError(Fault.CLOSED, "the connection ended in mid-event") from err
    except OSError as err:
        raise ServerError(Fault.CLOSED, str(err)) from err
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        raise ServerError(Fault.MALFORMED, "this is no Wyoming event") from err


def _length(header: dict[str, object], name: str, limit: int) -> int:
    length = header.get(name) or 0
    if not isinstance(length, int) or not 0 <= length <= limit:
        raise ValueError(name)
    return length

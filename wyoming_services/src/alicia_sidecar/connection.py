"""One Wyoming client: its events in order, its errors answered, its work stopped when it leaves."""

import asyncio
import contextlib
from dataclasses import dataclass, field
import logging
from typing import Final, TypeAlias

from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong

from alicia_bus.errors import BusError, ErrorCode

from .events import read_text
from .framing import read_event
from .limits import MEBIBYTE, Limits
from .noticed import Noticed
from .service import Conversation, WyomingService

_LOGGER: Final = logging.getLogger(__name__)
_LINGER_SECONDS: Final = 2.0
_GOODBYE_SECONDS: Final = 0.5
_LINGER_BYTES: Final = 64 * MEBIBYTE

_Item: TypeAlias = Event | BusError | None

STOPPING: Final = BusError(ErrorCode.UNAVAILABLE, "the server is stopping")


@dataclass(frozen=True, slots=True)
class Stream:
    """The two ends of a connection and who is at the other side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    peer: str
    #: A pipe's end says only that nothing more comes; a socket's, that the client left.
    is_pipe: bool = False


@dataclass(slots=True)
class Connection:
    """Serves one client until it leaves, misbehaves, or the server stops."""

    stream: Stream
    service: WyomingService
    limits: Limits
    noticed: Noticed
    #: What it is told when it is cancelled.
    goodbye: BusError = field(default=STOPPING)
    #: When the client was heard last, by the clock of the event loop.
    heard_at: float = field(init=False)
    _events: asyncio.Queue[_Item] = field(init=False)
    _is_working: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._events = asyncio.Queue(self.limits.waiting_events)
        self.heard_at = asyncio.get_running_loop().time()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do for the client."""
        return not self._is_working and self._events.empty()

    async def run(self) -> None:
        """Serve the client; raises nothing but what cancels it."""
        try:
            if error := await self._serve():
                await self._fail(error)
        except asyncio.CancelledError:
            goodbye = Error(self.goodbye.message, self.goodbye.code.value)
            with contextlib.suppress(OSError):
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await self.send(goodbye.event())
            raise
        finally:
            self.stream.writer.close()

    async def send(self, event: Event) -> None:
        """Write an event; raises ConnectionError or TimeoutError when nobody reads it."""
        async with asyncio.timeout(self.limits.stalled):
            try:
                await async_write_event(event, self.stream.writer)
            except OSError as err:
                raise ConnectionError(str(err)) from err

    async def _serve(self) -> BaseException | None:
        """Return what ended the connection, where it wasn't the client."""
        conversation = self.service.converse(self.send)
        reading = asyncio.create_task(self._read())
        working = asyncio.create_task(self._work(conversation))
        try:
            await asyncio.wait((reading, working), return_when=asyncio.FIRST_COMPLETED)
            if self.stream.is_pipe and reading.done() and not reading.exception():
                await asyncio.wait((working,))
        finally:
            for task in (reading, working):
                task.cancel()
            results = await asyncio.gather(reading, working, return_exceptions=True)
            await conversation.close()
        return next((each for each in results if _is_failure(each)), None)

    async def _read(self) -> None:
        """Queue events, and answer at once what needs no computing.

        The queue's bound holds back a client that sends faster than it is served.
        """
        while True:
            item = await self._next()
            self.heard_at = asyncio.get_running_loop().time()
            if isinstance(item, Event) and Describe.is_type(item.type):
                await self.send(self.service.info.event())
            elif isinstance(item, Event) and Ping.is_type(item.type):
                await self.send(_pong(item))
            else:
                await self._events.put(item)
            if isinstance(item, BusError):
                await asyncio.Event().wait()  # the rest of the stream can't be made out
            if item is None:
                return

    async def _next(self) -> _Item:
        try:
            return await read_event(self.stream.reader, self.limits)
        except BusError as err:
            return err
        except TimeoutError:
            return BusError(ErrorCode.TIMEOUT, "the connection was quiet for too long")
        except OSError:
            return None

    async def _work(self, conversation: Conversation) -> None:
        while (item := await self._events.get()) is not None:
            if isinstance(item, BusError):
                raise item
            self._is_working = True
            await conversation.handle(item)
            self._is_working = False

    async def _fail(self, error: BaseException) -> None:
        """Tell the client; clients of Home Assistant's kind only notice the end."""
        if not isinstance(error, BusError):
            _LOGGER.error("A request of %s failed", self.stream.peer, exc_info=error)
            error = BusError(ErrorCode.FAILED, "the server failed on this request")
        self.noticed(self.stream.peer, error.code.value, error.message)
        with contextlib.suppress(OSError):  # whoever left can't be told
            await self.send(Error(error.message, error.code.value).event())
            await self._linger()

    async def _linger(self) -> None:
        """Read on for a moment: closing over unread input resets the connection under the error."""
        if self.stream.writer.can_write_eof():
            self.stream.writer.write_eof()
        left = _LINGER_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while left > 0 and (gone := await self.stream.reader.read(MEBIBYTE)):
                    left -= len(gone)


def _pong(ping: Event) -> Event:
    """A lone surrogate, which JSON can spell and UTF-8 can't, comes back as a question mark."""
    text = read_text(ping, "text")
    return Pong(text and text.encode(errors="replace").decode()).event()


def _is_failure(result: BaseException | None) -> bool:
    """A client that left, or that reads nothing, is no failure of ours."""
    return result is not None and not isinstance(
        result, (asyncio.CancelledError, ConnectionError, TimeoutError)
    )

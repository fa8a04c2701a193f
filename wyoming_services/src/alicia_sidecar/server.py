"""Listens for Wyoming clients on TCP, a Unix socket, or standard input and output."""

import asyncio
import contextlib
import logging
import os
from pathlib import Path
import sys
from typing import Final
from urllib.parse import SplitResult, urlsplit

from wyoming.error import Error
from wyoming.event import async_write_event

from alicia_bus.errors import BusError, ErrorCode

from .connection import Connection, Stream
from .limits import Limits
from .noticed import Noticed
from .service import WyomingService

_LOGGER: Final = logging.getLogger(__name__)
TOO_MANY: Final = BusError(ErrorCode.BUSY, "too many connections")
SCHEMES: Final = ("tcp", "unix", "stdio")


def parse_uri(uri: str) -> SplitResult:
    """Return an address's parts; raises ValueError for one that can't be served."""
    parts = urlsplit(uri)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"{uri!r}: an address begins with tcp://, unix:// or stdio://")
    if parts.scheme == "tcp" and (parts.hostname is None or parts.port is None):
        raise ValueError(f"{uri!r}: a tcp:// address has a host and a port")
    if parts.scheme == "unix" and not parts.path:
        raise ValueError(f"{uri!r}: a unix:// address has a path")
    return parts


class WyomingServer:
    """Runs a connection for each client, and outlives whatever one sends."""

    def __init__(self, uri: str, service: WyomingService, limits: Limits) -> None:
        self.noticed = Noticed()
        #: Where it listens, once started; a port of 0 is by then a real one.
        self.uri = uri
        self._parts = parse_uri(uri)
        self._service = service
        self._limits = limits
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: dict[asyncio.Task[None], Connection] = {}
        #: Set when the one client of standard input has ended.
        self.ended = asyncio.Event()

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._clients)

    async def start(self) -> None:
        """Begin to listen; raises OSError."""
        if self._parts.scheme == "stdio":
            stream = await _open_stdio()
            self._serve(stream).add_done_callback(lambda _: self.ended.set())
            return
        if self._parts.scheme == "unix":
            path = Path(self._parts.path)
            path.unlink(missing_ok=True)  # noqa: ASYNC240 - a local name, once
            self._server = await asyncio.start_unix_server(
                self._accept, path, limit=self._limits.line
            )
            return
        host, port = self._parts.hostname, self._parts.port
        self._server = await asyncio.start_server(self._accept, host, port, limit=self._limits.line)
        port = self._server.sockets[0].getsockname()[1]
        self.uri = f"tcp://{f'[{host}]' if host and ':' in host else host}:{port}"

    def stop_listening(self) -> None:
        """Take no new clients; those connected stay."""
        if self._server is not None:
            self._server.close()
        if self._parts.scheme == "unix":
            Path(self._parts.path).unlink(missing_ok=True)

    async def close(self) -> None:
        """Disconnect every client."""
        self.stop_listening()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        stream = Stream(reader, writer, str(peer[0]) if peer else "a local client")
        if self.connections >= self._limits.connections:
            self.noticed(stream.peer, "too_many_connections", TOO_MANY.message)
            if not self._make_room():
                await _refuse(stream)
                return
        self._serve(stream)

    def _make_room(self) -> bool:
        """Give up the client that was quiet for longest; False where there is work for each.

        Whoever holds connections open and says nothing must not keep out those who speak.
        """
        idle = [task for task, client in self._clients.items() if client.is_idle]
        if not idle:
            return False
        task = min(idle, key=lambda each: self._clients[each].heard_at)
        self._clients.pop(task).goodbye = TOO_MANY
        task.cancel()
        return True

    def _serve(self, stream: Stream) -> asyncio.Task[None]:
        connection = Connection(stream, self._service, self._limits, self.noticed)
        task = asyncio.create_task(connection.run())
        self._tasks.add(task)
        self._clients[task] = connection
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._clients.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            _LOGGER.error("A connection failed", exc_info=error)


async def _refuse(stream: Stream) -> None:
    error = Error(TOO_MANY.message, TOO_MANY.code.value)
    with contextlib.suppress(OSError):
        await async_write_event(error.event(), stream.writer)
    stream.writer.close()


async def _open_stdio() -> Stream:
    """Keep standard output to the protocol: what libraries print goes to standard error."""
    loop = asyncio.get_running_loop()
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    reader = asyncio.StreamReader(limit=Limits().line)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), output
    )
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    return Stream(reader, writer, "standard input", is_pipe=True)

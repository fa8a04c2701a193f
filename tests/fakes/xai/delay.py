"""A network with a delay: what comes in at one port goes to another, later.

Both ways take the same time, and a new connection costs one round trip before its first byte,
as TCP's handshake does. Since bytes are passed on as they are, TLS pays for its round trips.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
import socket
from typing import Final

_CHUNK: Final = 64 * 1024
_HOST: Final = "127.0.0.1"

Piece = tuple[float, bytes]


@asynccontextmanager
async def delayed(port: int, to_port: int, seconds: float) -> AsyncIterator[int]:
    """Pass on what comes to a port of this machine; 0 takes any. Yields the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = asyncio.get_running_loop().time() + 2 * seconds
        with suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection(_HOST, to_port)
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass(reader, inner_writer, lambda now: max(now, opened)))
                group.create_task(_pass(inner_reader, writer, lambda now: now))

    async def _pass(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: Callable[[float], float]
    ) -> None:
        _hurry(writer)
        queue: asyncio.Queue[Piece] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(_read(reader, queue, sent, seconds))
            group.create_task(_write(queue, writer))

    server = await asyncio.start_server(serve, _HOST, port)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        server.close_clients()


async def _read(
    reader: asyncio.StreamReader,
    queue: asyncio.Queue[Piece],
    sent: Callable[[float], float],
    seconds: float,
) -> None:
    """Take bytes and say when they are there; no bytes are the end."""
    loop = asyncio.get_running_loop()
    data = b"?"
    while data:
        try:
            data = await reader.read(_CHUNK)
        except OSError:
            data = b""
        queue.put_nowait((sent(loop.time()) + seconds, data))


async def _write(queue: asyncio.Queue[Piece], writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while True:
            due, data = await queue.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                break
            writer.write(data)
            await writer.drain()
    writer.close()


def _hurry(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

"""A network with a delay: what comes in at one port goes to another, later.

Both ways take the same time, and a new connection costs one round trip before its first byte,
as TCP's handshake does. Since bytes are passed on as they are, TLS pays for its round trips.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import socket
from typing import Final

_CHUNK: Final = 64 * 1024
_HOST: Final = "127.0.0.1"

Piece = tuple[float, bytes]


@asynccontextmanager
async def delayed(port: int, to_port: int, seconds: float) -> AsyncIterator[int]:
    """Pass on what comes to a port of this machine; 0 takes any. Yields the port."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(_connect(reader, writer, to_port, seconds))
        connections.add(connection)
        connection.add_done_callback(connections.discard)

    server = await asyncio.start_server(serve, _HOST, port)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to_port: int, seconds: float
) -> None:
    """Pass on both ways until either end closes."""
    opened = asyncio.get_running_loop().time() + 2 * seconds
    inner_reader, inner_writer = await asyncio.open_connection(_HOST, to_port)
    try:
        async with asyncio.TaskGroup() as group:
            for source, target, earliest in (
                (reader, inner_writer, opened),
                (inner_reader, writer, 0.0),
            ):
                _hurry(target)
                queue: asyncio.Queue[Piece] = asyncio.Queue()
                group.create_task(_read(source, queue, earliest, seconds))
                group.create_task(_write(queue, target))
    finally:
        writer.close()
        inner_writer.close()


async def _read(
    reader: asyncio.StreamReader,
    queue: asyncio.Queue[Piece],
    earliest: float,
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
        queue.put_nowait((max(earliest, loop.time()) + seconds, data))


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

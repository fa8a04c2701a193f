"""What was said so far, for whoever has to hear it from the beginning."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
import contextlib
from typing import Final, Protocol, runtime_checkable

RATE: Final = 16_000
WIDTH: Final = 2
CHANNELS: Final = 1
MAX_SECONDS: Final = 600
MAX_BYTES: Final = MAX_SECONDS * RATE * WIDTH * CHANNELS
PIECE: Final = 16_384  # bytes: what is sent at once


class TooLongError(Exception):
    """More was said than is kept."""


@runtime_checkable
class _Closable(Protocol):
    async def aclose(self) -> None: ...


class Tape:
    """Keeps audio as it comes; may be read from the beginning any number of times."""

    def __init__(self) -> None:
        self._audio = bytearray()
        self._more = asyncio.Condition()
        #: When the last of it came, by the event loop's clock.
        self.ended_at: float | None = None

    def __len__(self) -> int:
        return len(self._audio)

    async def record(self, stream: AsyncIterable[bytes]) -> None:
        """Take a stream to its end; raises TooLongError."""
        iterator = aiter(stream)
        try:
            async for chunk in iterator:
                if len(self._audio) + len(chunk) > MAX_BYTES:
                    raise TooLongError
                self._audio += chunk
                await self._tell()
        finally:
            if isinstance(iterator, _Closable):
                with contextlib.suppress(RuntimeError):  # somebody else is reading it
                    await iterator.aclose()
        self.ended_at = asyncio.get_running_loop().time()
        await self._tell()

    async def play(self) -> AsyncIterator[bytes]:
        """Yield all audio from the beginning, at once what is there and then as it comes."""
        at = 0
        while True:
            async with self._more:
                while at == len(self._audio) and self.ended_at is None:
                    await self._more.wait()
            if at == len(self._audio):
                return
            piece = bytes(self._audio[at : at + PIECE])
            at += len(piece)
            yield piece

    async def _tell(self) -> None:
        async with self._more:
            self._more.notify_all()

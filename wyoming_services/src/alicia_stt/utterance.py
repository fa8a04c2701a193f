"""One utterance of a Wyoming client: decoded while it is spoken."""

import asyncio
from typing import Final

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH
from alicia_bus.errors import AudioError, ErrorCode
from alicia_sidecar.audio import SpeechConverter
from alicia_sidecar.worker import Worker

from .engines.base import Engine, Session, Transcription

_BYTES_A_SECOND: Final = SAMPLE_RATE * SAMPLE_WIDTH


class Utterance:
    """Feeds a session in the worker, in order, with whatever came in the meantime."""

    def __init__(
        self, worker: Worker, engine: Engine, language: str | None, max_seconds: float
    ) -> None:
        self._worker = worker
        self._engine = engine
        self._language = language
        self._left = int(max_seconds * _BYTES_A_SECOND)
        self._max_seconds = max_seconds
        self._converter: SpeechConverter | None = None
        self._session: Session | None = None
        self._pending = bytearray()
        self._feeding: asyncio.Task[None] | None = None

    def feed(self, data: bytes, shape: tuple[int, int, int]) -> None:
        """Take a chunk; raises AudioError for one that can't be used, or is one too many."""
        if self._converter is None or self._converter.shape != shape:
            self._converter = SpeechConverter(*shape)
        pcm = self._converter.convert(data)
        self._left -= len(pcm)
        if self._left < 0:
            raise AudioError(
                ErrorCode.TOO_LARGE, f"more than {self._max_seconds:g} s of audio in one utterance"
            )
        self._pending += pcm
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed())

    async def finish(self) -> Transcription:
        """Return what was said; raises CommandError when too many wait."""
        with self._worker.job() as job:
            if self._feeding is None:
                return Transcription("", self._language)
            await self._feeding
            session = await self._open()
            return await job.run(session.finish, job.is_left)

    def cancel(self) -> None:
        """Decode no more of it."""
        self._pending.clear()
        feeding = self._feeding
        if feeding is not None and not feeding.cancel() and not feeding.cancelled():
            feeding.exception()  # nobody else asks for it

    async def _feed(self) -> None:
        session = await self._open()
        while self._pending:
            data = bytes(self._pending)
            self._pending.clear()
            await self._worker.call(session.feed, data)

    async def _open(self) -> Session:
        if self._session is None:
            self._session = await self._worker.call(self._engine.start, self._language)
        return self._session

"""One utterance of a Wyoming client: followed, and where possible decoded, while it is spoken."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Final

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH
from alicia_bus.errors import AudioError, ErrorCode
from alicia_sidecar.audio import SpeechConverter
from alicia_sidecar.worker import Job, Worker

from .engines.base import Hints, Session, Tell, Transcription
from .guess import Guesser
from .lease import Lease
from .turns import Turns

_BYTES_A_SECOND: Final = SAMPLE_RATE * SAMPLE_WIDTH
_LIGHT_BYTES: Final = _BYTES_A_SECOND // 5  # more is followed in a thread
_STEP_BYTES: Final = _BYTES_A_SECOND // 10  # between two looks for the end
#: What a microphone hears comes at its pace, but for what was held back until now.
_FAST: Final = 2.0
_HELD_BACK: Final = 0.5  # s


@dataclass(frozen=True, slots=True)
class Desk:
    """Where utterances are decoded, and under which rules; times in seconds."""

    worker: Worker
    turns: Turns
    max_seconds: float
    #: The silence after which an utterance has ended; 0: only the client tells.
    endpointing: float = 0.0
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Manner:
    """How a client wants an utterance handled."""

    #: Called once silence has ended it, if that is to be found.
    on_end: Callable[[], None]
    #: How much silence the client waits for, by the server's own measure.
    haste: float = 1.0
    #: Takes what was said so far, where that is wanted.
    tell: Tell | None = None


class Utterance:
    """Feeds a session, in order, with whatever came in the meantime.

    What comes before its model is loaded waits.
    """

    def __init__(
        self,
        desk: Desk,
        lease: Lease,
        hints: Hints,
        manner: Manner,
    ) -> None:
        self._desk = desk
        self._lease = lease
        self._hints = hints
        self._manner = manner
        self._left = int(desk.max_seconds * _BYTES_A_SECOND)
        self._converter: SpeechConverter | None = None
        self._session: Session | None = None
        self._guesser = Guesser(desk.worker, desk.turns, manner.tell)
        self._pending = bytearray()
        self._began_at = desk.clock()
        self._feeding: asyncio.Task[None] | None = None
        #: Set when silence has ended it; what comes after that is not part of it.
        self.is_ended = False

    def feed(self, data: bytes, shape: tuple[int, int, int]) -> None:
        """Take a chunk; raises BusError where it can't be used, or what came before it."""
        if self._converter is None or self._converter.shape != shape:
            self._converter = SpeechConverter(*shape)
        pcm = self._converter.convert(data)
        if self.is_ended:
            return
        self._left -= len(pcm)
        if self._left < 0:
            raise AudioError(
                ErrorCode.TOO_LARGE,
                f"more than {self._desk.max_seconds:g} s of audio in one utterance",
            )
        self._pending += pcm
        if self._feeding is not None and self._feeding.done():
            self._feeding.result()  # raises what went wrong
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed())

    async def finish(self) -> Transcription:
        """Return what was said; raises CommandError when too many wait, or it can't be heard."""
        with self._lease, self._desk.worker.job() as job:
            if self._feeding is None:
                return Transcription("", self._hints.language)
            if not self.is_ended:
                await self._feeding
            return await self._decode(await self._open(), job)

    def cancel(self) -> None:
        """Decode no more of it."""
        self._lease.release()
        self._pending.clear()
        self._guesser.drop()
        feeding = self._feeding
        if feeding is not None and not feeding.cancel() and not feeding.cancelled():
            feeding.exception()  # nobody else asks for it

    async def _feed(self) -> None:
        session = await self._open()
        while self._pending and not self.is_ended:
            data = self._take()
            if session.voice is None:
                await self._desk.worker.call(session.feed, data)
            elif len(data) > _LIGHT_BYTES:
                await asyncio.to_thread(session.feed, data)
            else:
                session.feed(data)
                await asyncio.sleep(0)  # others' audio comes in between
            self._follow(session)

    def _take(self) -> bytes:
        """What came at once is followed piecemeal where silence in it counts."""
        size = _STEP_BYTES if self._desk.endpointing else len(self._pending)
        data = bytes(self._pending[:size])
        del self._pending[:size]
        return data

    def _follow(self, session: Session) -> None:
        voice = session.voice
        if voice is None:
            return
        spent = self._desk.clock() - self._began_at
        is_live = voice.seconds <= _FAST * spent + _HELD_BACK
        self._guesser.follow(session, voice, is_live=is_live)
        silence = self._desk.endpointing * self._manner.haste
        if silence and voice.has_spoken and voice.pause >= silence:
            self.is_ended = True
            self._manner.on_end()

    async def _open(self) -> Session:
        """A session that decodes as it goes begins where that is done."""
        if self._session is not None:
            return self._session
        engine = await self._lease.engine()
        if engine.hears_whole:
            self._session = engine.start(self._hints)
        else:
            self._session = await self._desk.worker.call(engine.start, self._hints)
        return self._session

    async def _decode(self, session: Session, job: Job) -> Transcription:
        if (guess := self._guesser.guess) is not None:
            return await guess.wait()
        self._guesser.drop()
        if session.voice is None:
            return await job.run(session.finish, job.is_left)
        async with self._desk.turns.turn(session.effort):
            return await job.run(session.finish, job.is_left)

"""Renders the pieces of an answer in order, one ahead of what is being sent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from alicia_sidecar.worker import Worker

from .engines.base import SAMPLE_WIDTH, Cancellation, Engine, SpeechAudio, Utterance
from .pieces import Piece
from .recent import Recent
from .turns import Turns
from .voices import Choice

_AHEAD: Final = 2  # pieces that are rendered and not yet sent
_SILENCE: Final = 0.5  # seconds of a silence that are sent at once
_SECONDS_A_CHARACTER: Final = 0.002  # by which a longer beginning lets a shorter one go first
_ENOUGH: Final = 0.5  # seconds of speech that are still to be heard; less is urgent


@dataclass(slots=True)
class _Answer:
    """One request's speech so far."""

    choice: Choice
    speed: float
    started: float
    seconds: float = 0.0
    cancellation: Cancellation = field(default_factory=Cancellation)
    ready: asyncio.Queue[SpeechAudio | None] = field(default_factory=asyncio.Queue)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AHEAD))

    def rank(self, text: str) -> tuple[float, float]:
        """First whose listener will soon have heard all there is; at the beginning, the short.

        Of those who have enough to hear for now, the one that came last: a reply beside a story.
        """
        due = self.started + (self.seconds or _SECONDS_A_CHARACTER * len(text))
        is_fine = due - asyncio.get_running_loop().time() > _ENOUGH
        return (1, -self.started) if is_fine else (0, due)

    def put(self, audio: SpeechAudio) -> None:
        self.seconds += audio.seconds
        self.ready.put_nowait(audio)


class Speaking:
    """Speaks many answers at once, the most urgent piece of any of them first."""

    def __init__(self, worker: Worker, threads: int, recent: Recent, pause: float) -> None:
        """Pause is the silence after a sentence in seconds."""
        self._worker = worker
        self._turns = Turns(threads)
        self._recent = recent
        self._pause = pause

    async def speak(
        self, engine: Engine, pieces: AsyncIterable[Piece], choice: Choice, speed: float
    ) -> AsyncGenerator[SpeechAudio]:
        """Yield the speech; when the taker leaves, the computing stops; raises CommandError."""
        answer = _Answer(choice, speed, asyncio.get_running_loop().time())
        rendering = asyncio.create_task(self._render(engine, pieces, answer))
        rendering.add_done_callback(lambda _: answer.ready.put_nowait(None))
        try:
            while (audio := await answer.ready.get()) is not None:
                yield audio
                answer.room.release()
            await rendering
        finally:
            answer.cancellation.cancel()
            rendering.cancel()
            await asyncio.gather(rendering, return_exceptions=True)

    async def _render(self, engine: Engine, pieces: AsyncIterable[Piece], answer: _Answer) -> None:
        """What is begun is finished: only the first piece can find too many waiting."""
        spoken: dict[Utterance, Sequence[SpeechAudio]] = {}
        with ExitStack() as admitted:
            is_admitted = False
            async for piece in pieces:
                if not piece.text:
                    await self._rest(answer, piece.pause)
                    continue
                utterance = self._utterance(piece, answer)
                known = self._recent.get(utterance)
                for audio in known or ():
                    await answer.room.acquire()
                    answer.put(audio)
                if known is None:
                    if not is_admitted:
                        admitted.enter_context(self._worker.job())
                        is_admitted = True
                    spoken[utterance] = await self._compute(engine, utterance, answer)
                if piece.ends:
                    await self._end(answer)
        self._recent.put(spoken)

    def _utterance(self, piece: Piece, answer: _Answer) -> Utterance:
        choice, pause = answer.choice, self._pause if piece.ends else 0.0
        speed = round(answer.speed * piece.pace, 3)
        is_first = not answer.seconds
        return Utterance(piece.text, choice.voice, choice.speaker, speed, pause, is_first)

    async def _compute(
        self, engine: Engine, utterance: Utterance, answer: _Answer
    ) -> Sequence[SpeechAudio]:
        spoken: list[SpeechAudio] = []
        computing = engine.synthesize(utterance, answer.cancellation)
        while True:
            await answer.room.acquire()
            async with self._turns.turn(partial(answer.rank, utterance.text)):
                audio = await self._worker.call(next, computing, None)
            if audio is None:
                answer.room.release()
                return spoken
            spoken.append(audio)
            answer.put(audio)

    async def _rest(self, answer: _Answer, seconds: float) -> None:
        rate = answer.choice.voice.rate
        while seconds > 0:
            await answer.room.acquire()
            part = min(seconds, _SILENCE)
            answer.put(SpeechAudio(bytes(SAMPLE_WIDTH * round(part * rate)), rate))
            seconds -= part

    async def _end(self, answer: _Answer) -> None:
        await answer.room.acquire()
        answer.put(SpeechAudio(b"", answer.choice.voice.rate, ends=True))

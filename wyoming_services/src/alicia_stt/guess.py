"""Decoding in a pause, before anybody knows whether more will be said."""

import asyncio
from typing import Final

from alicia_sidecar.worker import Worker

from .engines.base import Decode, Session, Tell, Transcription
from .turns import Turns
from .voice import Voice

#: Seconds of silence for each few seconds of speech that may be decoded in vain, and for each
#: few that were.
_PAUSE: Final = 0.15
_AFTER_WASTE: Final = 0.25
#: Seconds between two looks at what is being said: by decoding it all, or only what is new.
_EAGER: Final = 1.0
_LOOK: Final = 0.3
_LOOK_IN_PAUSE: Final = 0.06  # the speaker may be done: the last word is wanted at once


class Guess:
    """The text of what was said until now, or a mere look at it."""

    def __init__(
        self,
        worker: Worker,
        turns: Turns,
        session: Session,
        voice: Voice,
        tell: Tell | None,
        look: Decode | None = None,
    ) -> None:
        self._tell = tell
        self._is_look = look is not None
        self.effort = session.effort
        self._voice = voice
        self.made_at = voice.seconds
        self._is_left = False
        self._turn = turns.turn(self.effort, is_guess=True)
        self._task = asyncio.create_task(self._decode(worker, look or session.finish))

    @property
    def holds(self) -> bool:
        """Whether nothing was said since; a look is never all of it."""
        return not self._is_look and self._voice.stirred_at <= self.made_at

    @property
    def is_done(self) -> bool:
        """Whether the text is there, or never will be."""
        return self._task.done()

    async def wait(self) -> Transcription:
        """Return the text as soon as possible: it is no guess any more."""
        self._turn.is_guess = False
        return await self._task

    def drop(self) -> None:
        """Stop the computing."""
        self._is_left = True
        if not self._task.cancel() and not self._task.cancelled():
            self._task.exception()  # nobody else asks for it

    async def _decode(self, worker: Worker, decode: Decode) -> Transcription:
        async with self._turn:
            heard: Transcription = await worker.call(decode, lambda: self._is_left)
        if self._tell:
            self._tell(heard.text)
        return heard


class Guesser:
    """Keeps one utterance's guess, and bounds what is spent on wrong ones."""

    def __init__(self, worker: Worker, turns: Turns, tell: Tell | None) -> None:
        """``tell`` is told what was said so far, once a second or oftener, at any cost."""
        self._worker = worker
        self._turns = turns
        self._tell = tell
        self._wasted = 0.0
        self._made_at = 0.0
        self._guess: Guess | None = None

    @property
    def guess(self) -> Guess | None:
        """The guess that holds, if there is one."""
        return self._guess if self._guess is not None and self._guess.holds else None

    def follow(self, session: Session, voice: Voice, *, is_live: bool = True) -> None:
        """Guess in a pause that is long enough; drop what was guessed when speech goes on.

        In what comes faster than anybody speaks no pause is worth a guess.
        """
        guess = self._guess
        if guess is not None and not guess.holds and (guess.is_done or self._tell is None):
            self._wasted += 0.0 if self._tell else guess.effort
            self.drop()
        if self._guess is None and self._is_time(session, voice, is_live=is_live):
            self._made_at = voice.seconds
            self._guess = Guess(self._worker, self._turns, session, voice, self._tell)
        elif self._guess is None and self._is_time_to_look(session, voice):
            self._made_at = voice.seconds
            tell, look = self._tell, session.look
            self._guess = Guess(self._worker, self._turns, session, voice, tell, look)

    def drop(self) -> None:
        """Forget the guess."""
        if self._guess is not None:
            self._guess.drop()
            self._guess = None

    def _is_time(self, session: Session, voice: Voice, *, is_live: bool) -> bool:
        """The pause it takes grows with the effort, and with that of the guesses in vain."""
        if not voice.has_spoken or self._turns.is_crowded:
            return False
        if self._tell and session.look is None and voice.seconds - self._made_at >= _EAGER:
            return True
        pause = _PAUSE * session.effort + _AFTER_WASTE * self._wasted
        return is_live and voice.quiet >= max(session.tail, pause)

    def _is_time_to_look(self, session: Session, voice: Voice) -> bool:
        if self._tell is None or session.look is None or self._turns.is_crowded:
            return False
        wait = _LOOK_IN_PAUSE if voice.quiet >= _LOOK_IN_PAUSE else _LOOK
        is_heard = voice.has_spoken and voice.quiet < session.tail
        return is_heard and voice.seconds - self._made_at >= wait

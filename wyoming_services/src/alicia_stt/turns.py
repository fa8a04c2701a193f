"""Who is decoded next: the short before the long, and what is asked for before what is guessed."""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from alicia_bus.errors import CommandError, ErrorCode

_AGEING: Final = 0.5  # s of waiting that make up for a second of audio
_GUESS: Final = 1.0  # s that a guess stands back


@dataclass(slots=True, eq=False)
class Turn:
    """One decoding's place in the queue; entered once it is its turn."""

    turns: "Turns"
    seconds: float
    patience: float
    is_guess: bool = False
    asked_at: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    is_in: bool = False
    ready: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def rank(self) -> float:
        """Lowest first; whoever came long before goes first whatever it costs."""
        return self.asked_at + _AGEING * self.seconds + _GUESS * self.is_guess

    async def __aenter__(self) -> Self:
        """Wait; raises CommandError where that takes too long."""
        self.turns.ask(self)
        try:
            async with asyncio.timeout(self.patience):
                await self.ready
        except BaseException as err:
            self.turns.leave(self)
            if isinstance(err, TimeoutError):
                raise CommandError(
                    ErrorCode.BUSY, f"others are still being served after {self.patience:g} s"
                ) from err
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let the next one in."""
        self.turns.leave(self)


class Turns:
    """As many at a time as there are workers."""

    def __init__(self, places: int, patience: float) -> None:
        self._free = places
        self._patience = patience
        self._waiting: list[Turn] = []

    @property
    def is_crowded(self) -> bool:
        """Whether somebody waits, so that nothing should be done on a guess."""
        return bool(self._waiting)

    def turn(self, seconds: float, *, is_guess: bool = False) -> Turn:
        """Return a place for the decoding of so much audio."""
        return Turn(self, seconds, self._patience, is_guess)

    def ask(self, turn: Turn) -> None:
        """Queue."""
        self._waiting.append(turn)
        self._next()

    def leave(self, turn: Turn) -> None:
        """Be done, or give up."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        if turn.is_in:
            turn.is_in = False
            self._free += 1
        self._next()

    def _next(self) -> None:
        while self._free and self._waiting:
            turn = min(self._waiting, key=lambda each: each.rank)
            self._waiting.remove(turn)
            if not turn.ready.done():  # it may have been given up since
                self._free -= 1
                turn.is_in = True
                turn.ready.set_result(None)

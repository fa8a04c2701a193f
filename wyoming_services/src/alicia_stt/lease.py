"""A hold on a model that is in memory, or on its way there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import Vocabulary

from .engines.base import Engine, Model


@dataclass(slots=True, eq=False)
class Place:
    """What a pool knows of a model that is in memory, or on its way there."""

    model: Model
    engine: Engine | None = None
    users: int = 0
    used_at: float = 0.0
    taught: Vocabulary | None = None
    error: CommandError = field(
        default_factory=lambda: CommandError(ErrorCode.FAILED, "the model failed to load")
    )
    #: Set once it is loaded, or never will be.
    decided: asyncio.Event = field(default_factory=asyncio.Event)


class Lease:
    """One user's hold on a model, which stays in memory until that is given back."""

    def __init__(self, place: Place, give_back: Callable[[Place], None]) -> None:
        self._place = place
        self._give_back: Callable[[Place], None] | None = give_back

    async def engine(self) -> Engine:
        """Return the model once it is loaded; raises CommandError where it can't be."""
        await self._place.decided.wait()
        if self._place.engine is None:
            raise CommandError(self._place.error.code, self._place.error.message)
        return self._place.engine

    def release(self) -> None:
        """Give it back; once more changes nothing."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back(self._place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

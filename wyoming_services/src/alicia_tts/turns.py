"""Who computes next: the request whose listener would be the first to hear nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

#: The lowest goes first; it changes as time goes by.
Rank: TypeAlias = Callable[[], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Place:
    rank: Rank
    ready: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Turns:
    """So many at once; of those that wait, the one of the lowest rank goes next."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[_Place] = []

    @asynccontextmanager
    async def turn(self, rank: Rank) -> AsyncIterator[None]:
        """Hold a place, once there is one."""
        await self._take(rank)
        try:
            yield
        finally:
            self._give()

    async def _take(self, rank: Rank) -> None:
        if self._free:
            self._free -= 1
            return
        place = _Place(rank)
        self._waiting.append(place)
        try:
            await place.ready
        except asyncio.CancelledError:
            if place.ready.done() and not place.ready.cancelled():
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            place = min(self._waiting, key=lambda each: each.rank())
            self._waiting.remove(place)
            if not place.ready.done():
                place.ready.set_result(None)
                return
        self._free += 1

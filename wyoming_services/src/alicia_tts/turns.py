"""Who computes next: the request whose listener would be the first to hear nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import heapq
from itertools import count


class Turns:
    """So many at once; of those that wait, the one that is due first goes next."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._numbers = count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def turn(self, due: float) -> AsyncIterator[None]:
        """Hold a place, once there is one."""
        await self._take(due)
        try:
            yield
        finally:
            self._give()

    async def _take(self, due: float) -> None:
        if self._free:
            self._free -= 1
            return
        place = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (due, next(self._numbers), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            place = heapq.heappop(self._waiting)[2]
            if not place.done():
                place.set_result(None)
                return
        self._free += 1

"""A beat every second, by which others and this process itself see whether it runs."""

import asyncio
from collections.abc import Callable
import time
from typing import Final

EVERY: Final = 1.0  # s
_LATE: Final = 2 * EVERY


class Pulse:
    """Beats while it runs, and remembers when it could not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beat_at = clock()
        self._woke_at = float("-inf")

    async def run(self, beat: Callable[[], None]) -> None:
        """Call a function every second until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self._look()
            beat()

    def has_just_woken(self) -> bool:
        """Tell whether this process stood still up to now, or to a moment ago."""
        self._look()
        return self._clock() - self._woke_at < EVERY

    def _look(self) -> None:
        now = self._clock()
        if now - self._beat_at > EVERY + _LATE:
            self._woke_at = now
        self._beat_at = now

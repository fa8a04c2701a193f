"""A time limit that can be moved, and ended early for a reason."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from types import TracebackType
from typing import Final, Self

from ..bus.errors import BusError, CommandError, ErrorCode

_LOGGER: Final = logging.getLogger(__name__)


class Deadline:
    """Ends the block that it surrounds with a `BusError`.

    The time counts from when the deadline is made, and may be up before the block is
    entered, which then ends at its first wait.
    """

    def __init__(self, seconds: float) -> None:
        self._timeout = asyncio.Timeout(None)
        self._reason: BusError | None = None
        self._entered = False
        self.reset(seconds)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        self._entered = True
        self._timeout.reschedule(self._when)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered = False
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as err:
            raise self._reason or self._too_late() from err

    def reset(self, seconds: float) -> None:
        """Allow this many seconds from now, unless it has failed."""
        if self._reason is None:
            self._seconds = seconds
            self._end_at(asyncio.get_running_loop().time() + seconds)

    def fail(self, reason: BusError) -> None:
        """End the block now; the first reason counts."""
        if self._reason is None:
            self._reason = reason
            self._end_at(asyncio.get_running_loop().time())

    def _end_at(self, when: float) -> None:
        self._when = when
        if self._entered and not self._timeout.expired():
            self._timeout.reschedule(when)

    def _too_late(self) -> CommandError:
        return CommandError(ErrorCode.TIMEOUT, f"not done within {self._seconds:g} s")


async def attempt[T](deadline: Deadline, run: Callable[[], Awaitable[T]]) -> T:
    """Return what a function does within a deadline; raises nothing but BusError."""
    try:
        async with deadline:
            return await run()
    except BusError:
        raise
    except Exception as err:  # an engine or agent of any integration may raise anything
        _LOGGER.exception("A voice command failed unexpectedly")
        raise CommandError(
            ErrorCode.FAILED, f"{type(err).__name__}; Home Assistant's log has more"
        ) from err

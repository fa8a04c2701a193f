"""Whether a service can work yet."""

import asyncio
from typing import Final

from alicia_bus.errors import BusError, CommandError, ErrorCode

from .service import State

_PATIENCE: Final = 10.0  # s; a model loads in less, a download takes longer


class Readiness:
    """Lets requests wait while the engine loads, and refuses them where it can't."""

    def __init__(self, detail: str = "loading") -> None:
        self.state = State(ready=False, detail=detail)
        self._decided = asyncio.Event()

    def succeed(self, state: State) -> None:
        """The engine is loaded."""
        self.state = state
        self._decided.set()

    def fail(self, error: BusError) -> None:
        """There is no engine."""
        self.state = State(ready=False, detail=error.message)
        self._decided.set()

    async def wait(self) -> None:
        """Return once requests can be done; raises CommandError when they can't."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._decided.wait()
        except TimeoutError:
            pass
        if not self.state.ready:
            raise CommandError(ErrorCode.UNAVAILABLE, self.state.detail)

"""Waiting for something that gives no sign of its own when it is there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

_POLL: Final = 0.1


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Ask again and again until the condition holds; tell whether it did in time."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - other processes set no event of ours
                await asyncio.sleep(_POLL)
    except TimeoutError:
        return False
    return True

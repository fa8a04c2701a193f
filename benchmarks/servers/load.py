"""How long a server takes to say what it is while it works: Home Assistant waits 1 s for that."""

import asyncio
from collections.abc import Awaitable
import time

from .clients import describe

_EVERY = 0.1


async def describe_during(uri: str, work: Awaitable[object]) -> list[float]:
    """Return the seconds of each describe asked for while some work was in hand.

    A new one is asked for every tenth of a second whether the last one was answered or not, so
    that a server that stops answering is not spared the questions it missed.
    """
    asked: list[asyncio.Task[float]] = []
    doing = asyncio.ensure_future(work)
    while not doing.done():
        asked.append(asyncio.create_task(_timed_describe(uri)))
        await asyncio.wait([doing], timeout=_EVERY)
    await doing
    return list(await asyncio.gather(*asked))


async def _timed_describe(uri: str) -> float:
    started = time.perf_counter()
    await describe(uri)
    return time.perf_counter() - started

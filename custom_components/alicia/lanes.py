"""Jobs waiting for their turn."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from .bus.errors import CommandError, ErrorCode

WORKERS: Final = 4

type Job[T] = Callable[[], Coroutine[Any, Any, T]]
type Spawn = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    lane: str
    run: Job[None]
    stop: Callable[[], None]


class Lanes:
    """Runs jobs in order within a lane, and a few lanes at a time.

    Each job is a task of its own, made by `spawn`: what one leaves behind in its
    context does not reach the next. More than `limit` are not kept waiting.
    """

    def __init__(self, spawn: Spawn, limit: int, workers: int = WORKERS) -> None:
        self._spawn = spawn
        self._limit = limit
        self._workers = workers
        self._waiting: deque[_Waiting] = deque()
        self._running: dict[str, asyncio.Task[None] | None] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting) + len(self._running)

    def submit[T](self, lane: str, job: Job[T]) -> asyncio.Future[T]:
        """Queue a job and return its result to be; raises CommandError when full."""
        if self._closed:
            raise _stopping()
        blocked = lane in self._running or len(self._running) >= self._workers
        if blocked and len(self._waiting) >= self._limit:
            raise CommandError(ErrorCode.BUSY, f"{len(self._waiting)} commands are waiting")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(lane, lambda: _fulfil(future, job), lambda: _stop(future)))
        self._start_next()
        return future

    def close(self) -> None:
        """End what runs and what waits; their results are that we stop."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().stop()
        for task in tuple(self._running.values()):
            if task is not None:
                task.cancel()

    def _start_next(self) -> None:
        while len(self._running) < self._workers and (waiting := self._next()) is not None:
            self._waiting.remove(waiting)
            self._start(waiting)

    def _next(self) -> _Waiting | None:
        return next((each for each in self._waiting if each.lane not in self._running), None)

    def _start(self, waiting: _Waiting) -> None:
        lane = waiting.lane
        self._running[lane] = None  # the task starts at once, and may submit another job
        task = self._running[lane] = self._spawn(waiting.run(), f"alicia {lane}")
        task.add_done_callback(lambda _task: self._done(lane))

    def _done(self, lane: str) -> None:
        del self._running[lane]
        self._start_next()


async def _fulfil[T](future: asyncio.Future[T], job: Job[T]) -> None:
    try:
        result = await job()
        if not future.done():
            future.set_result(result)
    finally:
        _stop(future)  # for whoever waits, a job that broke off is over as well


def _stop(future: asyncio.Future[Any]) -> None:
    if not future.done():
        future.set_exception(_stopping())


def _stopping() -> CommandError:
    return CommandError(ErrorCode.UNAVAILABLE, "Alicia is stopping")

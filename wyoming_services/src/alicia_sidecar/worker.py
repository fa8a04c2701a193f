"""Computing off the event loop, with a bound on how much may wait."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from alicia_bus.errors import CommandError, ErrorCode

from .memory import give_back

T = TypeVar("T")


class Worker:
    """A few threads; more than ``waiting`` jobs beyond them are refused."""

    def __init__(self, threads: int = 1, waiting: int = 4) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="worker")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._capacity = threads + waiting
        self._threads = threads
        self._jobs = 0
        self._is_closed = False
        self._running: set[object] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def load(self) -> float:
        """Jobs in hand for each thread; above 1, some wait."""
        return self._jobs / self._threads

    def job(self) -> "Job":
        """Return a job, admitted on entering it; raises CommandError when too many wait."""
        return Job(self)

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """Run a function in a thread, whatever else waits."""
        return await self._run(self._executor, function, *args)

    async def aside(self, function: Callable[..., T], *args: object) -> T:
        """Run a function that takes no request's place: one at a time, always in one thread."""
        return await self._run(self._aside, function, *args)

    async def drain(self) -> None:
        """Wait until no job is in hand."""
        await self._idle.wait()

    def close(self) -> bool:
        """Start nothing more; tell whether a thread is still at work, which can't be stopped."""
        self._is_closed = True
        for executor in (self._executor, self._aside):
            executor.shutdown(wait=False, cancel_futures=True)
        return bool(self._running)

    def admit(self) -> None:
        """Count one more job; raises CommandError when too many wait."""
        if self._jobs >= self._capacity:
            raise CommandError(ErrorCode.BUSY, f"{self._jobs} requests are in hand already")
        self._jobs += 1
        self._idle.clear()

    def release(self) -> None:
        """Count one job less."""
        self._jobs -= 1
        if not self._jobs:
            self._idle.set()
            if not self._is_closed:
                self._aside.submit(give_back)

    async def _run(
        self, executor: ThreadPoolExecutor, function: Callable[..., T], *args: object
    ) -> T:
        future = executor.submit(function, *args)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return await asyncio.wrap_future(future)


class Job:
    """One request's computing; leaving it tells what still runs to stop."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._left = False

    def __enter__(self) -> Self:
        self._worker.admit()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._left = True
        self._worker.release()

    def is_left(self) -> bool:
        """Tell a running computation that nobody waits for it any more."""
        return self._left

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Return what a function computes in a thread."""
        return await self._worker.call(function, *args)

    async def iterate(self, items: Iterator[T]) -> AsyncIterator[T]:
        """Yield what an iterator computes, one item ahead; other jobs run in between."""
        ahead = asyncio.ensure_future(self.run(next, items, None))
        try:
            while (item := await ahead) is not None:
                ahead = asyncio.ensure_future(self.run(next, items, None))
                yield item
        finally:
            ahead.cancel()

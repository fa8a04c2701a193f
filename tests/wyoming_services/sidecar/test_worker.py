"""What is slow and seldom takes no thread from the requests."""

import asyncio
from collections.abc import Iterator
import threading

import pytest

from alicia_sidecar.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(1, 1)
    yield worker
    worker.close()


async def test_requests_are_done_beside_what_is_slow(worker: Worker) -> None:
    hold = threading.Event()
    slow = asyncio.create_task(worker.aside(hold.wait, 10))
    with worker.job() as job:
        await job.run(hold.set)

    assert await slow


async def test_what_is_slow_always_has_the_same_thread(worker: Worker) -> None:
    threads = [await worker.aside(threading.get_ident) for _ in range(3)]

    assert len(set(threads)) == 1
    assert await worker.call(threading.get_ident) not in threads


async def test_it_tells_of_what_it_cannot_stop(worker: Worker) -> None:
    hold, begun = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        hold.wait(10)

    slow = asyncio.create_task(worker.aside(work))
    await asyncio.to_thread(begun.wait, 10)
    assert worker.close()
    hold.set()
    await slow

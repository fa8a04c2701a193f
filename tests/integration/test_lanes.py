"""The queue of voice commands, without Home Assistant."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from custom_components.alicia.bus.errors import BusError, CommandError, ErrorCode
from custom_components.alicia.lanes import Lanes
from custom_components.alicia.voice.deadline import Deadline, attempt


def spawn(coro: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.Task(coro, loop=asyncio.get_running_loop(), name=name, eager_start=True)


class Log:
    """Jobs that note when they begin and end."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    def job(self, name: str) -> Callable[[], Coroutine[Any, Any, str]]:
        gate = self.gates[name] = asyncio.Event()

        async def run() -> str:
            self.lines.append(f"+{name}")
            await gate.wait()
            self.lines.append(f"-{name}")
            return name

        return run


async def test_a_lane_keeps_its_order_and_does_not_hold_up_another() -> None:
    lanes, log = Lanes(spawn, limit=8), Log()
    first = lanes.submit("a", log.job("a1"))
    second = lanes.submit("a", log.job("a2"))
    other = lanes.submit("b", log.job("b1"))
    assert log.lines == ["+a1", "+b1"]
    log.gates["b1"].set()
    assert await other == "b1"
    log.gates["a2"].set()
    log.gates["a1"].set()
    assert (await first, await second) == ("a1", "a2")
    assert log.lines == ["+a1", "+b1", "-b1", "-a1", "+a2", "-a2"]
    await asyncio.sleep(0)
    assert len(lanes) == 0


async def test_only_so_many_run_and_only_so_many_wait() -> None:
    lanes, log = Lanes(spawn, limit=1, workers=2), Log()
    futures = [lanes.submit(name, log.job(name)) for name in "abc"]
    assert log.lines == ["+a", "+b"]
    with pytest.raises(CommandError) as caught:
        lanes.submit("d", log.job("d"))
    assert caught.value.code is ErrorCode.BUSY
    log.gates["a"].set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert log.lines[-1] == "+c"
    for gate in log.gates.values():
        gate.set()
    assert await asyncio.gather(*futures) == ["a", "b", "c"]


async def test_closing_ends_everything() -> None:
    lanes, log = Lanes(spawn, limit=8), Log()
    futures = [lanes.submit("a", log.job(name)) for name in ("a1", "a2")]
    lanes.close()
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert [each.code for each in results] == [ErrorCode.UNAVAILABLE] * 2
    assert log.lines == ["+a1"]
    with pytest.raises(CommandError):
        lanes.submit("a", log.job("a3"))


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_deadline_ends_what_takes_too_long() -> None:
    with pytest.raises(BusError) as caught:
        await attempt(Deadline(0.01), forever)
    assert caught.value.code is ErrorCode.TIMEOUT


async def test_a_deadline_may_be_up_before_the_run_begins() -> None:
    deadline = Deadline(60)
    deadline.fail(CommandError(ErrorCode.CANCELLED, "never mind"))
    deadline.fail(CommandError(ErrorCode.TOO_LARGE, "too late for another reason"))
    deadline.reset(60)
    with pytest.raises(BusError) as caught:
        await attempt(deadline, forever)
    assert caught.value.code is ErrorCode.CANCELLED


async def test_a_deadline_can_be_moved() -> None:
    deadline = Deadline(60)
    asyncio.get_running_loop().call_soon(deadline.reset, 0.0)
    with pytest.raises(BusError, match="0 s"):
        await attempt(deadline, forever)


async def test_a_timeout_of_the_run_s_own_is_a_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        raise TimeoutError

    with pytest.raises(BusError) as caught:
        await attempt(Deadline(60), run)
    assert caught.value.code is ErrorCode.FAILED
    assert "unexpectedly" in caplog.text


async def test_cancelling_is_no_error() -> None:
    task = asyncio.ensure_future(attempt(Deadline(60), forever))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

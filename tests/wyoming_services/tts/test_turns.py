"""The most urgent goes first, and nobody who leaves keeps a place."""

import asyncio

from alicia_tts.turns import Turns


async def hold(turns: Turns, due: float, order: list[float], leave: asyncio.Event) -> None:
    async with turns.turn(lambda: (due,)):
        order.append(due)
        await leave.wait()


def first() -> tuple[float, ...]:
    return (0.0,)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_is_due_first_is_next() -> None:
    turns, order, leave = Turns(1), list[float](), asyncio.Event()
    tasks = []
    for due in (5.0, 3.0, 1.0, 2.0):
        tasks.append(asyncio.create_task(hold(turns, due, order, leave)))
        await settle()
    leave.set()
    await asyncio.gather(*tasks)
    assert order == [5.0, 1.0, 2.0, 3.0]


async def test_places_are_given_back_by_those_who_leave() -> None:
    turns, order, leave = Turns(2), list[float](), asyncio.Event()
    tasks = [asyncio.create_task(hold(turns, due, order, leave)) for due in (1.0, 2.0, 3.0, 4.0)]
    await settle()
    assert order == [1.0, 2.0]
    tasks[2].cancel()  # while it waits
    tasks[0].cancel()  # while it holds a place
    await settle()
    assert order == [1.0, 2.0, 4.0]
    leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with turns.turn(first), turns.turn(first):
        pass


async def test_a_place_given_to_one_who_leaves_at_that_moment_is_not_lost() -> None:
    turns, order, leave = Turns(1), list[float](), asyncio.Event()
    holder = asyncio.create_task(hold(turns, 1.0, order, leave))
    second = asyncio.create_task(hold(turns, 2.0, order, leave))
    await settle()
    leave.set()
    await holder
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    async with asyncio.timeout(5), turns.turn(first):
        pass


async def test_the_rank_is_that_of_the_moment_when_a_place_is_free() -> None:
    turns, order, leave = Turns(1), list[float](), asyncio.Event()
    ranks = {1.0: 1.0, 2.0: 2.0}

    async def wait(name: float) -> None:
        async with turns.turn(lambda: (ranks[name],)):
            order.append(name)

    holder = asyncio.create_task(hold(turns, 0.0, order, leave))
    await settle()
    tasks = [asyncio.create_task(wait(name)) for name in ranks]
    await settle()
    ranks[1.0] = 3.0
    leave.set()
    await asyncio.gather(holder, *tasks)
    assert order == [0.0, 2.0, 1.0]

"""Who is decoded next, and who is told to come back."""

import asyncio

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_stt.turns import Turn, Turns


class Row:
    """Turns with one place, which a test holds and lets go."""

    def __init__(self, patience: float = 30.0) -> None:
        self.turns = Turns(1, patience)
        self.served: list[str] = []

    async def serve(self, name: str, turn: Turn) -> None:
        async with turn:
            self.served.append(name)
            await asyncio.sleep(0)

    async def queue(self, **turns: Turn) -> None:
        async with self.turns.turn(1.0):
            tasks = [asyncio.create_task(self.serve(*each)) for each in turns.items()]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)


async def test_the_short_goes_before_the_long() -> None:
    row = Row()
    await row.queue(long=row.turns.turn(30.0), short=row.turns.turn(2.0))

    assert row.served == ["short", "long"]


async def test_who_waits_for_an_answer_goes_before_a_guess() -> None:
    row = Row()
    guess, asked = row.turns.turn(1.0, is_guess=True), row.turns.turn(1.5)
    await row.queue(guess=guess, asked=asked)

    assert row.served == ["asked", "guess"]


async def test_a_guess_that_is_needed_now_is_none() -> None:
    row = Row()
    guess, asked = row.turns.turn(1.0, is_guess=True), row.turns.turn(1.5)
    guess.is_guess = False
    await row.queue(asked=asked, guess=guess)

    assert row.served == ["guess", "asked"]


async def test_the_long_is_not_passed_over_for_ever() -> None:
    row = Row()
    long, short = row.turns.turn(20.0), row.turns.turn(1.0)
    long.asked_at -= 12.0
    await row.queue(short=short, long=long)

    assert row.served == ["long", "short"]


async def test_whose_turn_does_not_come_is_told_so() -> None:
    row = Row(patience=0.01)
    async with row.turns.turn(1.0):
        with pytest.raises(CommandError) as refused:
            await row.serve("late", row.turns.turn(1.0))

    assert refused.value.code is ErrorCode.BUSY
    assert not row.turns.is_crowded


async def test_who_leaves_holds_no_place() -> None:
    row = Row()
    async with row.turns.turn(1.0):
        waiting = asyncio.create_task(row.serve("gone", row.turns.turn(1.0)))
        await asyncio.sleep(0)
        waiting.cancel()
    await row.serve("next", row.turns.turn(1.0))

    assert row.served == ["next"]


async def test_who_leaves_at_the_moment_of_its_turn_holds_no_place() -> None:
    row = Row()
    async with row.turns.turn(1.0):
        waiting = asyncio.create_task(row.serve("gone", row.turns.turn(1.0)))
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await row.serve("next", row.turns.turn(1.0))

    assert row.served[-1] == "next"

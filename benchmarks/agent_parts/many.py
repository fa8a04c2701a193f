"""A thousand turns one after the other, and fifty conversations at once."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.report import Row

from .bench_house.things import ROOMS
from .fakes import Fake
from .home import OURS, House

WARM_UP: Final = 400
AT_ONCE: Final = 50
_LAMPS: Final = ("ceiling light", "floor lamp", "wall lamp", "desk lamp", "night light")


@dataclass(frozen=True, slots=True)
class Growth:
    """What a thousand turns leave behind."""

    mib: float
    objects: int
    #: turns whose command was not done
    wrong: int


async def thousand(house: House, server: Fake, agent: str, turns: int) -> Growth:
    """Measure how memory grows from turn to turn, once all that is kept for good is there."""
    wrong = 0
    for number in range(WARM_UP + turns):
        if number == WARM_UP:
            before = await _memory(house, server)
        room, lamp = ROOMS[number % len(ROOMS)], _LAMPS[number % len(_LAMPS)]
        told = await house.ask("say", agent=agent, text=f"Turn on the {room} {lamp}", room=room)
        wrong += told["kind"] != "action_done"
        if number % 50 == 49:
            await house.ask("forget")
            await server.forget()
    after = await _memory(house, server)
    mib = (after["kib"] - before["kib"]) / 1024
    return Growth(mib, after["objects"] - before["objects"], wrong)


def growth_rows(turns: int, ours: Growth, peer: Growth) -> Iterator[Row]:
    """Yield what was left behind by each."""
    what = f"{turns:,} turns"
    yield Row(what=f"{what}: memory grows by", ours=ours.mib, peer=peer.mib, unit="MiB", goal=2.0)
    yield Row(
        what=f"{what}: objects that stay", ours=ours.objects, peer=peer.objects, unit="objects"
    )
    yield Row(what=f"{what}: not done", ours=ours.wrong, peer=peer.wrong, unit="turns", goal=0)


async def _memory(house: House, server: Fake) -> dict[str, int]:
    await house.ask("forget")
    await server.forget()
    await asyncio.sleep(2)
    found: dict[str, int] = await house.ask("memory")
    return found


async def fifty(house: House, server: Fake) -> Iterator[Row]:
    """Count conversations of several turns at once that hear something of another."""
    await server.forget()
    await server.script(
        *(
            {"text": f"It is {_word(number)} who asked, and nobody else.", "when": _word(number),
             "times": 0}
            for number in range(AT_ONCE)
        )
    )  # fmt: skip
    told = await asyncio.gather(*(_converse(house, number) for number in range(AT_ONCE)))
    mixed = sum(not _is_own(number, answers) for number, answers in enumerate(told))
    asked = await server.asked()
    foreign = sum(len(_numbers(each["body"])) != 1 for each in asked)
    return iter(
        [
            Row(what="50 conversations at once: answers of another", ours=mixed,
                unit="conversations", goal=0),
            Row(what="50 conversations at once: requests with words of another", ours=foreign,
                unit="requests", goal=0),
            Row(what="50 conversations at once: requests", ours=len(asked), unit="requests"),
        ]
    )  # fmt: skip


def _word(number: int) -> str:
    return f"guest{number:02}"


async def _converse(house: House, number: int) -> list[str]:
    """Have a conversation; each says its own word in each of its turns."""
    answers, conversation = [], None
    for turn in range(4):
        text, room = f"{_word(number)} asks, time {turn}", ROOMS[number % len(ROOMS)]
        told = await house.ask(
            "say", agent=OURS, text=text, room=room, conversation_id=conversation
        )
        conversation = told["conversation"]
        answers.append(told["answer"])
    return answers


def _is_own(number: int, answers: list[str]) -> bool:
    return all(
        _word(number) in answer and sum(_word(other) in answer for other in range(AT_ONCE)) == 1
        for answer in answers
    )


def _numbers(body: dict[str, Any]) -> set[int]:
    text = str(body["input"])
    return {number for number in range(AT_ONCE) if _word(number) in text}

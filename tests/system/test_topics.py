"""Somebody publishes under ever new topics, for each of which Home Assistant keeps something."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import batched
from pathlib import Path
from typing import cast

from alicia_bus.topic_count import MAX_TOPICS
from demo.check.mouth import Mouth
from demo.home_assistant import Json

from .guest import FOUND, GUEST, POWER, QUERY, asked, becomes, bus, joined, plug, view
from .house import House

MADE_UP = "alicia/system/health/made-up"
#: More than is let pass, in a house with a hundred devices.
MANY = MAX_TOPICS + 1_000
LONG, LENGTH = 4_000, 16_000
#: The broker drops what a client is too slow for, beyond 8,192 messages.
WAVE = 500


async def _flood(house: House, topics: Iterable[str]) -> None:
    """Publish once to each topic, and return when Home Assistant has heard it all."""
    async with bus(house) as stranger:
        for wave in batched(topics, WAVE, strict=False):
            for topic in wave:
                stranger.publish(topic, b"{}", qos=0)
            # The answer tells that Home Assistant has heard what came before the question.
            await asked(stranger, QUERY, FOUND, {"device_type": "none"})


@asynccontextmanager
async def _after_flood(house: House, topics: Iterable[str], power: int) -> AsyncIterator[Mouth]:
    """The house after a flood, where a device that was there before is heard as ever."""
    async with joined(house, plug()) as guest:
        assert await view(house, GUEST, lambda each: each.get("status") == "online")
        await _flood(house, topics)
        async with house.mouth() as mouth:
            guest.model.state["power"] = {"value": power}
            guest.tell()
            assert await becomes(mouth, POWER, str(power))
            yield mouth


def _complaints(house: House) -> int:
    """How often Home Assistant's log tells of it since its last start."""
    log = (house.places.logs / "home_assistant.log").read_text(errors="replace")
    return log.rpartition("custom integration alicia")[2].count("There are topics without end")


def _memory(house: House) -> int:
    """The bytes that Home Assistant has in memory, without the files that it maps."""
    status = Path(f"/proc/{house.runner().processes['home_assistant'].pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


async def test_topics_without_end_are_told_of_once(house: House) -> None:
    topics = (f"{MADE_UP}-{number}" for number in range(MANY))
    async with _after_flood(house, topics, 42) as mouth:
        listed = cast(dict[str, list[Json]], await mouth.socket.call("repairs/list_issues"))
        ours = [each["translation_key"] for each in listed["issues"] if each["domain"] == "alicia"]
        assert ours.count("many_topics") == 1
        assert _complaints(house) == 1


async def test_topics_without_end_are_forgotten(house: House) -> None:
    before = _memory(house)
    topics = (f"{MADE_UP}-{number:0>{LENGTH}}" for number in range(LONG))
    async with _after_flood(house, topics, 43):
        # Home Assistant's MQTT keeps each name whole, until it is made to forget it.
        assert _memory(house) - before < LONG * LENGTH / 2
        assert _complaints(house) == 1

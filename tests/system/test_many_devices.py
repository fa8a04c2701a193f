"""More devices than Home Assistant takes of one integration, on parts of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import re
from typing import cast

import pytest

from benchmarks.crowd import people
from benchmarks.crowd.home import Home, broker, furnish, home
from demo.home_assistant import Json, Rest, Socket, open_session
from demo.house.onboarding import make_owner
from demo.waiting import until

LIMIT = 10_000
DEVICES, SENSORS = 1_050, 10
#: Each device has its presence, too; the bus has its connection and its voice commands.
WANTED = DEVICES * (SENSORS + 1) + 2
HELD = LIMIT - DEVICES - 2
PATIENCE = 600.0  # s
# A machine with nothing else to do takes a tenth of it.
pytestmark = pytest.mark.timeout(PATIENCE)


class Watcher:
    """Somebody who looks at the repairs of a running Home Assistant, and at its entities."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket

    async def issue(self) -> tuple[str, Json] | None:
        """Return what Alicia has the user told: which issue, and its words."""
        listed = cast(dict[str, list[Json]], await self._socket.call("repairs/list_issues"))
        ours = [each for each in listed["issues"] if each["domain"] == "alicia"]
        assert len(ours) <= 1
        for each in ours:
            return str(each["translation_key"]), cast(Json, each["translation_placeholders"])
        return None

    async def until_told(self, key: str) -> Json:
        """Wait until an issue is raised; returns its words."""
        words: Json = {}

        async def told() -> bool:
            nonlocal words
            found = await self.issue()
            words = found[1] if found else {}
            return found is not None and found[0] == key

        assert await until(told, PATIENCE)
        return words

    async def until_left_out(self, number: int) -> Json:
        """Wait until so many are said to be left out; returns the issue's words."""
        words: Json = {}

        async def told() -> bool:
            nonlocal words
            words = await self.until_told("too_many_entities")
            return words["left_out"] == str(number)

        assert await until(told, PATIENCE)
        return words

    async def enabled(self) -> int:
        """Return how many entities Alicia has."""
        rows = cast(list[Json], await self._socket.call("config/entity_registry/list"))
        ours = [each for each in rows if each["platform"] == "alicia"]
        return sum(each["disabled_by"] is None for each in ours)


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[tuple[Home, Watcher]]:
    """A Home Assistant that has started for the first time."""
    port = re.findall(r"server_port: (\d+)", (config / "configuration.yaml").read_text())[0]
    async with home(config) as house, open_session() as session:
        await house.until("running", 1)
        rest = Rest(session, f"http://127.0.0.1:{port}")
        rest.token = await make_owner(rest, "of-no-account")
        socket = await Socket.open(rest)
        yield house, Watcher(socket)
        await socket.close()


async def test_too_many_are_told_and_the_others_work(tmp_path: Path) -> None:
    async with broker(tmp_path) as port:
        config = furnish(tmp_path, port, ours=True)
        crowd = people.Crowd(port)
        async with running(config) as (house, watcher):
            await _until_heard(watcher, crowd)
            await asyncio.to_thread(crowd.say, people.ours(DEVICES, SENSORS))
            early = await watcher.until_told("many_entities")
            assert early["left_out"] == "0", "told before anything is dropped"
            assert LIMIT * 0.95 <= int(str(early["count"])) <= LIMIT
            words = await watcher.until_left_out(WANTED - LIMIT)
            assert re.match(r"Device \d+ \(\d+\), Device \d+ \(10\), ", str(words["names"]))
            assert await watcher.enabled() == LIMIT
            await _all_tell(house, crowd, 20)
        crowd.close()


async def _until_heard(watcher: Watcher, crowd: people.Crowd) -> None:
    """Say hello until somebody listens: what comes before that is nobody's."""

    async def heard() -> bool:
        await asyncio.to_thread(crowd.say, people.ours(1, SENSORS))
        return await watcher.enabled() > SENSORS

    assert await until(heard, PATIENCE)


async def _all_tell(house: Home, crowd: people.Crowd, value: float) -> None:
    """Have each device tell a new state, and wait until each sensor that is there has it."""
    await house.ask("mark")
    numbers = range(DEVICES)
    await asyncio.to_thread(crowd.say, people.status(people.OUR_STATUS, numbers, SENSORS, value))
    await house.until("changes", HELD)

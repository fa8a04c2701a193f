"""Two servers share the requests of the bus: what one dies or stalls with, the other does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
import signal

import pytest
import pytest_asyncio

from benchmarks.balance_parts.mouths import NAMES, PATIENCE, Asker, Mouths, Request, house, servers
from benchmarks.crowd.home import broker

#: Some tenths of a second to compute, so that there is a middle to die in.
LONG = "The kitchen light is on. " * 12
ROUNDS = 3


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home() -> AsyncIterator[tuple[Mouths, Asker]]:
    """A Home Assistant with two servers."""
    async with house() as found:
        yield found


async def _taker(request: Request) -> str:
    async with asyncio.timeout(PATIENCE):
        await request.taken.wait()
    return request.taker


async def _answered(request: Request) -> str:
    """Return who answers a request."""
    async with asyncio.timeout(PATIENCE):
        await request.answered.wait()
    return request.answers[0][0]


@pytest.mark.asyncio(loop_scope="module")
async def test_killed_with_a_request_in_hand(home: tuple[Mouths, Asker]) -> None:
    mouths, asker = home
    requests = []
    for _ in range(ROUNDS):
        requests.append(asker.ask(LONG))
        name = await _taker(requests[-1])
        mouths.signal(name, signal.SIGKILL)
        assert await _answered(requests[-1]) != name
        assert requests[-1].resends == 1
        await asker.until(name, online=False)
        await mouths.start(name)
        await asker.until(name)
    requests.append(asker.ask(LONG))
    await _answered(requests[-1])
    assert [len(each.answers) for each in requests] == [1] * (ROUNDS + 1)


@pytest.mark.asyncio(loop_scope="module")
async def test_stalled_with_a_request_in_hand(home: tuple[Mouths, Asker]) -> None:
    mouths, asker = home
    for _ in range(ROUNDS):
        request = asker.ask(LONG)
        name = await _taker(request)
        mouths.signal(name, signal.SIGSTOP)
        other = await _answered(request)
        assert other != name
        mouths.signal(name, signal.SIGCONT)
        # It computes one request at a time, so what it had in hand comes first.
        after = asker.ask("Yes.", f"alicia/services/{name}/request")
        assert await _answered(after) == name
        assert [who for who, _ in request.answers] in ([other], [other, name])
        assert len(after.answers) == 1


async def test_without_home_assistant_the_broker_deals(tmp_path: Path) -> None:
    async with broker(tmp_path) as port, servers(tmp_path, port) as (_, asker):
        requests = [asker.ask("Yes.") for _ in range(6)]
        dealt = Counter([await _answered(request) for request in requests])
        assert dealt == dict.fromkeys(NAMES, 3)
        assert [len(request.answers) for request in requests] == [1] * 6

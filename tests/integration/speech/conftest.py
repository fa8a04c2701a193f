"""Speech servers on real sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
import time

import pytest

from custom_components.alicia.bus.balancer import POLICIES
from custom_components.alicia.speech import pool as pools, wire
from custom_components.alicia.speech.pool import Pool, async_look_at_all

from .emulator import Emulator

MakePool = Callable[..., Awaitable[Pool]]


@pytest.fixture(autouse=True)
def loopback(socket_enabled: None) -> None:
    """Servers are reached over sockets."""


@pytest.fixture(autouse=True)
def no_speech_servers() -> None:
    """Ask those that are there, as in a house."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on a stalled server sooner than in a house."""
    monkeypatch.setattr(wire, "TICK", 0.02)
    monkeypatch.setattr(pools, "PONG", 0.3)
    monkeypatch.setattr(pools, "ANSWER", 0.5)


@pytest.fixture
async def make_pool() -> AsyncIterator[MakePool]:
    """What starts servers, and returns a pool that has seen them."""
    started: list[Emulator] = []

    async def make(
        *emulators: Emulator,
        policy: str = "round_robin",
        clock: Callable[[], float] = time.monotonic,
    ) -> Pool:
        for each in emulators:
            await each.start()
            started.append(each)
        pool = Pool(POLICIES[policy], clock)
        pool.set_servers([each.server("abcdef"[at]) for at, each in enumerate(emulators)])
        await async_look_at_all(pool)
        return pool

    yield make
    for each in started:
        await each.stop()

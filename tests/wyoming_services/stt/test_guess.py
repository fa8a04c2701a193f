"""Decoding begins in a pause, is thrown away when speech goes on, and is bounded."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from alicia_sidecar.worker import Worker
from alicia_stt.engines.base import Hints
from alicia_stt.turns import Turns
from alicia_stt.utterance import Desk, Manner, Utterance

from .whole import SHAPE, SILENCE, SPEECH, Whole, make_lease, make_place


@dataclass
class Clock:
    """Goes as the audio does."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Client:
    """Speaks to an utterance."""

    engine: Whole
    utterance: Utterance
    ends: list[None]
    clock: "Clock"

    async def say(self, *chunks: bytes, pace: float = 1.0) -> None:
        for chunk in chunks:
            self.clock.now += pace * 0.032
            self.utterance.feed(chunk, SHAPE)
            for _ in range(3):  # the utterance takes it
                await asyncio.sleep(0)

    async def until_a_try_has_begun(self) -> None:
        assert await asyncio.to_thread(self.engine.started.acquire, timeout=10)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    worker, engine, ends, clock = Worker(2), Whole(), list[None](), Clock()
    desk = Desk(worker, Turns(2, 10.0), 60.0, getattr(request, "param", 0.0), clock)
    manner = Manner(on_end=lambda: ends.append(None))
    lease = make_lease(make_place(engine))
    yield Client(engine, Utterance(desk, lease, Hints("en"), manner), ends, clock)
    engine.hold.set()
    worker.close()


async def test_a_pause_is_enough_to_begin(client: Client) -> None:
    await client.say(*[SPEECH] * 20, *[SILENCE] * 5)
    await client.until_a_try_has_begun()
    await client.say(*[SILENCE] * 14)
    client.engine.hold.set()

    assert (await client.utterance.finish()).text == "25"
    assert len(client.engine.tries) == 1


async def test_no_pause_is_too_short_to_begin(client: Client) -> None:
    client.engine.hold.set()
    await client.say(*[SPEECH] * 20, *[SILENCE] * 4)
    assert client.engine.tries == []

    assert (await client.utterance.finish()).text == "24"


async def test_no_pause_counts_in_what_comes_at_once(client: Client) -> None:
    client.engine.hold.set()
    await client.say(*[SPEECH] * 20, *[SILENCE] * 20, *[SPEECH] * 20, *[SILENCE] * 20, pace=0.1)
    assert client.engine.tries == []

    assert (await client.utterance.finish()).text == "80"


async def test_what_was_held_back_at_first_is_live_all_the_same(client: Client) -> None:
    await client.say(*[SPEECH] * 40, pace=0.0)
    await client.say(*[SPEECH] * 40, *[SILENCE] * 5)
    await client.until_a_try_has_begun()


async def test_nothing_is_decoded_before_somebody_speaks(client: Client) -> None:
    await client.say(*[SILENCE] * 60)

    assert client.engine.tries == []


async def test_speech_that_goes_on_makes_it_stop(client: Client) -> None:
    await client.say(*[SPEECH] * 20, *[SILENCE] * 5)
    await client.until_a_try_has_begun()
    assert not client.engine.tries[0]()
    await client.say(*[SPEECH] * 5)
    assert client.engine.tries[0]()
    client.engine.hold.set()

    assert (await client.utterance.finish()).text == "30"


async def test_a_client_that_leaves_makes_it_stop(client: Client) -> None:
    await client.say(*[SPEECH] * 20, *[SILENCE] * 5)
    await client.until_a_try_has_begun()
    client.utterance.cancel()

    assert client.engine.tries[0]()


async def test_every_false_start_makes_the_next_wait_longer(client: Client) -> None:
    client.engine.hold.set()
    for _ in range(2):
        await client.say(*[SPEECH] * 10, *[SILENCE] * 18)
        await client.until_a_try_has_begun()
    for _ in range(4):
        await client.say(*[SPEECH] * 10, *[SILENCE] * 18)

    assert len(client.engine.tries) == 2


async def test_silence_that_belongs_to_what_was_said_is_waited_for(client: Client) -> None:
    client.engine.tail = 0.4
    await client.say(*[SPEECH] * 20, *[SILENCE] * 12)
    assert client.engine.tries == []
    await client.say(SILENCE)
    await client.until_a_try_has_begun()


async def test_a_long_utterance_takes_a_longer_pause(client: Client) -> None:
    client.engine.effort = 2.0
    await client.say(*[SPEECH] * 20, *[SILENCE] * 9)
    assert client.engine.tries == []
    await client.say(*[SILENCE] * 1)
    await client.until_a_try_has_begun()


@pytest.mark.parametrize("client", [0.8], indirect=True)
async def test_silence_ends_it_where_that_is_wanted(client: Client) -> None:
    client.engine.hold.set()
    await client.say(*[SPEECH] * 20, *[SILENCE] * 19, *[SPEECH] * 20, *[SILENCE] * 24)
    assert client.ends == []
    await client.say(*[SILENCE] * 2, *[SPEECH] * 50)

    assert client.ends == [None]
    assert int((await client.utterance.finish()).text) <= 85

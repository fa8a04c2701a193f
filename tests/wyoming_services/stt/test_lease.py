"""An utterance waits for its model, and gives it back whatever becomes of it."""

import asyncio
from collections.abc import Iterator

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_sidecar.worker import Worker
from alicia_stt.engines.base import Hints
from alicia_stt.lease import Place
from alicia_stt.turns import Turns
from alicia_stt.utterance import Desk, Manner, Utterance

from .whole import SHAPE, SPEECH, Whole, make_lease, make_place


def nobody() -> None:
    """Nothing ends these utterances but their clients."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(1, 0)
    yield worker
    worker.close()


@pytest.fixture
def place() -> Place:
    return make_place(None)


@pytest.fixture
def utterance(worker: Worker, place: Place) -> Utterance:
    desk = Desk(worker, Turns(1, 10.0), 60.0)
    return Utterance(desk, make_lease(place), Hints("en"), Manner(nobody))


def _loaded(place: Place) -> Whole:
    engine = Whole()
    engine.hold.set()
    place.engine = engine
    place.decided.set()
    return engine


def _failed(place: Place) -> None:
    place.error = CommandError(ErrorCode.UNAVAILABLE, "broken")
    place.decided.set()


async def _say(utterance: Utterance, chunks: int) -> None:
    for _ in range(chunks):
        utterance.feed(SPEECH, SHAPE)
        await asyncio.sleep(0)


async def test_what_was_said_before_the_model_was_there_is_heard(
    utterance: Utterance, place: Place
) -> None:
    await _say(utterance, 20)
    finishing = asyncio.create_task(utterance.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    _loaded(place)

    assert (await finishing).text == "20"


async def test_speech_goes_on_while_the_model_comes(utterance: Utterance, place: Place) -> None:
    await _say(utterance, 20)
    _loaded(place)
    await _say(utterance, 5)

    assert (await utterance.finish()).text == "25"


async def test_a_model_that_fails_is_told_with_the_next_audio(
    utterance: Utterance, place: Place
) -> None:
    await _say(utterance, 2)
    _failed(place)
    with pytest.raises(CommandError, match="broken"):
        await _say(utterance, 3)


async def test_a_model_that_fails_is_told_at_the_end(utterance: Utterance, place: Place) -> None:
    await _say(utterance, 1)
    _failed(place)
    with pytest.raises(CommandError, match="broken"):
        await utterance.finish()

    assert place.users == 0


async def test_it_is_given_back_once_it_was_used(utterance: Utterance, place: Place) -> None:
    _loaded(place)
    await _say(utterance, 2)
    assert place.users == 1
    await utterance.finish()
    utterance.cancel()

    assert place.users == 0


async def test_it_is_given_back_where_the_server_is_too_busy(
    utterance: Utterance, place: Place, worker: Worker
) -> None:
    with worker.job(), pytest.raises(CommandError):
        await utterance.finish()

    assert place.users == 0


async def test_a_client_that_leaves_gives_it_back(utterance: Utterance, place: Place) -> None:
    await _say(utterance, 2)
    utterance.cancel()

    assert place.users == 0
    assert not place.decided.is_set()

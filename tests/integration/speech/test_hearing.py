"""What is said is heard, whichever server dies, stalls or errs on the way."""

import asyncio
from collections.abc import AsyncIterator
import random

import pytest

from custom_components.alicia.bus.balancer import Circuit
from custom_components.alicia.speech import attempts, tape
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.attempts import NoServerError
from custom_components.alicia.speech.hearing import async_hear
from custom_components.alicia.speech.pool import Pool, async_look_at_all
from custom_components.alicia.speech.tape import TooLongError

from .conftest import MakePool
from .emulator import Emulator, Failure, fingerprint

AUDIO = random.Random(4).randbytes(64_000)  # 2 s
CHUNK = 640
AT_THE_END = 1_000_000


async def microphone(audio: bytes = AUDIO) -> AsyncIterator[bytes]:
    """Audio in the pieces that a microphone gives, though faster."""
    for at in range(0, len(audio), CHUNK):
        await asyncio.sleep(0)
        yield audio[at : at + CHUNK]


async def hear(pool: Pool, language: str = "en") -> str:
    return await async_hear(pool, microphone(), language)


def counts(pool: Pool, server: str) -> dict[str, int]:
    (member,) = (each for each in pool if each.server.id == server)
    return dict(member.workers[Service.STT].counts)


async def test_audio_arrives_whole_and_in_order(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator())
    assert await hear(pool) == fingerprint(AUDIO)
    assert counts(pool, "a") == {"requests": 1, "answers": 1}


async def test_audio_is_sent_as_it_comes(make_pool: MakePool) -> None:
    """A server that has to wait for the end of speech has no time to decode before it."""
    ears = Emulator()
    pool = await make_pool(ears)
    half = asyncio.Event()

    async def halting() -> AsyncIterator[bytes]:
        yield AUDIO[:32_000]
        await half.wait()
        yield AUDIO[32_000:]

    hearing = asyncio.create_task(async_hear(pool, halting(), "en"))
    await ears.halfway.wait()
    half.set()
    assert await hearing == fingerprint(AUDIO)


@pytest.mark.parametrize("failure", list(Failure))
async def test_the_next_server_hears_all_of_it(make_pool: MakePool, failure: Failure) -> None:
    for after in (0, 1, 50, 99, AT_THE_END):
        bad, good = Emulator(failure=failure, after=after), Emulator()
        pool = await make_pool(bad, good)
        assert await hear(pool) == fingerprint(AUDIO)
        assert good.heard == [AUDIO]
        assert counts(pool, "a")["requests"] == 1
        assert "answers" not in counts(pool, "a")


async def test_a_stalled_server_that_knows_no_ping_is_left_after_a_while(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(Emulator(failure=Failure.STALLS, knows_ping=False, after=9), Emulator())
    assert await hear(pool) == fingerprint(AUDIO)
    assert counts(pool, "a")["stalled"] == 1


async def test_two_servers_fail_one_after_the_other(make_pool: MakePool) -> None:
    pool = await make_pool(
        Emulator(failure=Failure.DIES, after=20),
        Emulator(failure=Failure.ERRS, after=60),
        Emulator(),
    )
    assert await hear(pool) == fingerprint(AUDIO)


async def test_a_lone_server_that_comes_back_hears_it_all(make_pool: MakePool) -> None:
    ears = Emulator(failure=Failure.DIES, after=50, times=1)
    pool = await make_pool(ears)
    hearing = asyncio.create_task(hear(pool))
    await ears.failed.wait()
    await ears.start()
    assert await hearing == fingerprint(AUDIO)
    assert ears.heard[-1] == AUDIO


async def test_nobody_is_there(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "RETURN_SECONDS", 0.1)
    ears = Emulator()
    pool = await make_pool(ears)
    await ears.stop()
    with pytest.raises(NoServerError):
        await hear(pool)


async def test_a_language_that_nobody_has(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator(languages=("fr",)))
    with pytest.raises(NoServerError):
        await hear(pool, "en")


async def test_a_server_is_asked_in_its_own_words(make_pool: MakePool) -> None:
    """One that has the language of no region does for any."""
    ears = Emulator(languages=("de", "en"))
    pool = await make_pool(Emulator(languages=("fr",)), ears)
    assert await hear(pool, "en-GB") == fingerprint(AUDIO)
    (asked,) = (each for each in ears.asked if each.type == "transcribe")
    assert asked.data["language"] == "en"


async def test_a_server_that_finds_the_end_itself_ends_the_stream(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator(ends_at=32_000))
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield AUDIO[:32_000]
            await asyncio.Event().wait()
        finally:
            closed.set()

    assert await async_hear(pool, endless(), "en") == fingerprint(AUDIO[:32_000])
    assert closed.is_set()


async def test_what_the_stream_raises_is_raised(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator())

    async def broken() -> AsyncIterator[bytes]:
        yield AUDIO
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await async_hear(pool, broken(), "en")
    assert counts(pool, "a") == {"requests": 1}, "that is no server's fault"


async def test_there_is_an_end_to_what_is_kept(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "MAX_BYTES", 32_000)
    pool = await make_pool(Emulator())
    with pytest.raises(TooLongError):
        await hear(pool)


async def test_turns_are_taken(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator(), Emulator(), Emulator())
    for _ in range(6):
        await hear(pool)
    assert [counts(pool, each)["answers"] for each in "abc"] == [2, 2, 2]


async def test_who_fails_is_spared(make_pool: MakePool) -> None:
    pool = await make_pool(
        Emulator(failure=Failure.STALLS),
        Emulator(),
        clock=lambda: 0.0,  # its pause doesn't end
    )
    for _ in range(4):
        assert await hear(pool) == fingerprint(AUDIO)
    assert counts(pool, "a")["requests"] == 1
    (member, _) = pool
    assert member.instance(Service.STT).state is Circuit.OPEN


async def test_a_bad_request_says_nothing_of_the_server(make_pool: MakePool) -> None:
    pool = await make_pool(
        Emulator(failure=Failure.ERRS, error_code="unsupported_language"), Emulator()
    )
    for _ in range(6):
        assert await hear(pool) == fingerprint(AUDIO)
    (member, _) = pool
    assert member.instance(Service.STT).state is Circuit.CLOSED


async def test_a_conversation_stays_with_its_server(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator(), Emulator(), Emulator(), policy="sticky")
    for _ in range(6):
        await async_hear(pool, microphone(), "en", "a conversation")
    assert sorted(counts(pool, each).get("answers", 0) for each in "abc") == [0, 0, 6]


async def test_a_returning_server_gets_one_request_at_a_time(make_pool: MakePool) -> None:
    bad, good = Emulator(failure=Failure.STALLS, times=1), Emulator()
    pool = await make_pool(bad, good)
    await hear(pool)
    await bad.stop()
    await bad.start()
    await async_look_at_all(pool)
    (member, _) = pool
    member.workers[Service.STT].breaker.until = 0.0  # the pause is over
    await asyncio.gather(*(hear(pool) for _ in range(5)))
    assert counts(pool, "a")["requests"] == 2
    assert counts(pool, "b")["requests"] == 5


async def test_nothing_is_left_running(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator(failure=Failure.STALLS, after=9), Emulator())
    before = asyncio.all_tasks()
    hearing = asyncio.create_task(hear(pool))
    await asyncio.sleep(0.1)
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    ours = {each for each in asyncio.all_tasks() - before if "_serve" not in repr(each)}
    assert not ours
    assert all(not each.workers[Service.STT].outstanding for each in pool)

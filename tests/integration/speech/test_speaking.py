"""What is written is said once, all of it, whichever server fails on the way."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from custom_components.alicia.speech import attempts
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.attempts import NoServerError
from custom_components.alicia.speech.pool import Pool
from custom_components.alicia.speech.sentences import MAX_SENTENCE, async_sentences
from custom_components.alicia.speech.speaking import Speech, Wanted

from .conftest import MakePool
from .emulator import Emulator, Failure, said

STORY = "Once there was a light. It was on! Was it? Then, at night, it was off."
SPOKEN = "Once there was a light.It was on!Was it?Then, at night, it was off."
SENTENCES = ["Once there was a light.", "It was on!", "Was it?", "Then, at night, it was off."]
AT_THE_END = 1_000_000


async def words(text: str = STORY) -> AsyncIterator[str]:
    """A text as a language model writes it."""
    for word in text.split(" "):
        await asyncio.sleep(0)
        yield f"{word} "


async def speak(pool: Pool, wanted: Wanted | None = None, text: str = STORY) -> bytes:
    speech = Speech(pool, wanted or Wanted("en"))
    return b"".join([data async for data in speech.wav(words(text))])


def requests(emulator: Emulator) -> list[str]:
    return [each.data["text"] for each in emulator.asked if each.type == "synthesize"]


def voices(emulator: Emulator) -> set[str]:
    asked = [each for each in emulator.asked if each.type == "synthesize"]
    return {each.data["voice"]["name"] for each in asked}


async def test_sentences_are_said_in_order(make_pool: MakePool) -> None:
    mouth = Emulator()
    pool = await make_pool(mouth)
    wav = await speak(pool)
    assert wav[:4] == b"RIFF"
    assert said(wav) == SPOKEN
    assert requests(mouth) == SENTENCES


async def test_the_first_sentence_is_said_while_the_rest_is_written(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator())
    more = asyncio.Event()

    async def halting() -> AsyncIterator[str]:
        yield "It is on. And"
        await more.wait()
        yield " off."

    sound = Speech(pool, Wanted("en")).wav(halting())
    first = b"".join([await anext(sound) for _ in "It is on."])
    assert said(first) == "It is on."
    more.set()
    rest = b"".join([data async for data in sound])
    assert said(bytes(44) + rest) == "And off."


@pytest.mark.parametrize("failure", list(Failure))
async def test_the_next_server_says_the_rest(make_pool: MakePool, failure: Failure) -> None:
    for after in (0, 1, 7, 21, AT_THE_END):
        bad, good = Emulator(failure=failure, after=after), Emulator()
        pool = await make_pool(bad, good)
        if failure is Failure.THINKS and after not in (0, AT_THE_END):
            continue  # it goes on with the next character
        assert said(await speak(pool)) == SPOKEN, after


async def test_each_fails_once(make_pool: MakePool) -> None:
    pool = await make_pool(
        Emulator(failure=Failure.DIES, after=5),
        Emulator(failure=Failure.ERRS, after=9),
        Emulator(failure=Failure.GARBLES, after=15),
        Emulator(),
    )
    assert said(await speak(pool)) == SPOKEN


async def test_a_lone_server_that_comes_back_goes_on(make_pool: MakePool) -> None:
    mouth = Emulator(failure=Failure.DIES, after=12, times=1)
    pool = await make_pool(mouth)
    speaking = asyncio.create_task(speak(pool))
    await mouth.failed.wait()
    await mouth.start()
    assert said(await speaking) == SPOKEN


async def test_nobody_is_there(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "RETURN_SECONDS", 0.1)
    mouth = Emulator()
    pool = await make_pool(mouth)
    await mouth.stop()
    with pytest.raises(NoServerError):
        await speak(pool)


async def test_a_speech_stays_with_its_server(make_pool: MakePool) -> None:
    """Two servers may call different voices by the same name."""
    one, other = Emulator(), Emulator()
    pool = await make_pool(one, other)
    await speak(pool)
    assert (requests(one), requests(other)) == (SENTENCES, [])
    await speak(pool)
    assert (requests(one), requests(other)) == (SENTENCES, SENTENCES)


async def test_the_same_voice_goes_on(make_pool: MakePool) -> None:
    both = {"bob": "en", "alice": "en"}
    bad, bob = Emulator(failure=Failure.DIES, after=5), Emulator(voices={"bob": "en"})
    alice = Emulator(voices=both)
    pool = await make_pool(bad, bob, alice)
    assert said(await speak(pool)) == SPOKEN
    assert not requests(bob)
    assert voices(alice) == {"alice"}


async def test_another_voice_of_the_language_is_better_than_none(make_pool: MakePool) -> None:
    bad = Emulator(voices={"alice": "en_US"}, failure=Failure.DIES, after=5)
    carla, dora = Emulator(voices={"carla": "fr"}), Emulator(voices={"x": "fr", "dora": "en-GB"})
    pool = await make_pool(bad, carla, dora)
    assert said(await speak(pool)) == SPOKEN
    assert not requests(carla)
    assert voices(dora) == {"dora"}


async def test_the_wanted_voice_and_speaker(make_pool: MakePool) -> None:
    alice, bob = Emulator(), Emulator(voices={"x": "en", "bob": "en"})
    pool = await make_pool(alice, bob)
    await speak(pool, Wanted("en", "bob", "deep"))
    assert not requests(alice)
    (asked, *_) = (each for each in bob.asked if each.type == "synthesize")
    assert asked.data["voice"] == {"name": "bob", "speaker": "deep"}


async def test_a_voice_that_nobody_has_is_the_languages(make_pool: MakePool) -> None:
    mouth = Emulator()
    pool = await make_pool(mouth)
    await speak(pool, Wanted("en", "nobody"))
    assert voices(mouth) == {"alice"}


async def test_another_rate_goes_on_in_the_same_sound(make_pool: MakePool) -> None:
    bad = Emulator(failure=Failure.DIES, after=10)
    pool = await make_pool(bad, Emulator(rate=48_000))
    wav = await speak(pool)
    assert len(wav) - 44 == pytest.approx(len(SPOKEN) * 320, abs=640)
    assert said(wav)[:10] == SPOKEN[:10]
    assert int.from_bytes(wav[24:28], "little") == 16_000


@pytest.mark.parametrize("text", ["", " ", "***", "… !"])
async def test_nothing_to_say_is_an_empty_wav(make_pool: MakePool, text: str) -> None:
    mouth = Emulator()
    pool = await make_pool(mouth)
    assert len(await speak(pool, text=text)) == 44
    assert not requests(mouth)


async def test_whoever_stops_listening_ends_it(make_pool: MakePool) -> None:
    pool = await make_pool(Emulator())
    sound = Speech(pool, Wanted("en")).wav(words())
    await anext(sound)
    await sound.aclose()
    (member,) = pool
    assert member.workers[Service.TTS].outstanding == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith is at home. He sleeps.", ["Dr. Smith is at home.", "He sleeps."]),
        ("It is 21.5 degrees. Fine.", ["It is 21.5 degrees.", "Fine."]),
        ("Am 3. Mai, z. B. abends. Gut!", ["Am 3. Mai, z. B. abends.", "Gut!"]),
        ("Well... maybe. “Yes.” No", ["Well... maybe.", "“Yes.”", "No"]),
        ("今天很好。明天呢？好", ["今天很好。", "明天呢？", "好"]),
        ("One\n\nTwo", ["One", "Two"]),
    ],
)
async def test_sentences(text: str, expected: list[str]) -> None:
    found = [each async for each in async_sentences(words(text))]
    assert found == expected
    letters = [each async for each in async_sentences(_letters(text))]
    assert letters == expected


async def test_a_long_sentence_is_cut_at_a_pause() -> None:
    text = "and so on, " * 100
    found = [each async for each in async_sentences(words(text))]
    assert all(len(each) <= MAX_SENTENCE for each in found)
    assert " ".join(found) == text.strip()
    (uncut, *_) = [each async for each in async_sentences(_letters("x" * 900))]
    assert len(uncut) == MAX_SENTENCE


async def _letters(text: str) -> AsyncIterator[str]:
    for letter in text:
        yield letter

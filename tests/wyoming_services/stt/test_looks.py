"""An engine that follows speech word by word is looked at often, for who asks for that."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from alicia_sidecar.worker import Worker
from alicia_stt.engines.base import Decode, Tell, Transcription, say_nothing
from alicia_stt.guess import Guesser
from alicia_stt.turns import Turns
from alicia_stt.voice import Voice

T = TypeVar("T")

CHUNK = 0.125  # s
SPEECH, SILENCE = b"\x5a", b"\0"  # of a chunk each


class Ear:
    """Hears speech in whatever isn't zero."""

    def hear(self, pcm: bytes) -> list[float]:
        return [0.9 if byte else 0.0 for byte in pcm]


class AtOnce(Worker):
    """Whatever it is asked for is done when the asker next waits."""

    async def call(self, function: Callable[..., T], *args: object) -> T:
        return function(*args)


@dataclass
class Words:
    """A session whose looks and decisions are told apart, with how much was said."""

    effort: float = 1.0
    tail: float = 3 * CHUNK
    said: int = 0
    voice: Voice = field(default_factory=lambda: Voice(Ear(), CHUNK))

    @property
    def look(self) -> Decode | None:
        return lambda _is_left: Transcription(f"look {self.said}")

    def feed(self, pcm: bytes) -> None:
        self.said += len(pcm)
        self.voice.feed(pcm)

    def finish(self, _is_left: Callable[[], bool], _tell: Tell = say_nothing, /) -> Transcription:
        return Transcription(f"all {self.said}")


@dataclass
class Talk:
    """What is said, and what was told of it."""

    session: Words = field(default_factory=Words)
    told: list[str] = field(default_factory=list)
    guesser: Guesser = field(init=False)

    async def say(self, sound: bytes) -> None:
        for chunk in sound:
            self.session.feed(bytes([chunk]))
            self.guesser.follow(self.session, self.session.voice)
            await asyncio.sleep(0)


@pytest.fixture(params=[True])
def talk(request: pytest.FixtureRequest) -> Iterator[Talk]:
    worker, talk = AtOnce(), Talk()
    talk.guesser = Guesser(worker, Turns(1, 10.0), talk.told.append if request.param else None)
    yield talk
    worker.close()


async def test_it_is_looked_at_a_few_times_a_second(talk: Talk) -> None:
    await talk.say(SPEECH * 9)

    assert talk.told == ["look 3", "look 6", "look 9"]


async def test_a_pause_is_looked_into_at_once(talk: Talk) -> None:
    await talk.say(SPEECH * 6 + SILENCE * 2)

    assert talk.told == ["look 3", "look 6", "look 7", "look 8"]


async def test_a_look_is_never_the_answer(talk: Talk) -> None:
    await talk.say(SPEECH * 6 + SILENCE * 2)

    assert talk.guesser.guess is None


async def test_the_answer_is_found_in_the_pause_and_holds(talk: Talk) -> None:
    await talk.say(SPEECH * 6 + SILENCE * 9)

    assert talk.told[-2:] == ["look 8", "all 9"]
    assert talk.guesser.guess is not None
    assert (await talk.guesser.guess.wait()).text == "all 9"


async def test_looks_go_on_with_the_speech(talk: Talk) -> None:
    await talk.say(SPEECH * 6 + SILENCE * 4 + SPEECH * 6)

    assert talk.told[-2:] == ["look 12", "look 15"]
    assert talk.guesser.guess is None


async def test_nobody_is_looked_at_before_speaking(talk: Talk) -> None:
    await talk.say(SILENCE * 9)

    assert talk.told == []


@pytest.mark.parametrize("talk", [False], indirect=True)
async def test_who_does_not_ask_is_not_looked_at(talk: Talk) -> None:
    await talk.say(SPEECH * 9)
    assert talk.guesser.guess is None
    await talk.say(SILENCE * 3)
    assert talk.guesser.guess is not None

"""Text to speech by whichever server is there; what one leaves unsaid, the next one says."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeVoice

from .abilities import Service, Voice, match
from .attempts import Attempt, Attempts
from .pool import Member, Pool
from .sentences import async_sentences
from .sound import Shape, Sound
from .wire import Fault, ServerError

#: Of a text in which there is nothing to say.
EMPTY: Final = Shape(22_050, 2, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to speak."""

    language: str
    voice: str | None = None
    speaker: str | None = None


class Speech:
    """One answer being spoken.

    Sentences are asked for one by one: what was heard is known to the sentence, and within
    it to the moment.
    """

    def __init__(self, pool: Pool, wanted: Wanted, key: str | None = None) -> None:
        self._wanted = wanted
        #: The name of the voice that spoke, or else the one that should.
        self._voice = wanted.voice
        self._sound = Sound()
        self.attempts = Attempts(pool, Service.TTS, self._can_speak, key, prefers=self._has_voice)

    async def wav(self, texts: AsyncIterable[str]) -> AsyncGenerator[bytes]:
        """Yield a WAV, sound as it comes; raises NoServerError."""
        async for sentence in async_sentences(texts):
            async with aclosing(self._say(sentence)) as sound:
                async for data in sound:
                    yield data
        if self._sound.shape is None:
            yield EMPTY.header()

    async def _say(self, sentence: str) -> AsyncGenerator[bytes]:
        self.attempts.begin_part()
        heard = 0.0  # s of this sentence
        while True:
            at = 0.0  # s into it, as this server says it
            try:
                async with self.attempts.attempt() as attempt:
                    async for data, shape in self._ask(attempt, sentence):
                        rest = data[shape.size(max(0.0, heard - at)) :]
                        at += shape.seconds(len(data))
                        if rest:
                            heard = at
                            yield self._sound.add(rest, shape)
                    return
            except ServerError:
                continue  # it was counted; the next server says the rest

    async def _ask(self, attempt: Attempt, sentence: str) -> AsyncIterator[tuple[bytes, Shape]]:
        connection, voice = attempt.connection, self._choose(attempt.member)
        speaker = self._wanted.speaker if voice == self._wanted.voice else None
        asked = Synthesize(sentence, voice=SynthesizeVoice(name=voice, speaker=speaker))
        began = asyncio.get_running_loop().time()
        await connection.send(asked.event())
        connection.expect()
        while not AudioStop.is_type((event := await connection.receive()).type):
            if AudioChunk.is_type(event.type):
                if attempt.took is None:
                    attempt.took = asyncio.get_running_loop().time() - began
                    self._voice = voice
                yield _read_chunk(event)
                connection.expect()

    def _choose(self, member: Member) -> str | None:
        """Return the voice of a server: the same as before, or else one of the language."""
        voices = member.abilities.voices if member.abilities else ()
        if any(each.name == self._voice for each in voices):
            return self._voice
        return best_voice(self._wanted.language, voices)

    def _can_speak(self, member: Member) -> bool:
        return self._choose(member) is not None

    def _has_voice(self, member: Member) -> bool:
        return self._voice is None or self._choose(member) == self._voice


def best_voice(language: str, voices: tuple[Voice, ...]) -> str | None:
    """Return the first voice of a language, or else of the language in another region."""
    tag = match(language, (tag for voice in voices for tag in voice.languages))
    return next((voice.name for voice in voices if tag in voice.languages), None)


def _read_chunk(event: Event) -> tuple[bytes, Shape]:
    try:
        chunk = AudioChunk.from_event(event)
        shape = Shape(chunk.rate, chunk.width, chunk.channels)
    except (KeyError, TypeError, AssertionError) as err:
        raise ServerError(Fault.MALFORMED, "its audio can't be read") from err
    if shape.rate <= 0 or shape.width not in (1, 2, 3, 4) or shape.channels not in (1, 2):
        raise ServerError(Fault.MALFORMED, "its audio can't be played")
    return chunk.audio, shape

"""What one Wyoming client says, and the speech it is answered."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, Protocol

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import SynthesizeStopped

from alicia_bus.errors import CommandError, DecodeError, ErrorCode
from alicia_sidecar.events import read_text, require_text
from alicia_sidecar.service import Send

from .engines.base import SAMPLE_WIDTH, SpeechAudio
from .text import Splitter, split
from .voices import Choice, Wanted

MAX_TEXT: Final = 8_192  # characters of one request
MAX_STREAM: Final = 65_536  # characters of one stream
_CHUNK: Final = 16_384  # bytes


class Speaker(Protocol):
    """Chooses voices and speaks with them."""

    async def choose(self, wanted: Wanted) -> Choice:
        """Return the voice for a request, once there are any; raises CommandError."""

    def speak(
        self, sentences: Iterable[str], choice: Choice, speed: float = 1.0
    ) -> AsyncGenerator[SpeechAudio]:
        """Yield the speech of sentences, computed as it is taken; raises CommandError."""


@dataclass(slots=True)
class _Stream:
    """A text that arrives bit by bit."""

    choice: Choice
    splitter: Splitter = field(default_factory=Splitter)
    length: int = 0
    was_heard: bool = False


class TtsConversation:
    """Answers whole requests and streams of text, one after the other."""

    def __init__(self, speaker: Speaker, send: Send) -> None:
        self._speaker = speaker
        self._send = send
        self._stream: _Stream | None = None
        self._handlers: dict[str, Callable[[Event], Awaitable[None]]] = {
            "synthesize": self._on_synthesize,
            "synthesize-start": self._on_start,
            "synthesize-chunk": self._on_chunk,
            "synthesize-stop": self._on_stop,
        }

    async def handle(self, event: Event) -> None:
        """Take one event; those of other kinds are none of ours."""
        if (handler := self._handlers.get(event.type)) is not None:
            await handler(event)

    async def close(self) -> None:
        """What was being spoken was cancelled with the connection."""
        self._stream = None

    async def _on_synthesize(self, event: Event) -> None:
        if self._stream is not None:
            return  # the stream's whole text once more, for servers that can't stream
        text = require_text(event, "text")
        check_length(len(text))
        await self._play(split(text), await self._speaker.choose(_read_wanted(event)))

    async def _on_start(self, event: Event) -> None:
        if self._stream is not None:
            raise DecodeError(ErrorCode.INVALID_FIELD, "synthesize-start within a stream")
        self._stream = _Stream(await self._speaker.choose(_read_wanted(event)))

    async def _on_chunk(self, event: Event) -> None:
        stream = self._require_stream(event)
        text = require_text(event, "text")
        stream.length += len(text)
        check_length(stream.length, MAX_STREAM)
        await self._continue(stream, stream.splitter.add(text))

    async def _on_stop(self, event: Event) -> None:
        stream = self._require_stream(event)
        await self._continue(stream, stream.splitter.finish())
        if not stream.was_heard:
            await self._play((), stream.choice)
        self._stream = None
        await self._send(SynthesizeStopped().event())

    def _require_stream(self, event: Event) -> _Stream:
        if self._stream is None:
            raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type} without synthesize-start")
        return self._stream

    async def _continue(self, stream: _Stream, sentences: Iterable[str]) -> None:
        """Speak each sentence as soon as it is complete."""
        for sentence in sentences:
            stream.was_heard = True
            await self._play((sentence,), stream.choice)

    async def _play(self, sentences: Iterable[str], choice: Choice) -> None:
        rate = choice.voice.rate
        await self._send(AudioStart(rate=rate, width=SAMPLE_WIDTH, channels=1).event())
        async with aclosing(self._speaker.speak(sentences, choice)) as speech:
            async for audio in speech:
                await self._send_audio(audio)
        await self._send(AudioStop().event())

    async def _send_audio(self, audio: SpeechAudio) -> None:
        for start in range(0, len(audio.data), _CHUNK):
            data = audio.data[start : start + _CHUNK]
            chunk = AudioChunk(rate=audio.rate, width=SAMPLE_WIDTH, channels=1, audio=data)
            await self._send(chunk.event())


def _read_wanted(event: Event) -> Wanted:
    """Return what the event says about the voice; raises BusError."""
    text_format = read_text(event, "text_format")
    if text_format not in (None, "", "text"):
        raise CommandError(
            ErrorCode.UNSUPPORTED,
            f"text_format {text_format[:40]!r} is not supported: send plain text",
        )
    voice = event.data.get("voice")
    if voice is None:
        return Wanted()
    if not isinstance(voice, dict):
        raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type}: voice is not an object")
    fields = Event(f"{event.type}: voice", voice)
    return Wanted(*(read_text(fields, name) for name in ("name", "language", "speaker")))


def check_length(length: int, limit: int = MAX_TEXT) -> None:
    """Raise CommandError for a text that is too long."""
    if length > limit:
        raise CommandError(
            ErrorCode.TOO_LARGE, f"a text of {length} characters; {limit} are spoken"
        )

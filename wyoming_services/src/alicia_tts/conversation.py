"""What one Wyoming client says, and the speech it is answered."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
)
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
from .pieces import Piece, PlainReader, Reader, read
from .ssml import SsmlReader
from .voices import Choice, Wanted

MAX_TEXT: Final = 8_192  # characters of one request
MAX_STREAM: Final = 65_536  # characters of one stream
_CHUNK: Final = 16_384  # bytes
_READERS: Final[Mapping[str, type[PlainReader] | type[SsmlReader]]] = {
    "text": PlainReader,
    "ssml": SsmlReader,
}


class Speaker(Protocol):
    """Chooses voices and speaks with them."""

    async def program(self) -> str:
        """Return the name of the one program, once there is one; raises CommandError."""

    async def choose(self, wanted: Wanted) -> Choice:
        """Return the voice for a request, once there are any; raises CommandError."""

    def takes_clauses(self, choice: Choice) -> bool:
        """Tell whether the first clause of a text should be spoken by itself."""

    def speak(
        self, pieces: AsyncIterable[Piece], choice: Choice, speed: float | None = None
    ) -> AsyncGenerator[SpeechAudio]:
        """Yield the speech, computed as it is taken; raises CommandError."""


@dataclass(slots=True)
class _Stream:
    """A text that arrives bit by bit, and is spoken meanwhile."""

    reader: Reader
    length: int = 0
    speaking: asyncio.Task[None] | None = None
    _pieces: asyncio.Queue[Piece | None] = field(default_factory=asyncio.Queue)

    def add(self, text: str) -> None:
        """Take more text; raises CommandError."""
        self.length += len(text)
        check_length(self.length, MAX_STREAM)
        for piece in self.reader.add(text):
            self._pieces.put_nowait(piece)

    def finish(self) -> None:
        """There is no more; raises CommandError."""
        for piece in self.reader.finish():
            self._pieces.put_nowait(piece)
        self._pieces.put_nowait(None)

    async def pieces(self) -> AsyncIterator[Piece]:
        """Yield the pieces as they come, until the end of the text."""
        while (piece := await self._pieces.get()) is not None:
            yield piece


class TtsConversation:
    """Answers whole requests and streams of text, one after the other."""

    def __init__(self, speaker: Speaker, send: Send) -> None:
        self._speaker = speaker
        self._send = send
        self._stream: _Stream | None = None
        self._handlers: dict[str, Callable[[Event], Awaitable[None]]] = {
            "select-program": self._on_select,
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
        """Stop speaking: the client is gone."""
        stream, self._stream = self._stream, None
        if stream is not None and stream.speaking is not None:
            stream.speaking.cancel()
            await asyncio.gather(stream.speaking, return_exceptions=True)

    async def _on_select(self, event: Event) -> None:
        name = await self._speaker.program()
        if require_text(event, "name") != name:
            raise CommandError(ErrorCode.NOT_FOUND, f"there is only the program {name}")

    async def _on_synthesize(self, event: Event) -> None:
        if self._stream is not None:
            return  # the stream's whole text once more, for servers that can't stream
        text, make_reader = require_text(event, "text"), _read_format(event)
        check_length(len(text))
        choice = await self._speaker.choose(_read_wanted(event))
        reader = make_reader(clauses=self._speaker.takes_clauses(choice))
        pieces = list(read(reader, text))
        await self._send(_start(choice.voice.rate))
        async with aclosing(self._speaker.speak(each(pieces), choice)) as speech:
            async for audio in speech:
                await self._send_audio(audio)
        await self._send(AudioStop().event())

    async def _on_start(self, event: Event) -> None:
        if self._stream is not None:
            raise DecodeError(ErrorCode.INVALID_FIELD, "synthesize-start within a stream")
        stream = _Stream(_read_format(event)())
        choice = await self._speaker.choose(_read_wanted(event))
        self._stream = stream
        stream.speaking = asyncio.create_task(self._speak(stream, choice))

    async def _on_chunk(self, event: Event) -> None:
        stream, speaking = self._require_stream(event)
        stream.add(require_text(event, "text"))
        if speaking.done():
            await speaking

    async def _on_stop(self, event: Event) -> None:
        stream, speaking = self._require_stream(event)
        stream.finish()
        await speaking
        self._stream = None
        await self._send(SynthesizeStopped().event())

    def _require_stream(self, event: Event) -> tuple[_Stream, asyncio.Task[None]]:
        if self._stream is None or self._stream.speaking is None:
            raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type} without synthesize-start")
        return self._stream, self._stream.speaking

    async def _speak(self, stream: _Stream, choice: Choice) -> None:
        """Speak each sentence as soon as it is complete, between a start and a stop of its own."""
        starts, is_open = 0, False
        async with aclosing(self._speaker.speak(stream.pieces(), choice)) as speech:
            async for audio in speech:
                if audio.data and not is_open:
                    await self._send(_start(choice.voice.rate))
                    starts, is_open = starts + 1, True
                await self._send_audio(audio)
                if audio.ends and is_open:
                    await self._send(AudioStop().event())
                    is_open = False
        if not starts:
            await self._send(_start(choice.voice.rate))
        if is_open or not starts:
            await self._send(AudioStop().event())

    async def _send_audio(self, audio: SpeechAudio) -> None:
        for start in range(0, len(audio.data), _CHUNK):
            data = audio.data[start : start + _CHUNK]
            chunk = AudioChunk(rate=audio.rate, width=SAMPLE_WIDTH, channels=1, audio=data)
            await self._send(chunk.event())


async def each(pieces: Iterable[Piece]) -> AsyncIterator[Piece]:
    """Yield pieces that are there already."""
    for piece in pieces:
        yield piece


def _start(rate: int) -> Event:
    return AudioStart(rate=rate, width=SAMPLE_WIDTH, channels=1).event()


def _read_format(event: Event) -> type[PlainReader] | type[SsmlReader]:
    """Return the reader of the text's format; raises BusError."""
    name = read_text(event, "text_format") or "text"
    if name not in _READERS:
        raise CommandError(
            ErrorCode.UNSUPPORTED,
            f"text_format {name[:40]!r} is not supported; supported are {', '.join(_READERS)}",
        )
    return _READERS[name]


def _read_wanted(event: Event) -> Wanted:
    """Return what the event says about the voice; raises BusError."""
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

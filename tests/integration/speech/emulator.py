"""A Wyoming server on a real socket that does its work, and fails as it is told to.

It hears how much audio there was, to the byte; and it speaks each character of a text as
a moment of its own, so that what was said can be read back from the samples.
"""

from array import array
import asyncio
from collections.abc import AsyncIterator
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib

from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice
from wyoming.ping import Pong

from custom_components.alicia.speech.pool import Server
from custom_components.alicia.speech.wire import Address

RATE = 16_000
MOMENT = 160  # samples that a character is heard
NOBODY = Attribution("", "")


class Failure(StrEnum):
    """What goes wrong."""

    #: The process is gone.
    DIES = "dies"
    #: The process is there, and does nothing more.
    STALLS = "stalls"
    #: It works on, and never answers.
    THINKS = "thinks"
    ERRS = "errs"
    #: It ends the connection without a word.
    CLOSES = "closes"
    GARBLES = "garbles"
    HUGE = "huge"


def fingerprint(audio: bytes) -> str:
    """What the emulator hears."""
    return f"{len(audio)} {hashlib.sha256(audio).hexdigest()[:8]}"


def said(wav: bytes) -> str:
    """What the emulator said, of what comes after a WAV's header."""
    samples = array("h", wav[44:])
    return "".join(chr(each) for each in samples[::MOMENT])


@dataclass
class Emulator:
    """A server; `failure` holds for requests that reach `after` chunks, `times` times."""

    languages: tuple[str, ...] = ("en", "de")
    voices: dict[str, str] = field(default_factory=lambda: {"alice": "en"})
    rate: int = RATE
    failure: Failure | None = None
    after: int = 0
    times: int = 1_000
    knows_ping: bool = True
    installed: bool = True
    needs_vad: bool = True
    #: Answers as soon as this much audio is there.
    ends_at: int | None = None
    error_code: str | None = None
    heard: list[bytes] = field(default_factory=list)
    asked: list[Event] = field(default_factory=list)
    #: Set when half of two seconds is there, and when something went wrong.
    halfway: asyncio.Event = field(default_factory=asyncio.Event)
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    address: Address = field(init=False)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _is_stopped: bool = False

    async def start(self) -> None:
        """Listen, where it did before."""
        port = self.address.port if hasattr(self, "address") else 0
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.address = Address("127.0.0.1", self._server.sockets[0].getsockname()[1])
        self._is_stopped = False

    async def stop(self) -> None:
        """Be gone, as a process that is killed."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()

    def server(self, name: str) -> Server:
        """The emulator as the pool knows it."""
        return Server(name, name, self.address, "user")

    @property
    def info(self) -> Info:
        """What it says of itself."""
        model = AsrModel("m", NOBODY, self.installed, None, None, list(self.languages))
        ears = AsrProgram(
            "ears",
            NOBODY,
            self.installed,
            None,
            None,
            [model],
            requires_external_vad=self.needs_vad,
        )
        voices = [
            TtsVoice(name, NOBODY, self.installed, name.title(), None, [language])
            for name, language in self.voices.items()
        ]
        mouth = TtsProgram("mouth", NOBODY, self.installed, None, None, voices)
        return Info(asr=[ears] if self.languages else [], tts=[mouth] if voices else [])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while not self._is_stopped and (event := await async_read_event(reader)):
                with contextlib.suppress(_UnansweredError):
                    await self._take(event, writer)
        except (ConnectionError, asyncio.IncompleteReadError, _EndedError):
            pass
        finally:
            if not self._is_stopped:
                self._writers.discard(writer)
                writer.close()

    async def _take(self, event: Event, writer: asyncio.StreamWriter) -> None:
        self.asked.append(event)
        match event.type:
            case "describe":
                await async_write_event(self.info.event(), writer)
            case "ping" if self.knows_ping:
                await async_write_event(Pong().event(), writer)
            case "audio-start":
                self.heard.append(b"")
                await self._may_fail(0, writer)
            case "audio-chunk":
                self.heard[-1] += event.payload or b""
                if len(self.heard[-1]) >= 32_000:
                    self.halfway.set()
                await self._may_fail(len(self.heard[-1]) // 640, writer)
                if self.ends_at is not None and len(self.heard[-1]) >= self.ends_at:
                    await self._answer(writer)
            case "audio-stop":
                await self._may_fail(1_000_000, writer)
                await self._answer(writer)
            case "synthesize":
                await self._speak(event.data["text"], writer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        await async_write_event(Transcript(f" {fingerprint(self.heard[-1])}").event(), writer)
        raise _EndedError

    async def _speak(self, text: str, writer: asyncio.StreamWriter) -> None:
        await async_write_event(AudioStart(self.rate, 2, 1).event(), writer)
        for at, char in enumerate(text):
            await self._may_fail(at, writer)
            audio = array("h", [ord(char)] * (MOMENT * self.rate // RATE)).tobytes()
            await async_write_event(AudioChunk(self.rate, 2, 1, audio).event(), writer)
        await self._may_fail(1_000_000, writer)
        await async_write_event(AudioStop().event(), writer)

    async def _may_fail(self, chunks: int, writer: asyncio.StreamWriter) -> None:
        if self.failure is None or chunks < self.after or self.times <= 0:
            return
        self.times -= 1
        self.failed.set()
        await getattr(self, f"_{self.failure}")(writer)

    async def _dies(self, _writer: asyncio.StreamWriter) -> None:
        await self.stop()
        raise _EndedError

    async def _stalls(self, _writer: asyncio.StreamWriter) -> None:
        self._is_stopped = True
        raise _EndedError

    async def _thinks(self, _writer: asyncio.StreamWriter) -> None:
        raise _UnansweredError

    async def _errs(self, writer: asyncio.StreamWriter) -> None:
        await async_write_event(Error("something broke", self.error_code).event(), writer)
        raise _EndedError

    async def _closes(self, _writer: asyncio.StreamWriter) -> None:
        raise _EndedError

    async def _garbles(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff this is no Wyoming\n" * 3)
        await writer.drain()
        raise _EndedError

    async def _huge(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b'{"type": "audio-chunk", "payload_length": 99999999999}\n')
        await writer.drain()


class _EndedError(Exception):
    """The connection is over."""


class _UnansweredError(Exception):
    """A request is left as it is."""


@asynccontextmanager
async def running(*emulators: Emulator) -> AsyncIterator[None]:
    """Run servers."""
    for each in emulators:
        await each.start()
    try:
        yield
    finally:
        for each in emulators:
            await each.stop()

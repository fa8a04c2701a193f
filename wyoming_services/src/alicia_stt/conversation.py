"""What a Wyoming client says to a speech-to-text server."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

from wyoming.asr import Transcript
from wyoming.event import Event

from alicia_bus.errors import CommandError, ErrorCode
from alicia_sidecar.audio import SpeechConverter, read_shape
from alicia_sidecar.events import read_text, require_text
from alicia_sidecar.service import Send

from .engines.base import About
from .utterance import Utterance


class Opener(Protocol):
    """What a conversation needs of its service."""

    async def open_utterance(self, language: str | None) -> Utterance:
        """Return a new utterance; raises BusError for a language that isn't spoken."""

    async def describe(self) -> About:
        """Return what the engine is; raises BusError when there is none."""


class SttConversation:
    """Any number of utterances: transcribe, audio-start, audio-chunk…, audio-stop → transcript."""

    def __init__(self, service: Opener, send: Send) -> None:
        self._service = service
        self._send = send
        self._language: str | None = None
        self._utterance: Utterance | None = None
        self._handlers: Final[Mapping[str, Callable[[Event], Awaitable[None]]]] = {
            "select-program": self._on_select,
            "transcribe": self._on_transcribe,
            "audio-start": self._on_start,
            "audio-chunk": self._on_chunk,
            "audio-stop": self._on_stop,
        }

    async def handle(self, event: Event) -> None:
        """Take one event; those of other kinds are none of this server's business."""
        if handler := self._handlers.get(event.type):
            await handler(event)

    async def close(self) -> None:
        """Stop whatever is in hand: the client is gone."""
        if self._utterance is not None:
            self._utterance.cancel()

    async def _on_select(self, event: Event) -> None:
        about = await self._service.describe()
        if require_text(event, "name") != about.name:
            raise CommandError(ErrorCode.NOT_FOUND, f"there is only the program {about.name}")

    async def _on_transcribe(self, event: Event) -> None:
        """A language that isn't spoken is told at once, not after the audio."""
        name, language = read_text(event, "name"), read_text(event, "language")
        about = await self._service.describe()
        if name and name not in (about.model, about.name):
            raise CommandError(ErrorCode.NOT_FOUND, f"there is only the model {about.model}")
        self._language = language
        await self._begin()

    async def _on_start(self, event: Event) -> None:
        SpeechConverter(*read_shape(event))  # audio that can't be taken is told at once
        await self._begin()

    async def _on_chunk(self, event: Event) -> None:
        shape = read_shape(event)
        utterance = self._utterance or await self._begin()
        utterance.feed(event.payload or b"", shape)

    async def _on_stop(self, _event: Event) -> None:
        utterance = self._utterance or await self._begin()
        heard = await utterance.finish()
        self._utterance = self._language = None
        await self._send(Transcript(heard.text, language=heard.language).event())

    async def _begin(self) -> Utterance:
        if self._utterance is not None:
            self._utterance.cancel()
        self._utterance = await self._service.open_utterance(self._language)
        return self._utterance

"""What a Wyoming client says to a speech-to-text server."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

from wyoming.asr import Transcript, TranscriptChunk, TranscriptStart, TranscriptStop, VadSensitivity
from wyoming.event import Event

from alicia_bus.errors import CommandError, ErrorCode
from alicia_sidecar.audio import SpeechConverter, read_shape
from alicia_sidecar.events import read_text, read_texts, require_text
from alicia_sidecar.service import Send

from .engines.base import Hints, Transcription
from .partials import Partials
from .utterance import Manner, Utterance

#: Of the silence that ends an utterance, as Home Assistant has it.
_HASTE: Final[Mapping[str | None, float]] = {
    VadSensitivity.AGGRESSIVE.value: 0.5,
    VadSensitivity.RELAXED.value: 1.8,
}
_PARTIALS: Final = "partials"


class Opener(Protocol):
    """What a conversation needs of its service."""

    async def open_utterance(self, hints: Hints, manner: Manner) -> Utterance:
        """Return a new utterance; raises BusError where there is no model for it."""

    async def program(self) -> str:
        """Return the engine's name; raises BusError when there is none."""


class SttConversation:
    """Any number of utterances: transcribe, audio-start, audio-chunk…, audio-stop → transcript."""

    def __init__(self, service: Opener, send: Send) -> None:
        self._service = service
        self._send = send
        self._hints = Hints()
        self._haste = 1.0
        self._wants_partials = False
        self._partials = Partials()
        self._utterance: Utterance | None = None
        self._answering: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
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
        self._drop()

    async def _on_select(self, event: Event) -> None:
        name = await self._service.program()
        if require_text(event, "name") != name:
            raise CommandError(ErrorCode.NOT_FOUND, f"there is only the program {name}")

    async def _on_transcribe(self, event: Event) -> None:
        """What can't be done is told at once, not after the audio."""
        name, language = read_text(event, "name"), read_text(event, "language")
        names = (*read_texts(event, "transcript_names"), *read_texts(event, "transcript_terms"))
        self._hints = Hints(language, names, name)
        self._haste = _HASTE.get(read_text(event, "vad_sensitivity"), 1.0)
        context = event.data.get("context")
        self._wants_partials = isinstance(context, dict) and context.get(_PARTIALS) is True
        await self._begin()

    async def _on_start(self, event: Event) -> None:
        SpeechConverter(*read_shape(event))  # audio that can't be taken is told at once
        await self._begin()

    async def _on_chunk(self, event: Event) -> None:
        shape = read_shape(event)
        utterance = self._utterance or await self._begin()
        utterance.feed(event.payload or b"", shape)
        if self._answering is not None and self._answering.done():
            self._answering.result()  # raises what went wrong

    async def _on_stop(self, _event: Event) -> None:
        """Answer, unless silence has ended the utterance before."""
        utterance = self._utterance or await self._begin()
        if self._answering is None:
            await self._answer(utterance)
        else:
            await self._answering
        self._forget()
        self._hints, self._haste, self._wants_partials = Hints(), 1.0, False

    async def _begin(self) -> Utterance:
        self._drop()
        manner = Manner(
            on_end=self._on_silence,
            haste=self._haste,
            tell=self._on_text if self._wants_partials else None,
        )
        self._utterance = await self._service.open_utterance(self._hints, manner)
        return self._utterance

    def _drop(self) -> None:
        for task in (self._answering, self._telling):
            if task is not None and not task.cancel() and not task.cancelled():
                task.exception()  # nobody else asks for it
        if self._utterance is not None:
            self._utterance.cancel()
        self._forget()

    def _forget(self) -> None:
        self._utterance = self._answering = self._telling = None
        self._partials = Partials()

    def _on_silence(self) -> None:
        if self._utterance is not None:
            self._answering = asyncio.create_task(self._answer(self._utterance))

    async def _answer(self, utterance: Utterance) -> None:
        heard = await utterance.finish()
        if self._wants_partials:
            await self._finish_partials(heard)
            return
        await self._send(Transcript(heard.text, language=heard.language).event())

    # --- partial transcripts ---------------------------------------------------------------

    def _on_text(self, text: str) -> None:
        if piece := self._partials.add(text):
            self._telling = asyncio.create_task(self._tell(piece, self._telling))

    async def _tell(self, piece: str, before: asyncio.Task[None] | None) -> None:
        if before is None:
            await self._send(TranscriptStart(language=self._hints.language).event())
        else:
            await before
        await self._send(TranscriptChunk(piece).event())

    async def _finish_partials(self, heard: Transcription) -> None:
        if self._telling is None:
            await self._send(TranscriptStart(language=heard.language).event())
        else:
            await self._telling
        if rest := self._partials.rest(heard.text):
            await self._send(TranscriptChunk(rest).event())
        await self._send(Transcript(heard.text, language=heard.language).event())
        await self._send(TranscriptStop().event())

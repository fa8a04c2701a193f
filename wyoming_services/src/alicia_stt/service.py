"""The speech-to-text service: an engine and its models, served on Wyoming and on the bus."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
import time
from typing import Final

from wyoming.info import Info

from alicia_bus.audio import decode_audio
from alicia_bus.errors import AudioError, CommandError, ErrorCode
from alicia_bus.hub import Hub
from alicia_bus.messages import Answer, Meta, SttPartial, SttRequest, SttResponse, Vocabulary
from alicia_bus.topics import Kind
from alicia_sidecar.audio import to_speech
from alicia_sidecar.readiness import Readiness
from alicia_sidecar.service import Conversation, Profile, Send, State
from alicia_sidecar.settings import Settings
from alicia_sidecar.worker import Worker

from .conversation import SttConversation
from .engines.base import Hints, Tell, Transcription
from .engines.load import EngineOptions
from .info import build_info, build_state
from .stock import Stock
from .turns import Turns
from .utterance import Desk, Manner, Utterance

PROFILE: Final = Profile(
    capability="speech_to_text",
    stage="stt",
    command="alicia_stt",
    title="Alicia speech to text",
)


class SttService:
    """Transcribes for Wyoming clients and for the bus."""

    profile = PROFILE
    request = SttRequest
    continues: Sequence[type[Answer]] = ()

    def __init__(
        self,
        settings: Settings,
        options: EngineOptions,
        language: str | None,
        endpointing: float = 0.0,
    ) -> None:
        self.worker = Worker(settings.workers, settings.waiting)
        self._turns = Turns(settings.workers, settings.request_timeout)
        self._desk = Desk(self.worker, self._turns, settings.limits.audio_seconds, endpointing)
        self._stock = Stock(options, language, self.worker, self._restock)
        self._max_seconds = settings.limits.audio_seconds
        self._readiness = Readiness("loading the engine")
        self._learning: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None
        self._tell_bus: Callable[[SttPartial], None] = lambda _partial: None
        self._info = build_info((), endpointing)

    @property
    def info(self) -> Info:
        """What ``describe`` is answered."""
        return self._info

    @property
    def state(self) -> State:
        """Whether it is ready."""
        return self._readiness.state

    async def prepare(self) -> None:
        """Load the engine; raises CommandError when it can't be."""
        try:
            await self._stock.open()
        except CommandError as err:
            self._readiness.fail(err)
            raise
        self._renew()

    def converse(self, send: Send) -> Conversation:
        """Return the handler of a new Wyoming connection."""
        return SttConversation(self, send)

    async def open_utterance(self, hints: Hints, manner: Manner) -> Utterance:
        """Return a new utterance; raises CommandError where there is no model for it."""
        await self._readiness.wait()
        choice = self._stock.choose(hints)
        lease = self._stock.lease(choice.model)
        return Utterance(self._desk, lease, replace(hints, language=choice.language), manner)

    async def program(self) -> str:
        """Return the engine's name; raises CommandError when there is none."""
        await self._readiness.wait()
        return self._stock.models[0].about.name

    async def answer(self, request: SttRequest) -> SttResponse:
        """Return what a recording from the bus says; raises BusError."""
        started = time.monotonic()
        await self._readiness.wait()
        choice = self._stock.choose(Hints(request.language))
        with self.worker.job() as job, self._stock.lease(choice.model) as lease:
            pcm = await job.run(self._decode, request)
            engine = await lease.engine()
            session = await job.run(engine.start, Hints(choice.language))
            await job.run(session.feed, pcm)
            async with self._turns.turn(session.effort):
                heard: Transcription = await job.run(
                    session.finish, job.is_left, self._partial_teller(request)
                )
        took = round((time.monotonic() - started) * 1000, 1)
        return SttResponse(
            text=heard.text,
            language=heard.language,
            confidence=heard.confidence,
            duration_ms=took,
        )

    def continued(self, _answer: Answer, /) -> SttRequest | None:
        """No other stage's answer is audio to transcribe."""
        return None

    def listen(self, hub: Hub, changed: Callable[[], None], /) -> Sequence[str]:
        """Follow the house's names."""
        self._changed = changed
        self._tell_bus = hub.send
        hub.on(Vocabulary, self._on_vocabulary)
        return (hub.topics.build(Kind.VOCABULARY),)

    def _partial_teller(self, request: SttRequest) -> Tell:
        """Return what tells the bus, from any thread, what was heard so far."""
        loop = asyncio.get_running_loop()
        meta = Meta(request_id=request.meta.request_id, session_id=request.meta.session_id)

        def tell(text: str) -> None:
            loop.call_soon_threadsafe(self._tell_bus, SttPartial(text=text, meta=meta))

        return tell

    def _decode(self, request: SttRequest) -> bytes:
        rate = {} if request.sample_rate is None else {"rate": request.sample_rate}
        pcm = decode_audio(request.audio, **rate)
        if pcm.seconds > self._max_seconds:
            raise AudioError(
                ErrorCode.TOO_LARGE, f"{pcm.seconds:.0f} s of audio; {self._max_seconds:g} at most"
            )
        return to_speech(pcm)

    def _renew(self) -> None:
        """Tell whoever asks what there is now."""
        self._info = build_info(self._stock.models, self._desk.endpointing)
        self._readiness.succeed(build_state(self._stock.models, self._stock.known))

    def _restock(self) -> None:
        """The models, or what they know of the house, are others now."""
        self._renew()
        self._changed()

    def _on_vocabulary(self, vocabulary: Vocabulary) -> None:
        self._stock.expect(vocabulary)
        if self.state.ready and (self._learning is None or self._learning.done()):
            self._learning = asyncio.create_task(self._learn())

    async def _learn(self) -> None:
        await self._stock.teach()
        self._restock()

"""The speech-to-text service: one engine, served on Wyoming and on the bus."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
import time
from typing import Final

from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from alicia_bus.audio import decode_audio
from alicia_bus.errors import AudioError, CommandError, ErrorCode
from alicia_bus.hub import Hub
from alicia_bus.messages import Answer, Meta, SttPartial, SttRequest, SttResponse, Vocabulary
from alicia_bus.topics import Kind
from alicia_sidecar import VERSION
from alicia_sidecar.audio import to_speech
from alicia_sidecar.readiness import Readiness
from alicia_sidecar.service import Conversation, Profile, Send, State
from alicia_sidecar.settings import Settings
from alicia_sidecar.worker import Worker

from .conversation import SttConversation
from .engines.base import About, Engine, Hints, Tell, Transcription
from .engines.load import EngineOptions, load_engine
from .languages import match_language
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
        self._options = options
        self._default_language = language
        self._max_seconds = settings.limits.audio_seconds
        self._readiness = Readiness("loading the engine")
        self._engine: Engine | None = None
        self._vocabulary: Vocabulary | None = None
        self._learning: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None
        self._tell_bus: Callable[[SttPartial], None] = lambda _partial: None
        self._info = _build_info(None, endpointing)

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
            engine = await self.worker.call(load_engine, self._options)
            about = engine.about
            match_language(self._default_language, about.languages)
        except CommandError as err:
            self._readiness.fail(err)
            raise
        self._info = _build_info(about, self._desk.endpointing)
        await self._learn(engine)
        self._engine = engine
        self._readiness.succeed(_build_state(engine))

    def converse(self, send: Send) -> Conversation:
        """Return the handler of a new Wyoming connection."""
        return SttConversation(self, send)

    async def open_utterance(self, hints: Hints, manner: Manner) -> Utterance:
        """Return a new utterance; raises CommandError for a language that isn't spoken."""
        engine = await self._ready()
        matched = replace(hints, language=self._match(hints.language, engine))
        return Utterance(self._desk, engine, matched, manner)

    async def describe(self) -> About:
        """Return what the engine is; raises CommandError when there is none."""
        return (await self._ready()).about

    async def answer(self, request: SttRequest) -> SttResponse:
        """Return what a recording from the bus says; raises BusError."""
        started = time.monotonic()
        engine = await self._ready()
        language = self._match(request.language, engine)
        with self.worker.job() as job:
            pcm = await job.run(self._decode, request)
            session = await job.run(engine.start, Hints(language))
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

    def _match(self, language: str | None, engine: Engine) -> str | None:
        return match_language(language or self._default_language, engine.about.languages)

    async def _ready(self) -> Engine:
        await self._readiness.wait()
        if self._engine is None:
            raise CommandError(ErrorCode.UNAVAILABLE, self.state.detail)
        return self._engine

    def _on_vocabulary(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        if self._engine is not None and (self._learning is None or self._learning.done()):
            self._learning = asyncio.create_task(self._learn(self._engine))

    async def _learn(self, engine: Engine) -> None:
        """Rebuilding a grammar takes a while: of several vocabularies only the latest counts."""
        while (vocabulary := self._vocabulary) is not None:
            self._vocabulary = None
            await asyncio.to_thread(engine.learn, vocabulary)
            if engine is self._engine:
                self._readiness.succeed(_build_state(engine))
                self._changed()


def _build_state(engine: Engine) -> State:
    about = engine.about
    parameters = {"languages": list(about.languages), "engine": about.name, **engine.known}
    return State(ready=True, detail=about.description, parameters=parameters)


def _build_info(about: About | None, endpointing: float) -> Info:
    """Without an engine there is a program that isn't installed: clients then don't use it."""
    is_installed = about is not None
    if about is None:
        about = About("alicia-stt", "no engine is loaded", VERSION, "Alicia", "", "none", ())
    attribution = Attribution(about.author, about.url)
    model = AsrModel(
        name=about.model,
        attribution=attribution,
        installed=is_installed,
        description=about.description,
        version=about.version,
        languages=list(about.languages),
    )
    program = AsrProgram(
        name=about.name,
        attribution=attribution,
        installed=is_installed,
        description=about.description,
        version=VERSION,
        models=[model],
        supports_transcript_streaming=True,
        requires_external_vad=not endpointing,
    )
    return Info(asr=[program])

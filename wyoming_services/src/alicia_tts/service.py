"""The text-to-speech service: one engine, served on Wyoming and on the bus."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
import logging
import time
from typing import Final

from wyoming.info import Info

from alicia_bus.audio import Pcm, encode_wav
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.hub import Hub
from alicia_bus.messages import AiResponse, Answer, SttResponse, TtsRequest, TtsResponse
from alicia_sidecar.limits import MEBIBYTE
from alicia_sidecar.readiness import Readiness
from alicia_sidecar.service import Conversation, Profile, Send, State
from alicia_sidecar.settings import Settings
from alicia_sidecar.worker import Worker

from .conversation import TtsConversation, check_length, each
from .engines.base import Cancellation, SpeechAudio
from .engines.load import EngineOptions, Loaded, load_engine
from .info import build_empty_info, build_info, build_state
from .pieces import Piece, PlainReader, read
from .recent import Recent
from .speaking import Speaking
from .stock import Stock
from .voices import Choice, Wanted, choose_voice

_LOGGER: Final = logging.getLogger(__name__)
PROFILE: Final = Profile(
    capability="text_to_speech",
    stage="tts",
    command="alicia_tts",
    title="Alicia text to speech",
)
MAX_ANSWER: Final = 3_000_000  # bytes of audio: with base64 a third more, a message of the bus
SLOWEST: Final = 0.5
FASTEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How it speaks where a request doesn't say."""

    #: 1 is the voice's own pace.
    speed: float = 1.0
    #: Seconds of silence after a sentence.
    pause: float = 0.2
    #: Bytes of speech to keep of short replies.
    recent: int = 2 * MEBIBYTE


class TtsService:
    """Speaks for Wyoming clients and for the bus."""

    profile = PROFILE
    request = TtsRequest
    continues: Sequence[type[Answer]] = (AiResponse, SttResponse)

    def __init__(self, settings: Settings, options: EngineOptions, manner: Manner) -> None:
        self.worker = Worker(settings.workers, settings.waiting)
        self._recent = Recent(manner.recent)
        self._speaking = Speaking(self.worker, settings.workers, self._recent, manner.pause)
        self._stock = Stock(options, self._restock)
        self._tell_bus: Callable[[], None] = _tell_nobody
        self._speed = manner.speed
        self._options = options
        self._readiness = Readiness("loading the engine")
        self._info = build_empty_info("loading the engine")
        self._loaded: Loaded | None = None
        self._replaced: set[Wanted] = set()

    @property
    def info(self) -> Info:
        """What ``describe`` is answered."""
        return self._info

    @property
    def state(self) -> State:
        """Whether it is ready."""
        return self._readiness.state

    async def prepare(self) -> None:
        """Load the engine, downloading a voice if need be; raises CommandError."""
        loop, stopping = asyncio.get_running_loop(), Cancellation()

        def report(detail: str) -> None:
            if stopping.cancelled:
                raise CommandError(ErrorCode.CANCELLED, "the server is stopping")
            loop.call_soon_threadsafe(self._show_progress, detail)

        try:
            loaded = await self.worker.call(load_engine, self._options, report)
            self._info = await self.worker.call(build_info, loaded)
        except CommandError as err:
            self._info = build_empty_info(err.message)
            self._readiness.fail(err)
            raise
        finally:
            stopping.cancel()
        self._loaded = loaded
        self._readiness.succeed(build_state(loaded))
        self._stock.start(loaded)

    def converse(self, send: Send) -> Conversation:
        """Return the handler of a new Wyoming connection."""
        return TtsConversation(self, send)

    async def program(self) -> str:
        """Return the engine's name, once there is one; raises CommandError."""
        return (await self._ready()).engine.about.name

    async def choose(self, wanted: Wanted) -> Choice:
        """Return the voice for a request, once there are any; raises CommandError."""
        loaded = await self._ready()
        choice = choose_voice(loaded.engine.voices, wanted, loaded.default)
        if not choice.is_exact:
            self._stock.want(wanted.name)
        if not choice.is_exact and wanted not in self._replaced and len(self._replaced) < 256:
            self._replaced.add(wanted)
            _LOGGER.warning(
                "There is no voice %.80r with speaker %.80r: %s speaks instead (logged once)",
                wanted.name,
                wanted.speaker,
                choice.voice.name,
            )
        return choice

    def takes_clauses(self, choice: Choice) -> bool:
        """Tell whether the first clause of a text should be spoken by itself."""
        return self._loaded is None or self._loaded.engine.takes_clauses(choice.voice)

    async def speak(
        self, pieces: AsyncIterable[Piece], choice: Choice, speed: float | None = None
    ) -> AsyncGenerator[SpeechAudio]:
        """Yield the speech; when the taker leaves, the computing stops; raises CommandError."""
        engine = (await self._ready()).engine
        speaking = self._speaking.speak(engine, pieces, choice, speed or self._speed)
        async with aclosing(speaking) as speech:
            async for audio in speech:
                yield audio

    async def answer(self, request: TtsRequest) -> TtsResponse:
        """Return the speech for a request from the bus; raises CommandError."""
        started = time.monotonic()
        check_length(len(request.text))
        _check_speed(request.speed)
        wanted = Wanted(request.voice, request.language, request.speaker)
        choice = await self.choose(wanted)
        audio = await self._collect(request.text, choice, request.speed)
        return TtsResponse(
            audio=encode_wav(Pcm(audio.data, audio.rate)),
            sample_rate=audio.rate,
            voice=choice.voice.name,
            language=choice.voice.languages[0],
            duration_ms=round((time.monotonic() - started) * 1000, 1),
        )

    def continued(self, answer: Answer, /) -> TtsRequest | None:
        """What the agent says, or what was heard, is text to speak."""
        if not isinstance(answer, AiResponse | SttResponse) or answer.text is None:
            return None
        language = answer.language if isinstance(answer, SttResponse) else None
        return TtsRequest(text=answer.text, language=language)

    def listen(self, _hub: Hub, changed: Callable[[], None], /) -> Sequence[str]:
        """It needs nothing else from the bus, and tells it of new voices."""
        self._tell_bus = changed
        return ()

    def _restock(self, loaded: Loaded) -> None:
        """The voices are others now, or one is on its way."""
        before, self._loaded = self._loaded, loaded
        self._info = build_info(loaded)
        if before is None or before.changes != loaded.changes:
            self._recent.clear()
            self._readiness.succeed(build_state(loaded))
            self._tell_bus()
            _LOGGER.info("The voices are now %s", ", ".join(v.name for v in loaded.engine.voices))

    async def _collect(self, text: str, choice: Choice, speed: float | None) -> SpeechAudio:
        data, rate = bytearray(), choice.voice.rate
        pieces = each(read(PlainReader(clauses=False), text))
        async with aclosing(self.speak(pieces, choice, speed)) as speech:
            async for audio in speech:
                data += audio.data
                rate = audio.rate
                if len(data) > MAX_ANSWER:
                    seconds = MAX_ANSWER // (2 * rate)
                    raise CommandError(
                        ErrorCode.TOO_LARGE,
                        f"more than {seconds} s of speech don't fit into one message",
                    )
        return SpeechAudio(bytes(data), rate)

    async def _ready(self) -> Loaded:
        await self._readiness.wait()
        if self._loaded is None:
            raise CommandError(ErrorCode.UNAVAILABLE, self.state.detail)
        return self._loaded

    def _show_progress(self, detail: str) -> None:
        if self._loaded is None:
            self._readiness.state = State(ready=False, detail=detail)
            self._info = build_empty_info(detail)


def _check_speed(speed: float | None) -> None:
    if speed is not None and not SLOWEST <= speed <= FASTEST:
        raise CommandError(
            ErrorCode.INVALID_FIELD, f"speed: {speed:g} is not between {SLOWEST} and {FASTEST}"
        )


def _tell_nobody() -> None:
    """Without a bus there is nobody to be told."""

"""One voice command, from its first stage to its answer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Final, Protocol

from homeassistant.core import HomeAssistant, callback

from ..bus.audio import Pcm, decode_audio, encode_wav, to_speech
from ..bus.errors import BusError, CommandError, DecodeError, ErrorCode
from ..bus.messages import CommandResponse, Meta, RouteCommand
from ..coordinator import AliciaCoordinator
from .deadline import Deadline, attempt
from .origin import BusContext, Origin, Way, conversation_id, find_device_id
from .pipeline import Utterance, async_find_pipeline, async_read_answer, async_run_pipeline
from .playback import Player
from .session import Session
from .stream import MAX_SECONDS, MicrophoneStream

#: The pipeline drops what does not fill its last chunk, of 10 ms.
_PIPELINE_CHUNK: Final = 320  # bytes


class Satellite(Protocol):
    """A voice device with an entity of its own, through which its streams go."""

    async def async_listen(self, stream: MicrophoneStream, session: Session) -> None:
        """Run the device's pipeline on a stream, telling the session of it."""

    @callback
    def async_answered(self) -> None:
        """Take note that the answer, if any, was played."""


class Runs:
    """Runs voice commands, each to an answer whatever happens."""

    def __init__(self, hass: HomeAssistant, coordinator: AliciaCoordinator, player: Player) -> None:
        self._hass = hass
        self._coordinator = coordinator
        self._player = player

    async def async_command(
        self, command: RouteCommand, session: Session, deadline: Deadline, origin: Origin
    ) -> CommandResponse:
        """Run a command of text, or of complete audio."""

        async def run() -> None:
            await self._async_run(await self._async_utterance(command, session, origin), session)

        pcm = await self._async_attempt(session, deadline, run)
        if pcm is not None and command.reply_audio:
            session.audio = encode_wav(pcm)
        return session.finish()

    async def async_stream(
        self,
        stream: MicrophoneStream,
        session: Session,
        satellite: Satellite | None,
        respond: Callable[[CommandResponse], None],
    ) -> None:
        """Run what a device streams, respond, and play the answer on the device."""
        if satellite is not None:
            run = partial(satellite.async_listen, stream, session)
        else:
            run = partial(self._async_run, self._live(stream, session), session)
        try:
            pcm = await self._async_attempt(session, stream.deadline, run)
            respond(session.finish())
            if pcm is not None:
                await self._async_play(stream, session, pcm)
        finally:
            if satellite is not None:
                satellite.async_answered()

    async def _async_attempt(
        self, session: Session, deadline: Deadline, run: Callable[[], Awaitable[None]]
    ) -> Pcm | None:
        async def run_and_read() -> Pcm | None:
            session.end()  # the wait in the queue
            await run()
            return await async_read_answer(self._hass, session)

        try:
            return await attempt(deadline, run_and_read)
        except BusError as err:
            session.fail(err)
        return None

    async def _async_run(self, utterance: Utterance, session: Session) -> None:
        pipeline = async_find_pipeline(self._hass, self._coordinator.options.pipeline_id)
        await async_run_pipeline(self._hass, pipeline, utterance, session)

    async def _async_play(self, stream: MicrophoneStream, session: Session, pcm: Pcm) -> None:
        speech = await self._hass.async_add_executor_job(to_speech, pcm)
        device_id, session_id = stream.start.device_id, session.meta.session_id
        played = await self._player.async_play(device_id, session_id, speech.data)
        if played and session.continue_conversation:
            self._player.listen(device_id, session_id)

    async def _async_utterance(
        self, command: RouteCommand, session: Session, origin: Origin
    ) -> Utterance:
        audio = None
        if command.audio is not None:
            audio = await self._async_samples(command.audio, command.sample_rate)
        elif command.text is None:
            raise DecodeError(ErrorCode.MISSING_FIELD, "text or audio_data is missing")
        elif not command.text.strip():
            raise CommandError(ErrorCode.NO_TEXT, "the text is empty")
        return Utterance(
            context=origin.context,
            conversation_id=self._conversation_id(
                origin.way, command.device_id, session, command.meta.source
            ),
            text=command.text if audio is None else None,
            audio=audio,
            language=command.language,
            device_id=self._find_device_id(command.device_id),
        )

    def _live(self, stream: MicrophoneStream, session: Session) -> Utterance:
        start = stream.start
        return Utterance(
            context=BusContext(),
            conversation_id=self._conversation_id(Way.STREAM, start.device_id, session, None),
            audio=stream.chunks(),
            live=True,
            wake_word=start.wake_word,
            language=start.language,
            device_id=self._find_device_id(start.device_id),
        )

    async def _async_samples(self, data: bytes, rate: int | None) -> AsyncGenerator[bytes]:
        pcm = decode_audio(data, rate) if rate is not None else decode_audio(data)
        if pcm.seconds > MAX_SECONDS:
            raise CommandError(ErrorCode.TOO_LARGE, f"more than {MAX_SECONDS:g} s of audio")
        speech = await self._hass.async_add_executor_job(to_speech, pcm)
        return _chunks(speech.data)

    def _conversation_id(
        self, way: Way, device_id: str | None, session: Session, source: str | None
    ) -> str | None:
        # A session that its sender didn't name has a name of its own by now.
        meta = Meta(session_id=session.meta.session_id, source=source)
        return conversation_id(self._coordinator.topics.base, way, device_id, meta)

    def _find_device_id(self, device_id: str | None) -> str | None:
        return find_device_id(self._hass, self._coordinator.entry, device_id)


async def _chunks(samples: bytes) -> AsyncGenerator[bytes]:
    yield samples + bytes(-len(samples) % _PIPELINE_CHUNK)

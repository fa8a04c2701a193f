"""Home Assistant's Assist pipeline, run for one voice command."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Final

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline import (
    AudioSettings,
    Pipeline,
    PipelineEvent,
    PipelineNotFound,
)
from homeassistant.components.assist_pipeline.pipeline import (
    PipelineInput,
    PipelineRun,
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ..bus.audio import Pcm, decode_audio
from ..bus.errors import CommandError, ErrorCode
from .language import in_language
from .session import Session, StageName

#: Piper, espeak-ng and most others speak WAV: asking for it spares a run of ffmpeg.
TTS_OPTIONS: Final = {tts.ATTR_PREFERRED_FORMAT: "wav"}

_SETTINGS: Final = "choose one in Settings > Voice assistants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What goes into the pipeline: text, or 16 kHz mono samples."""

    #: In whose name things are done for it.
    context: Context
    #: None begins a conversation of its own.
    conversation_id: str | None = None
    text: str | None = None
    audio: AsyncIterable[bytes] | None = None
    #: Whether the end of speech is still to be found in the audio.
    live: bool = False
    wake_word: str | None = None
    language: str | None = None
    #: Home Assistant's id of the device that spoke.
    device_id: str | None = None


@callback
def async_find_pipeline(hass: HomeAssistant, pipeline_id: str | None) -> Pipeline:
    """Return a pipeline, or for None the preferred one; raises CommandError."""
    try:
        return async_get_pipeline(hass, pipeline_id)
    except PipelineNotFound as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            "the pipeline chosen in Alicia's options is gone; choose another there",
        ) from err


async def async_run_pipeline(
    hass: HomeAssistant, pipeline: Pipeline, utterance: Utterance, session: Session
) -> None:
    """Run an utterance through a pipeline, which tells the session what it does.

    Raises CommandError for what the pipeline can't do; its own errors are events.
    """
    has_audio = utterance.audio is not None
    if utterance.language:
        pipeline = in_language(hass, pipeline, utterance.language, with_stt=has_audio)
    if has_audio and pipeline.stt_engine is None:
        raise CommandError(
            ErrorCode.UNAVAILABLE,
            f"the pipeline {pipeline.name} has no speech-to-text; {_SETTINGS}",
        )
    speaks = async_can_speak(hass, pipeline)

    @callback
    def on_event(event: PipelineEvent) -> None:
        session.on_event(event.type, event.data)

    with async_get_chat_session(hass, utterance.conversation_id) as chat:
        await PipelineInput(
            session=chat,
            device_id=utterance.device_id,
            stt_metadata=_metadata() if has_audio else None,
            stt_stream=utterance.audio,
            wake_word_phrase=utterance.wake_word,
            intent_input=utterance.text,
            run=PipelineRun(
                hass,
                context=utterance.context,
                pipeline=pipeline,
                start_stage=PipelineStage.STT if has_audio else PipelineStage.INTENT,
                end_stage=PipelineStage.TTS if speaks else PipelineStage.INTENT,
                event_callback=on_event,
                tts_audio_output=TTS_OPTIONS if speaks else None,
                audio_settings=AudioSettings(is_vad_enabled=utterance.live),
            ),
        ).execute(validate=True)
    if not speaks and session.response_text:
        session.skip(StageName.TTS, ErrorCode.UNAVAILABLE.value)


@callback
def async_can_speak(hass: HomeAssistant, pipeline: Pipeline) -> bool:
    """Tell whether a pipeline has text to speech, and it is there."""
    engine = pipeline.tts_engine
    return engine is not None and tts.async_resolve_engine(hass, engine) is not None


async def async_read_answer(hass: HomeAssistant, session: Session) -> Pcm | None:
    """Wait for the answer's audio and tell the session where it is; None without one.

    The whole is read, for an engine that dies in mid-sentence leaves a URL that
    plays half an answer.
    """
    stream = tts.async_get_stream(hass, session.tts_token) if session.tts_token else None
    if stream is None:
        return None
    data = b"".join([chunk async for chunk in stream.async_stream_result()])
    pcm = decode_audio(data)
    session.audio_url = _absolute(hass, stream.url)
    session.end()
    return pcm


def _absolute(hass: HomeAssistant, path: str) -> str:
    """Return a URL that players in the house can fetch, or the path where none is known."""
    try:
        return f"{get_url(hass)}{path}"
    except NoURLAvailableError:
        return path


def _metadata() -> stt.SpeechMetadata:
    return stt.SpeechMetadata(
        language="",  # the pipeline's, which it sets itself
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
        channel=stt.AudioChannels.CHANNEL_MONO,
    )

"""Voice commands as a whole, and the audio of voice devices."""

from dataclasses import dataclass
from typing import Annotated

from ..fields import AUDIO, FLAG, ID, INTEGER, NUMBER, TEXT, Raw
from ..topics import Kind
from ..values import STAGES, Stage
from .base import Answer, Message, TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCommand(Message):
    """A voice command for the whole pipeline: text, or audio to transcribe first."""

    KIND = Kind.COMMAND_ROUTE
    text: Annotated[str | None, TEXT] = None
    audio: Annotated[bytes | None, AUDIO] = None
    sample_rate: Annotated[int | None, INTEGER] = None
    language: Annotated[str | None, TEXT] = None
    #: The device that spoke, so that its area counts.
    device_id: Annotated[str | None, ID] = None
    #: Whether the answer's audio is wanted in the answer, beside its URL.
    reply_audio: Annotated[bool, FLAG] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResponse(Answer):
    """What came of a voice command; ``audio_url`` plays the answer."""

    KIND = Kind.COMMAND_RESPONSE
    outcome: Annotated[str, TEXT] = "error"
    text: Annotated[str | None, TEXT] = None
    response_text: Annotated[str | None, TEXT] = None
    language: Annotated[str | None, TEXT] = None
    audio_url: Annotated[str | None, TEXT] = None
    audio: Annotated[bytes | None, AUDIO] = None
    continue_conversation: Annotated[bool, FLAG] = False
    stages: Annotated[tuple[Stage, ...], STAGES] = ()
    duration_ms: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEvent(Message):
    """One stage of a voice session is over; what was said only where the user opted in."""

    KIND = Kind.COMMAND_EVENT
    stage: Annotated[str, TEXT]
    outcome: Annotated[str, TEXT]
    duration_ms: Annotated[float, NUMBER]
    text: Annotated[str | None, TEXT] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStart(Message):
    """A device begins to stream what its microphone hears."""

    KIND = Kind.AUDIO_START
    device_id: TopicId
    sample_rate: Annotated[int | None, INTEGER] = None
    language: Annotated[str | None, TEXT] = None
    wake_word: Annotated[str | None, TEXT] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioCancel(Message):
    """A device gives up on what it streams, or on the answer."""

    KIND = Kind.AUDIO_CANCEL
    device_id: TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioIn(Message):
    """Samples from a device's microphone; none at the end of the stream."""

    KIND = Kind.AUDIO_IN
    device_id: TopicId
    data: Annotated[bytes, Raw()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOut(Message):
    """Samples of the answer for a device; none at the end of the stream."""

    KIND = Kind.AUDIO_OUT
    device_id: TopicId
    data: Annotated[bytes, Raw()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioListen(Message):
    """A device is asked to open its microphone, and to start a stream in this session."""

    KIND = Kind.AUDIO_LISTEN
    device_id: TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioPlayed(Message):
    """A device has played what it was sent, up to the end of the stream."""

    KIND = Kind.AUDIO_PLAYED
    device_id: TopicId

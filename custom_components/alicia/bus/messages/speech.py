"""Requests to the stages of a voice command, and their answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ..fields import AUDIO, FLAG, INTEGER, NUMBER, OBJECT, OBJECTS, TEXT, TEXTS
from ..topics import Kind
from ..values import ERROR, ErrorInfo
from .base import Answer, Message, TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary(Message):
    """The exposed names and areas, for grammars and for biasing a recogniser."""

    KIND = Kind.VOCABULARY
    RETAIN = True
    language: Annotated[str, TEXT]
    #: Each with ``name`` and ``domain``, and ``area`` where it has one.
    entities: Annotated[tuple[Mapping[str, object], ...], OBJECTS] = ()
    areas: Annotated[tuple[str, ...], TEXTS] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SttRequest(Message):
    """Audio to transcribe: WAV, or bare PCM at ``sample_rate`` Hz."""

    KIND = Kind.STT_REQUEST
    audio: Annotated[bytes, AUDIO]
    sample_rate: Annotated[int | None, INTEGER] = None
    language: Annotated[str | None, TEXT] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SttResponse(Answer):
    """What was heard; empty text where nothing was said."""

    KIND = Kind.STT_RESPONSE
    text: Annotated[str | None, TEXT] = None
    language: Annotated[str | None, TEXT] = None
    #: 0 to 1, as far as the engine can tell.
    confidence: Annotated[float | None, NUMBER] = None
    duration_ms: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SttPartial(Message):
    """What was heard so far."""

    KIND = Kind.STT_PARTIAL
    text: Annotated[str, TEXT]


@dataclass(frozen=True, slots=True, kw_only=True)
class AiRequest(Message):
    """Text for the conversation agent."""

    KIND = Kind.AI_REQUEST
    text: Annotated[str, TEXT]
    language: Annotated[str | None, TEXT] = None
    context: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AiResponse(Answer):
    """What the agent says, and what it did."""

    KIND = Kind.AI_RESPONSE
    text: Annotated[str | None, TEXT] = None
    continue_conversation: Annotated[bool, FLAG] = False
    actions: Annotated[tuple[Mapping[str, object], ...], OBJECTS] = ()
    duration_ms: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AiPartial(Message):
    """What the agent has said so far."""

    KIND = Kind.AI_PARTIAL
    text: Annotated[str, TEXT]


@dataclass(frozen=True, slots=True, kw_only=True)
class TtsRequest(Message):
    """Text to speak."""

    KIND = Kind.TTS_REQUEST
    text: Annotated[str, TEXT]
    voice: Annotated[str | None, TEXT] = None
    language: Annotated[str | None, TEXT] = None
    speaker: Annotated[str | None, TEXT] = None
    #: 1 is the voice's own pace, 2 is twice as fast.
    speed: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TtsResponse(Answer):
    """Speech as a WAV, or where to fetch it; ``voice`` is the one that spoke."""

    KIND = Kind.TTS_RESPONSE
    audio: Annotated[bytes | None, AUDIO] = None
    audio_url: Annotated[str | None, TEXT] = None
    sample_rate: Annotated[int | None, INTEGER] = None
    voice: Annotated[str | None, TEXT] = None
    language: Annotated[str | None, TEXT] = None
    duration_ms: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Message):
    """A worker has this request in hand; or with an error, can't do it after all."""

    KIND = Kind.SERVICE_TAKEN
    instance: TopicId
    #: s after which it says so again, for as long as it works
    every: Annotated[float | None, NUMBER] = None
    error: Annotated[ErrorInfo | None, ERROR] = None

"""One frozen dataclass for each message of the bus; the contract in Python.

Times are in seconds unless the field's name says ``_ms``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final

from .fields import (
    AUDIO,
    CORRELATION,
    FLAG,
    ID,
    INTEGER,
    NUMBER,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXT_OR_TEXTS,
    TEXTS,
    InTopic,
    Raw,
)
from .topics import Kind
from .values import CAPABILITIES, ERROR, STAGES, ErrorInfo, Stage

CONTRACT: Final = 1

TopicId = Annotated[str, InTopic()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """The reserved fields that any message may carry."""

    message_id: Annotated[str | None, CORRELATION] = None
    request_id: Annotated[str | None, CORRELATION] = None
    session_id: Annotated[str | None, CORRELATION] = None
    source: Annotated[str | None, TEXT] = None
    timestamp: Annotated[float | None, NUMBER] = None
    expires_at: Annotated[float | None, NUMBER] = None
    ttl: Annotated[float | None, NUMBER] = None
    #: The stages that are still to come, the next one first.
    route: Annotated[tuple[str, ...], TEXTS] = ()
    #: Fields that this version doesn't know: kept, and otherwise ignored.
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What all messages share."""

    KIND: ClassVar[Kind]
    RETAIN: ClassVar[bool] = False

    meta: Meta = field(default_factory=Meta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Message):
    """An answer: its result, or the error that stands in its place."""

    error: Annotated[ErrorInfo | None, ERROR] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Message):
    """A device or service says hello, and what it can do."""

    KIND = Kind.REGISTER
    device_id: Annotated[str, ID]
    device_type: Annotated[str, TEXT]
    #: Parameters by capability name.
    capabilities: Annotated[Mapping[str, Mapping[str, object]], CAPABILITIES]
    endpoints: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    metadata: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    status: Annotated[str, TEXT] = "online"
    contract: Annotated[int, INTEGER] = CONTRACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Unregister(Message):
    """A device or service leaves for good."""

    KIND = Kind.UNREGISTER
    device_id: Annotated[str, ID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Message):
    """Who is there; with nothing asked for, everyone is asked to register again."""

    KIND = Kind.QUERY
    #: A capability's name or type.
    capability: Annotated[str | None, TEXT] = None
    device_type: Annotated[str | None, TEXT] = None
    device_id: Annotated[str | None, ID] = None
    #: An area's name, as Home Assistant has it.
    area: Annotated[str | None, TEXT] = None
    #: How many an answer may list, and how many it skips.
    limit: Annotated[int | None, INTEGER] = None
    offset: Annotated[int | None, INTEGER] = None

    @property
    def asks_everyone(self) -> bool:
        """Whether this is the call to register again."""
        return self.capability is self.device_type is self.device_id is self.area is None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResponse(Answer):
    """The registrations that a query asked for, or as many of them as fit."""

    KIND = Kind.QUERY_RESPONSE
    devices: Annotated[tuple[Mapping[str, object], ...], OBJECTS] = ()
    #: How many there are in all.
    total: Annotated[int | None, INTEGER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryView(Message):
    """What the registry knows of one device, for those who have no Home Assistant."""

    KIND = Kind.REGISTRY
    RETAIN = True
    device_id: TopicId
    #: The user's name for it, or else its own.
    name: Annotated[str, TEXT]
    device_type: Annotated[str, TEXT]
    capabilities: Annotated[Mapping[str, Mapping[str, object]], CAPABILITIES]
    #: ``online``, ``offline`` or ``disabled``
    status: Annotated[str, TEXT]
    area: Annotated[str | None, TEXT] = None
    metadata: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    #: What of its registration was not understood.
    problems: Annotated[tuple[str, ...], TEXTS] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Message):
    """A device or service is alive, or by its last will is not."""

    KIND = Kind.HEALTH
    RETAIN = True
    device_id: TopicId
    status: Annotated[str, TEXT]
    uptime: Annotated[float | None, NUMBER] = None
    load: Annotated[float | None, NUMBER] = None
    counters: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    contract: Annotated[int, INTEGER] = CONTRACT


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck(Message):
    """Everybody is asked for a heartbeat."""

    KIND = Kind.HEALTH_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement(Message):
    """What Home Assistant's MQTT discovery needs to offer Alicia."""

    KIND = Kind.ANNOUNCEMENT
    RETAIN = True
    instance: TopicId
    base_topic: Annotated[str, TEXT]
    version: Annotated[str, TEXT]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatus(Message):
    """A device's state by capability; a capability that is missing is as it was.

    A device with simple tools may leave out ``state`` and put its capabilities at the top.
    """

    KIND = Kind.DEVICE_STATUS
    RETAIN = True
    device_id: TopicId
    state: Annotated[Mapping[str, object] | None, OBJECT] = None

    @property
    def values(self) -> Mapping[str, object]:
        """The values by capability, wherever they stood."""
        return self.meta.extra if self.state is None else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent(Message):
    """Something happened at a device that leaves no state behind, as a key pressed."""

    KIND = Kind.DEVICE_EVENT
    device_id: TopicId
    capability: Annotated[str, TEXT]
    event: Annotated[str, TEXT]
    data: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCommand(Message):
    """A device, or each device of a group, is to do something."""

    KIND = Kind.DEVICE_COMMAND
    device_id: TopicId
    command: Annotated[str, TEXT]
    #: Needed where more than one capability takes the command.
    capability: Annotated[str | None, TEXT] = None
    parameters: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceResponse(Answer):
    """A command was done, or why it was not."""

    KIND = Kind.DEVICE_RESPONSE
    device_id: TopicId
    result: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    #: The state it left, as in a status.
    state: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaCommand(Message):
    """An action of Home Assistant is to be performed, on entities or on nothing in particular."""

    KIND = Kind.HA_COMMAND
    #: ``light.turn_on``, or ``turn_on`` where the entities have one domain.
    service: Annotated[str, TEXT]
    entity_id: Annotated[tuple[str, ...], TEXT_OR_TEXTS] = ()
    data: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    return_response: Annotated[bool, FLAG] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HaResponse(Answer):
    """What an action did."""

    KIND = Kind.HA_RESPONSE
    service: Annotated[str | None, TEXT] = None
    #: Exposed entities whose state the action changed: ``entity_id``, ``state``, ``attributes``.
    states: Annotated[tuple[Mapping[str, object], ...], OBJECTS] = ()
    response: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    duration_ms: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaState(Message):
    """The state of an entity that is exposed to Assist."""

    KIND = Kind.HA_STATE
    RETAIN = True
    domain: TopicId
    object_id: TopicId
    state: Annotated[str, TEXT]
    attributes: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    #: s, epoch
    last_changed: Annotated[float | None, NUMBER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaEvent(Message):
    """An event of Home Assistant that the user lets onto the bus."""

    KIND = Kind.HA_EVENT
    event_type: Annotated[str, TEXT]
    data: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Message):
    """A worker has this request in hand."""

    KIND = Kind.SERVICE_TAKEN
    instance: TopicId

"""Who is on the bus, and how they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ..fields import ID, INTEGER, NUMBER, OBJECT, OBJECTS, TEXT, TEXTS
from ..topics import Kind
from ..values import CAPABILITIES
from .base import CONTRACT, Answer, Message, TopicId


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

"""Home Assistant's actions, states and events on the bus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from ..fields import FLAG, NUMBER, OBJECT, OBJECTS, TEXT, TEXT_OR_TEXTS, TEXTS, number_within
from ..topics import Kind
from .base import Answer, Message, TopicId

MAX_WAIT: Final = 10.0  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class HaCommand(Message):
    """An action of Home Assistant is to be performed, on entities or on nothing in particular."""

    KIND = Kind.HA_COMMAND
    #: ``light.turn_on``, or ``turn_on`` where the entities have one domain.
    service: Annotated[str, TEXT]
    entity_id: Annotated[tuple[str, ...], TEXT_OR_TEXTS] = ()
    data: Annotated[Mapping[str, object], OBJECT] = field(default_factory=dict)
    return_response: Annotated[bool, FLAG] = False
    #: s that the answer may wait, after the action, for all entities to report their state
    wait: Annotated[float, number_within(0, MAX_WAIT)] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HaResponse(Answer):
    """What an action did."""

    KIND = Kind.HA_RESPONSE
    service: Annotated[str | None, TEXT] = None
    #: Exposed entities whose state the action changed: ``entity_id``, ``state``, ``attributes``.
    states: Annotated[tuple[Mapping[str, object], ...], OBJECTS] = ()
    #: Entities that the answer waited for, and that have not reported since the action began.
    pending: Annotated[tuple[str, ...], TEXTS] = ()
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

"""What devices say, and what they are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ..fields import OBJECT, TEXT
from ..topics import Kind
from .base import Answer, Message, TopicId


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
    QOS = 0  # what can't be delivered now is not to be done later
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

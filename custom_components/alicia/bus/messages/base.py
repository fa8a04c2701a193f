"""The fields that any message may carry, and what all messages share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final

from ..fields import CORRELATION, NUMBER, TEXT, TEXTS, InTopic
from ..topics import Kind
from ..values import ERROR, ErrorInfo

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
    QOS: ClassVar[int] = 1

    meta: Meta = field(default_factory=Meta)
    #: Whether the broker had kept it, so that it may be old.
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Message):
    """An answer: its result, or the error that stands in its place."""

    error: Annotated[ErrorInfo | None, ERROR] = None

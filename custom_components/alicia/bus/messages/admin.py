"""What those who look after a service have it do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from ..fields import INTEGER, NUMBER, OBJECTS, TEXT
from ..topics import Kind
from .base import Answer, Message, TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminCommand(Message):
    """A service is to ``reload``, to ``restart``, to ``set_log_level``, or to show its ``logs``."""

    KIND = Kind.ADMIN
    device_id: TopicId
    command: Annotated[str, TEXT]
    #: ``debug``, ``info``, ``warning`` or ``error``; of logs, the least that is wanted
    level: Annotated[str | None, TEXT] = None
    #: s after which the level of the log is again as it was configured
    duration: Annotated[float | None, NUMBER] = None
    #: how many lines of the log are wanted, the latest of them
    limit: Annotated[int | None, INTEGER] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminResponse(Answer):
    """A service has begun to do as it was told."""

    KIND = Kind.ADMIN_RESPONSE
    device_id: TopicId
    command: Annotated[str | None, TEXT] = None
    #: what comes of it, for people
    detail: Annotated[str | None, TEXT] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines(Message):
    """The lines that somebody asked for, the oldest first."""

    KIND = Kind.LOGS
    device_id: TopicId
    #: Each with ``time`` (s, epoch), ``level``, ``logger`` and ``message``.
    lines: Annotated[tuple[Mapping[str, object], ...], OBJECTS]

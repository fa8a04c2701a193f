"""One frozen dataclass for each message of the bus; the contract in Python.

Times are in seconds unless the field's name says ``_ms``.
"""

from .admin import AdminCommand, AdminResponse, LogLines
from .base import CONTRACT, Answer, Message, Meta, TopicId
from .devices import DeviceCommand, DeviceEvent, DeviceResponse, DeviceStatus
from .home_assistant import HaCommand, HaEvent, HaResponse, HaState
from .presence import (
    Announcement,
    HealthCheck,
    Heartbeat,
    Query,
    QueryResponse,
    Register,
    RegistryView,
    Unregister,
)
from .speech import (
    AiPartial,
    AiRequest,
    AiResponse,
    SttPartial,
    SttRequest,
    SttResponse,
    Taken,
    TtsRequest,
    TtsResponse,
    Vocabulary,
)
from .voice import (
    AudioCancel,
    AudioIn,
    AudioListen,
    AudioOut,
    AudioPlayed,
    AudioStart,
    CommandEvent,
    CommandResponse,
    RouteCommand,
)

__all__ = [
    "CONTRACT",
    "AdminCommand",
    "AdminResponse",
    "AiPartial",
    "AiRequest",
    "AiResponse",
    "Announcement",
    "Answer",
    "AudioCancel",
    "AudioIn",
    "AudioListen",
    "AudioOut",
    "AudioPlayed",
    "AudioStart",
    "CommandEvent",
    "CommandResponse",
    "DeviceCommand",
    "DeviceEvent",
    "DeviceResponse",
    "DeviceStatus",
    "HaCommand",
    "HaEvent",
    "HaResponse",
    "HaState",
    "HealthCheck",
    "Heartbeat",
    "LogLines",
    "Message",
    "Meta",
    "Query",
    "QueryResponse",
    "Register",
    "RegistryView",
    "RouteCommand",
    "SttPartial",
    "SttRequest",
    "SttResponse",
    "Taken",
    "TopicId",
    "TtsRequest",
    "TtsResponse",
    "Unregister",
    "Vocabulary",
]

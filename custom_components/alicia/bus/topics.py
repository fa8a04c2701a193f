"""Every topic of the bus; the only place that spells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
import re
from typing import Final

DEFAULT_BASE: Final = "alicia"
MAX_CACHED: Final = 200  # characters of a topic that is remembered
_ID: Final = re.compile(r"[a-z0-9_-]{1,64}\Z")
_CAPABILITY_PREFIX: Final = "capability:"
#: Home Assistant's own ids may be longer than those of the bus.
_OBJECT_ID: Final = re.compile(r"[a-z0-9_]{1,255}\Z")


class Kind(StrEnum):
    """A kind of message; its value is the topic's template below the base topic."""

    REGISTER = "system/discovery/register"
    UNREGISTER = "system/discovery/unregister"
    QUERY = "system/discovery/query"
    QUERY_RESPONSE = "system/discovery/response"
    REGISTRY = "system/registry/{device_id}"
    HEALTH = "system/health/{device_id}"
    HEALTH_CHECK = "system/health/check"
    ADMIN = "system/admin/{device_id}"
    ADMIN_RESPONSE = "system/admin/{device_id}/response"
    LOGS = "system/logs/{device_id}"
    ANNOUNCEMENT = "discovery/{instance}/config"
    VOCABULARY = "voice/vocabulary"
    STT_REQUEST = "voice/stt/request"
    STT_RESPONSE = "voice/stt/response"
    STT_PARTIAL = "voice/stt/partial"
    AI_REQUEST = "voice/ai/request"
    AI_RESPONSE = "voice/ai/response"
    AI_PARTIAL = "voice/ai/partial"
    TTS_REQUEST = "voice/tts/request"
    TTS_RESPONSE = "voice/tts/response"
    COMMAND_ROUTE = "voice/command/route"
    COMMAND_RESPONSE = "voice/command/response"
    COMMAND_EVENT = "voice/command/event"
    AUDIO_START = "voice/audio/{device_id}/start"
    AUDIO_CANCEL = "voice/audio/{device_id}/cancel"
    AUDIO_IN = "voice/audio/{device_id}/in"
    AUDIO_OUT = "voice/audio/{device_id}/out"
    AUDIO_LISTEN = "voice/audio/{device_id}/listen"
    AUDIO_PLAYED = "voice/audio/{device_id}/played"
    DEVICE_COMMAND = "devices/{device_id}/command"
    DEVICE_RESPONSE = "devices/{device_id}/response"
    DEVICE_STATUS = "devices/{device_id}/status"
    DEVICE_EVENT = "devices/{device_id}/event"
    HA_COMMAND = "integration/ha/command"
    HA_RESPONSE = "integration/ha/response"
    HA_STATE = "integration/ha/state/{domain}/{object_id}"
    HA_EVENT = "integration/ha/event"
    SERVICE_REQUEST = "services/{instance}/request"
    SERVICE_TAKEN = "services/{instance}/taken"
    CAPABILITY = "capability:{capability}"


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed topic: what kind of message it carries, and the ids it spells."""

    kind: Kind
    params: Mapping[str, str] = field(default_factory=dict)


def is_id(value: str) -> bool:
    """Tell whether a value may stand in a topic as the id of a device or service."""
    return _ID.match(value) is not None


def _fits(name: str, value: str) -> bool:
    pattern = _OBJECT_ID if name == "object_id" else _ID
    return pattern.match(value) is not None


def is_base_topic(value: str) -> bool:
    """Tell whether a value can be the base topic: ids joined by slashes."""
    return len(value) <= 128 and all(is_id(part.lower()) for part in value.split("/"))


_LITERAL: Final = {kind.value: kind for kind in Kind if "{" not in kind.value}


@dataclass(frozen=True, slots=True)
class _Template:
    """A kind's topic that has ids in it: which, and at which segments."""

    kind: Kind
    names: tuple[str, ...]
    places: tuple[int, ...]

    def match(self, segments: list[str]) -> Address | None:
        values = (segments[place] for place in self.places)
        params = dict(zip(self.names, values, strict=True))
        fits = all(_fits(name, value) for name, value in params.items())
        return Address(self.kind, params) if fits else None


def _template(kind: Kind) -> tuple[tuple[str, ...], _Template]:
    """Return the segments of a kind's filter, and its template."""
    parts = kind.value.split("/")
    places = tuple(place for place, part in enumerate(parts) if part.startswith("{"))
    names = tuple(parts[place][1:-1] for place in places)
    filter_ = tuple("+" if part.startswith("{") else part for part in parts)
    return filter_, _Template(kind, names, places)


_TEMPLATES: Final[Mapping[tuple[str, ...], _Template]] = dict(
    _template(kind) for kind in Kind if "{" in kind.value and kind is not Kind.CAPABILITY
)


def _shapes() -> Mapping[int, frozenset[tuple[int, ...]]]:
    """Return at which segments ids can stand, by the number of segments."""
    found: dict[int, set[tuple[int, ...]]] = {}
    for filter_, template in _TEMPLATES.items():
        found.setdefault(len(filter_), set()).add(template.places)
    return {length: frozenset(places) for length, places in found.items()}


_SHAPES: Final = _shapes()


def _template_of(segments: list[str]) -> _Template | None:
    """Return the template that a topic may match; there is one at most."""
    for places in _SHAPES.get(len(segments), ()):
        filter_ = tuple("+" if at in places else part for at, part in enumerate(segments))
        if (template := _TEMPLATES.get(filter_)) is not None:
            return template
    return None


@dataclass(frozen=True, slots=True)
class Topics:
    """Builds and parses the topics below one base topic."""

    base: str = DEFAULT_BASE

    def build(self, kind: Kind, **params: str) -> str:
        """Return the topic of a kind; raises ValueError for an id that can't be in one."""
        for name, value in params.items():
            if not _fits(name, value):
                raise ValueError(f"not a valid id: {value[:80]!r}")
        path = kind.value.format(**params)
        return path if kind is Kind.CAPABILITY else f"{self.base}/{path}"

    def filter(self, kind: Kind) -> str:
        """Return the subscription filter that matches every topic of a kind."""
        if kind is Kind.CAPABILITY:
            raise ValueError("a capability is a literal topic: + can't match part of a level")
        return f"{self.base}/{re.sub('{[a-z_]+}', '+', kind.value)}"

    def shared(self, group: str, topic: str) -> str:
        """Return the filter by which the members of a group share a topic."""
        return f"$share/{group}/{topic}"

    def parse(self, topic: str) -> Address | None:
        """Return what a topic addresses, or None when it is not one of the bus."""
        # A house has few topics, and hears them again and again; the longest of others'
        # making are not worth the memory.
        return _parsed(self.base, topic) if len(topic) <= MAX_CACHED else _parse(self.base, topic)


def _parse(base: str, topic: str) -> Address | None:
    if topic.startswith(_CAPABILITY_PREFIX):
        name = topic.removeprefix(_CAPABILITY_PREFIX)
        return Address(Kind.CAPABILITY, {"capability": name}) if is_id(name) else None
    path = topic.removeprefix(f"{base}/")
    if path == topic:
        return None
    if (kind := _LITERAL.get(path)) is not None:
        return Address(kind)
    segments = path.split("/")
    template = _template_of(segments)
    return template.match(segments) if template else None


_parsed: Final = lru_cache(maxsize=8_192)(_parse)

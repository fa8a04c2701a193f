"""The actions of the integration."""

import base64
import binascii
import json
from typing import Any, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
import probatio as vol

from .bus.codec import MAX_JSON, Outgoing, encode_payload
from .bus.errors import ErrorCode
from .bus.fields import MAX_TEXT
from .bus.messages import CommandResponse, Meta, RouteCommand
from .bus.topics import Topics
from .const import DOMAIN
from .coordinator import AliciaConfigEntry
from .devices.actions import (
    FIND_DEVICES_SCHEMA,
    SEND_COMMAND_SCHEMA,
    async_find_devices,
    async_send_command,
)
from .devices.registry import device_id_of
from .entries import async_get_bus

PROCESS_COMMAND: Final = "process_command"
PUBLISH: Final = "publish"
FIND_DEVICES: Final = "find_devices"
SEND_COMMAND: Final = "send_command"

ATTR_AUDIO_DATA: Final = "audio_data"
ATTR_LANGUAGE: Final = "language"
ATTR_PAYLOAD: Final = "payload"
ATTR_QOS: Final = "qos"
ATTR_REPLY_AUDIO: Final = "reply_audio"
ATTR_RETAIN: Final = "retain"
ATTR_SAMPLE_RATE: Final = "sample_rate"
ATTR_SESSION_ID: Final = "session_id"
ATTR_TEXT: Final = "text"
ATTR_TOPIC: Final = "topic"

PROCESS_COMMAND_SCHEMA: Final = vol.All(
    vol.Schema(
        {
            vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
            vol.Exclusive(ATTR_TEXT, "what"): vol.All(cv.string, vol.Length(1, MAX_TEXT)),
            vol.Exclusive(ATTR_AUDIO_DATA, "what"): cv.string,
            vol.Optional(ATTR_SAMPLE_RATE): vol.All(vol.Coerce(int), vol.Range(8_000, 48_000)),
            vol.Optional(ATTR_LANGUAGE): cv.string,
            vol.Optional(ATTR_DEVICE_ID): cv.string,
            vol.Optional(ATTR_SESSION_ID): cv.matches_regex(r"[!-~]{1,128}\Z"),
            vol.Optional(ATTR_REPLY_AUDIO, default=False): cv.boolean,
        }
    ),
    cv.has_at_least_one_key(ATTR_TEXT, ATTR_AUDIO_DATA),
)
PUBLISH_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Required(ATTR_TOPIC): cv.string,
        vol.Optional(ATTR_PAYLOAD, default=""): vol.Any(dict, list, cv.string),
        vol.Optional(ATTR_QOS, default=0): vol.All(vol.Coerce(int), vol.In([0, 1, 2])),
        vol.Optional(ATTR_RETAIN, default=False): cv.boolean,
    }
)

#: Failures that the caller can mend.
CALLERS_FAULT: Final = frozenset(
    {
        ErrorCode.INVALID_FIELD,
        ErrorCode.MISSING_FIELD,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_AUDIO,
        ErrorCode.UNSUPPORTED_LANGUAGE,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        PROCESS_COMMAND,
        _async_process_command,
        schema=PROCESS_COMMAND_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(DOMAIN, PUBLISH, _async_publish, schema=PUBLISH_SCHEMA)
    hass.services.async_register(
        DOMAIN,
        FIND_DEVICES,
        _async_find_devices,
        schema=FIND_DEVICES_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SEND_COMMAND,
        _async_send_command,
        schema=SEND_COMMAND_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


def _entry(call: ServiceCall) -> AliciaConfigEntry:
    return async_get_bus(call.hass, call.data.get(ATTR_CONFIG_ENTRY_ID))


async def _async_find_devices(call: ServiceCall) -> ServiceResponse:
    return await async_find_devices(_entry(call), call)


async def _async_send_command(call: ServiceCall) -> ServiceResponse:
    return await async_send_command(_entry(call), call)


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )


async def _async_process_command(call: ServiceCall) -> ServiceResponse:
    entry = _entry(call)
    response = await entry.runtime_data.router.async_process(_command(entry, call), call.context)
    if response.outcome == "error":
        raise _failure(response)
    result: dict[str, Any] = json.loads(encode_payload(response))
    return result


def _command(entry: AliciaConfigEntry, call: ServiceCall) -> RouteCommand:
    data = call.data
    return RouteCommand(
        meta=Meta(session_id=data.get(ATTR_SESSION_ID), source="action"),
        text=data.get(ATTR_TEXT),
        audio=_audio(data[ATTR_AUDIO_DATA]) if ATTR_AUDIO_DATA in data else None,
        sample_rate=data.get(ATTR_SAMPLE_RATE),
        language=data.get(ATTR_LANGUAGE),
        device_id=_bus_device(call.hass, entry, data.get(ATTR_DEVICE_ID)),
        reply_audio=data[ATTR_REPLY_AUDIO],
    )


def _audio(data: str) -> bytes:
    if len(data) > MAX_JSON:
        raise _invalid("audio_too_large", limit=str(MAX_JSON))
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as err:
        raise _invalid("audio_not_base64") from err


def _bus_device(hass: HomeAssistant, entry: AliciaConfigEntry, id_: str | None) -> str | None:
    if id_ is None:
        return None
    device = dr.async_get(hass).async_get(id_)
    device_id = device_id_of(entry, device) if device else None
    if device_id is None:
        raise _invalid("not_on_the_bus", device=id_)
    return device_id


def _failure(response: CommandResponse) -> HomeAssistantError:
    code = response.error.code if response.error else ErrorCode.FAILED.value
    error = ServiceValidationError if code in CALLERS_FAULT else HomeAssistantError
    return error(
        translation_domain=DOMAIN,
        translation_key="command_failed",
        translation_placeholders={
            "code": code,
            "message": response.error.message if response.error else response.outcome,
        },
    )


async def _async_publish(call: ServiceCall) -> None:
    entry = _entry(call)
    coordinator = entry.runtime_data.coordinator
    payload = _payload(call.data[ATTR_PAYLOAD])
    topic = _topic(coordinator.topics, call.data[ATTR_TOPIC])
    await coordinator.async_publish(
        Outgoing(topic, payload, call.data[ATTR_RETAIN], call.data[ATTR_QOS])
    )


def _payload(value: object) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    payload = text.encode()
    if len(payload) > MAX_JSON:
        raise _invalid("payload_too_large", limit=str(MAX_JSON))
    return payload


def _topic(topics: Topics, topic: str) -> str:
    """Return the whole of a topic that is given below the base, or whole already."""
    if topic.startswith("capability:"):
        if topics.parse(topic) is None:
            raise _invalid("invalid_topic", topic=topic)
        return topic
    path = topic.removeprefix(f"{topics.base}/")
    parts = path.split("/")
    if not all(parts) or not path.isprintable() or "+" in path or "#" in path:
        raise _invalid("invalid_topic", topic=topic)
    return f"{topics.base}/{path}"

"""Messages to and from the wire.

JSON objects in UTF-8, flat; the same fields around an inner ``payload`` object
(an envelope) are read too. Nothing here does I/O or keeps state.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
import json
import re
from typing import Annotated, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from . import messages
from .errors import BusError, DecodeError, ErrorCode
from .fields import Codec, InTopic, Raw
from .messages import Answer, Message, Meta
from .topics import Address, Kind, Topics
from .values import ErrorInfo

MAX_JSON: Final = 4 * 1024 * 1024  # bytes
MAX_RAW: Final = 64 * 1024  # bytes
MAX_HEAD: Final = 256 * 1024  # bytes of a message without its audio

MessageT = TypeVar("MessageT", bound=Message)

_CLASSES: Final[Mapping[Kind, type[Message]]] = {
    each.KIND: each
    for each in vars(messages).values()
    if isinstance(each, type) and issubclass(each, Message) and hasattr(each, "KIND")
}

#: The request that a capability topic carries.
CAPABILITIES: Final[Mapping[str, Kind]] = {
    "speech_to_text": Kind.STT_REQUEST,
    "text_to_speech": Kind.TTS_REQUEST,
    "natural_language_processing": Kind.AI_REQUEST,
}
_AUDIO: Final = re.compile(rb'"audio_data"\s*:\s*"')


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to be published."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


@dataclass(frozen=True, slots=True)
class _FieldSpec:
    name: str
    wire: str
    required: bool
    codec: Codec | InTopic | Raw


def _spec(item: Field[object], hint: object) -> _FieldSpec | None:
    if get_origin(hint) is not Annotated:
        return None
    codec = cast(Codec | InTopic | Raw, get_args(hint)[1])
    wire = codec.name if isinstance(codec, Codec) and codec.name else item.name
    required = item.default is MISSING and item.default_factory is MISSING
    return _FieldSpec(item.name, wire, required, codec)


def _specs_of(cls: type[Message] | type[Meta]) -> tuple[_FieldSpec, ...]:
    hints = get_type_hints(cls, include_extras=True)
    found = (_spec(item, hints[item.name]) for item in fields(cls))
    return tuple(spec for spec in found if spec is not None)


_SPECS: Final[Mapping[type[Message] | type[Meta], tuple[_FieldSpec, ...]]] = {
    Meta: _specs_of(Meta),
    **{cls: _specs_of(cls) for cls in _CLASSES.values()},
}

_RESERVED: Final = frozenset(spec.wire for spec in _SPECS[Meta])


def class_of(address: Address) -> type[Message] | None:
    """Return the class of the message at an address, or None where there is none."""
    if address.kind is Kind.CAPABILITY:
        kind = CAPABILITIES.get(address.params["capability"])
        return _CLASSES[kind] if kind else None
    return _CLASSES.get(address.kind)


def peek(payload: bytes, name: str) -> str | None:
    """Return a short text field out of raw JSON without parsing it."""
    found = re.search(rb'"%s"\s*:\s*"([!-\[\]-~]{1,128}?)"' % name.encode(), payload)
    return found[1].decode("ascii") if found else None


def _without_audio(payload: bytes) -> bytes:
    """Return JSON with its base64 cut out: finding its end costs far less than parsing it."""
    if (found := _AUDIO.search(payload)) is None:
        return payload
    end = payload.find(b'"', found.end())
    return payload if end < 0 else payload[: found.end()] + payload[end:]


def read_meta(payload: bytes) -> Meta:
    """Return a message's reserved fields, the others but its audio as extra.

    Raises DecodeError.
    """
    head = _without_audio(payload)
    if len(head) > MAX_HEAD:
        raise DecodeError(ErrorCode.TOO_LARGE, f"{len(head)} bytes beside the audio")
    return _meta(_parse_object(head))


def _parse_object(payload: bytes) -> dict[str, object]:
    if len(payload) > MAX_JSON:
        raise DecodeError(
            ErrorCode.TOO_LARGE, f"{len(payload)} bytes; at most {MAX_JSON} are taken"
        )
    try:
        parsed = json.loads(payload.decode())  # bytes may be in other encodings, or in none
    except (ValueError, RecursionError) as err:
        raise DecodeError(ErrorCode.INVALID_JSON, "the payload is not JSON") from err
    if not isinstance(parsed, dict):
        raise DecodeError(ErrorCode.NOT_AN_OBJECT, "the payload is not a JSON object")
    inner = parsed.get("payload")
    if isinstance(inner, dict):
        outer = {key: value for key, value in parsed.items() if key != "payload"}
        return {**outer, **inner}
    return parsed


def _decode_fields(cls: type[Message] | type[Meta], wire: dict[str, object]) -> dict[str, object]:
    """Take a class's fields out of a JSON object; what stays in it is unknown."""
    values: dict[str, object] = {}
    for spec in _SPECS[cls]:
        if not isinstance(spec.codec, Codec):
            continue
        value = wire.pop(spec.wire, None)
        if value is None:
            if spec.required:
                raise DecodeError(ErrorCode.MISSING_FIELD, f"{spec.wire} is missing")
            continue
        try:
            values[spec.name] = spec.codec.decode(value)
        except DecodeError as err:
            raise DecodeError(err.code, f"{spec.wire}: {err.message}") from err
    return values


def decode(topics: Topics, topic: str, payload: bytes) -> Message | None:
    """Return the message on a topic, or None when it is not ours; raises DecodeError."""
    address = topics.parse(topic)
    cls = class_of(address) if address else None
    return decode_as(cls, address.params, payload) if address and cls else None


def decode_as(cls: type[Message], params: Mapping[str, str], payload: bytes) -> Message:
    """Return a payload as a message of a class; raises DecodeError."""
    specs = _SPECS[cls]
    values: dict[str, object] = {
        spec.name: params[spec.name] for spec in specs if isinstance(spec.codec, InTopic)
    }
    for spec in specs:
        if isinstance(spec.codec, Raw):
            if len(payload) > MAX_RAW:
                raise DecodeError(
                    ErrorCode.TOO_LARGE, f"a chunk of {len(payload)} bytes; at most {MAX_RAW}"
                )
            return cls(**{**values, spec.name: payload})  # type: ignore[arg-type]
    return _from_wire(cls, values, _parse_object(payload))


def decode_stored(cls: type[MessageT], stored: Mapping[str, object]) -> MessageT:
    """Return a message whose payload was parsed already; raises DecodeError."""
    return _from_wire(cls, {}, dict(stored))


def _from_wire(cls: type[MessageT], values: dict[str, object], wire: dict[str, object]) -> MessageT:
    values |= _decode_fields(cls, wire)
    values["meta"] = _meta(wire)
    return cls(**values)  # type: ignore[arg-type]


def _meta(wire: dict[str, object]) -> Meta:
    """Return the reserved fields of a message, most of which have none."""
    if _RESERVED.isdisjoint(wire):
        return Meta(extra=wire)
    return Meta(**_decode_fields(Meta, wire), extra=wire)  # type: ignore[arg-type]


def _encode_fields(item: Message | Meta) -> dict[str, object]:
    wire = {}
    for spec in _SPECS[type(item)]:
        value = getattr(item, spec.name)
        if (isinstance(spec.codec, Codec) and value not in (None, (), {})) or (
            isinstance(spec.codec, Codec) and spec.required
        ):
            wire[spec.wire] = spec.codec.encode(value)
    return wire


def encode_payload(message: Message) -> bytes:
    """Return a message's payload."""
    for spec in _SPECS[type(message)]:
        if isinstance(spec.codec, Raw):
            return cast(bytes, getattr(message, spec.name))
    wire = {**_encode_fields(message), **_encode_fields(message.meta), **message.meta.extra}
    return json.dumps(wire, separators=(",", ":")).encode()


def topic_params(message: Message) -> dict[str, str]:
    """Return the ids that a message's topic spells."""
    specs = _SPECS[type(message)]
    return {spec.name: getattr(message, spec.name) for spec in specs if spec.codec == InTopic()}


def encode(topics: Topics, message: Message) -> Outgoing:
    """Return a message as it is published."""
    specs = _SPECS[type(message)]
    topic = topics.build(message.KIND, **topic_params(message))
    qos = 0 if any(isinstance(s.codec, Raw) for s in specs) else message.QOS
    return Outgoing(topic, encode_payload(message), message.RETAIN, qos)


#: Where the answer to a request goes, and so where its errors are told.
ANSWERS: Final[Mapping[Kind, type[Answer]]] = {
    Kind.REGISTER: messages.QueryResponse,
    Kind.UNREGISTER: messages.QueryResponse,
    Kind.QUERY: messages.QueryResponse,
    Kind.STT_REQUEST: messages.SttResponse,
    Kind.AI_REQUEST: messages.AiResponse,
    Kind.TTS_REQUEST: messages.TtsResponse,
    Kind.COMMAND_ROUTE: messages.CommandResponse,
    Kind.AUDIO_START: messages.CommandResponse,
    Kind.DEVICE_COMMAND: messages.DeviceResponse,
    Kind.HA_COMMAND: messages.HaResponse,
    Kind.ADMIN: messages.AdminResponse,
}


def error_answer(
    kind: Kind, params: Mapping[str, str], meta: Meta, error: BusError
) -> Answer | None:
    """Return the answer that tells of an error, or None where a kind of message has none.

    The answer to a message with an id in its topic goes to the topic of the same id.
    """
    answer = ANSWERS.get(kind)
    if answer is None:
        return None
    named = {spec.name: params[spec.name] for spec in _SPECS[answer] if spec.codec == InTopic()}
    info = ErrorInfo(error.code.value, error.message)
    return answer(meta=meta, error=info, **named)  # type: ignore[arg-type]

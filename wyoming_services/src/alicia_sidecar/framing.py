"""Reads Wyoming events from a stream that may hold anything.

The protocol package's own reader takes any length it is told, and ends a connection silently
on a line that isn't JSON.
"""

import asyncio
import json
from typing import Any, Final

from wyoming.event import Event

from alicia_bus.errors import DecodeError, ErrorCode

from .limits import Limits

_LENGTHS: Final = ("data_length", "payload_length")


async def read_event(reader: asyncio.StreamReader, limits: Limits) -> Event | None:
    """Return the next event, None at the end of the stream; raises DecodeError, TimeoutError."""
    async with asyncio.timeout(limits.idle or None):
        line = await _read_line(reader, limits)
    if line is None:
        return None
    header = _parse_object(line)
    data_length, payload_length = (_read_length(header, name) for name in _LENGTHS)
    _check_length("data", data_length, limits.data)
    _check_length("payload", payload_length, limits.payload)
    kind, data = _read_type(header), _read_data(header)
    try:
        async with asyncio.timeout(limits.stalled):
            if data_length:
                data = {**data, **_parse_object(await reader.readexactly(data_length))}
            payload = await reader.readexactly(payload_length) if payload_length else None
    except asyncio.IncompleteReadError:
        return None
    return Event(kind, data, payload)


async def _read_line(reader: asyncio.StreamReader, limits: Limits) -> bytes | None:
    """A stream that ends within a line holds no event there."""
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise DecodeError(ErrorCode.TOO_LARGE, f"a line of more than {limits.line} bytes") from None


def _parse_object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise DecodeError(ErrorCode.INVALID_JSON, "an event that is not JSON") from None
    if not isinstance(value, dict):
        raise DecodeError(ErrorCode.NOT_AN_OBJECT, "an event that is not a JSON object")
    return value


def _read_length(header: dict[str, Any], name: str) -> int:
    value = header.get(name)
    if value is None:
        return 0
    if type(value) is not int or value < 0:
        raise DecodeError(ErrorCode.INVALID_FIELD, f"{name} is not a length")
    return value


def _check_length(part: str, length: int, limit: int) -> None:
    if length > limit:
        raise DecodeError(
            ErrorCode.TOO_LARGE, f"{part} of {length} bytes; {limit} bytes are accepted"
        )


def _read_type(header: dict[str, Any]) -> str:
    kind = header.get("type")
    if kind is None:
        raise DecodeError(ErrorCode.MISSING_FIELD, "an event without type")
    if not isinstance(kind, str):
        raise DecodeError(ErrorCode.INVALID_FIELD, "type is not a string")
    return kind


def _read_data(header: dict[str, Any]) -> dict[str, Any]:
    data = header.get("data")
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise DecodeError(ErrorCode.NOT_AN_OBJECT, "data is not an object")
    return data

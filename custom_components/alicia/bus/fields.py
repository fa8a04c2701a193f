"""What a field of a message looks like on the wire, and what it is in Python.

A message annotates each field with a `Codec`; the codec's `decode` raises
`DecodeError` for a value that is not of its kind.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import math
from typing import Final, cast

from .errors import DecodeError, ErrorCode
from .topics import is_id

MAX_TEXT: Final = 8_192  # characters
MAX_CORRELATION: Final = 128  # characters
MAX_DEPTH: Final = 16  # objects and lists within each other


@dataclass(frozen=True, slots=True)
class Codec:
    """Turns one JSON value into one Python value, and back."""

    decode: Callable[[object], object]
    encode: Callable[[object], object] = lambda value: value
    name: str | None = None  # on the wire, when it differs


@dataclass(frozen=True, slots=True)
class InTopic:
    """Marks a field that the topic carries, not the payload."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Marks the field that is the whole payload, as bytes."""


def invalid(expected: str) -> DecodeError:
    """Return the error for a value that is not what was expected."""
    return DecodeError(ErrorCode.INVALID_FIELD, f"expected {expected}")


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise invalid(f"text of at most {MAX_TEXT} characters")
    try:
        value.encode()
    except UnicodeEncodeError as err:
        raise invalid("text without lone surrogates") from err
    return value


def _id(value: object) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise invalid("an id of 1 to 64 of a-z, 0-9, _ and -")
    return value


def _correlation(value: object) -> str:
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= MAX_CORRELATION
        or not all("!" <= char <= "~" for char in value)
    ):
        raise invalid(f"1 to {MAX_CORRELATION} printable ASCII characters without a space")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid("a number")
    try:
        number = float(value)
    except OverflowError as err:
        raise invalid("a finite number") from err
    if not math.isfinite(number):
        raise invalid("a finite number")
    return number


def _integer(value: object) -> int:
    number = _number(value)
    if number != int(number) or abs(number) > 2**53:
        raise invalid("a whole number")
    return int(number)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid("true or false")
    return value


def _parts(value: object) -> Iterable[object]:
    """Return what is inside a JSON value; raises for one that not every reader can take."""
    if isinstance(value, dict):
        return (*value, *value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        _text(value)
    elif isinstance(value, float):
        _number(value)
    return ()


def _check_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [part for each in level for part in _parts(each)]
    if level:
        raise invalid(f"at most {MAX_DEPTH} objects and lists within each other")


def as_object(value: object) -> Mapping[str, object]:
    """Return a JSON object as a mapping, fit to be sent on or stored."""
    if not isinstance(value, dict):
        raise invalid("an object")
    _check_depth(value)
    return cast(Mapping[str, object], value)


def as_list(value: object) -> list[object]:
    """Return a JSON list."""
    if not isinstance(value, list):
        raise invalid("a list")
    return cast(list[object], value)


def _base64(value: object) -> bytes:
    if not isinstance(value, str):
        raise invalid("base64 text")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as err:
        raise invalid("base64 text") from err


def number_within(low: float, high: float) -> Codec:
    """Return the codec of a number that is no less and no more than this."""

    def decode(value: object) -> float:
        number = _number(value)
        if not low <= number <= high:
            raise invalid(f"a number from {low:g} to {high:g}")
        return number

    return Codec(decode)


def many(item: Callable[[object], object]) -> Callable[[object], object]:
    """Return the decoder of a list of what an item decoder takes."""
    return lambda value: tuple(item(each) for each in as_list(value))


TEXT: Final = Codec(_text)
ID: Final = Codec(_id)
CORRELATION: Final = Codec(_correlation)
NUMBER: Final = Codec(_number)
INTEGER: Final = Codec(_integer)
FLAG: Final = Codec(_flag)
OBJECT: Final = Codec(as_object, lambda value: dict(cast(Mapping[str, object], value)))
TEXTS: Final = Codec(many(_text), lambda value: list(cast(tuple[str, ...], value)))
TEXT_OR_TEXTS: Final = Codec(
    lambda value: many(_text)([value] if isinstance(value, str) else value),
    lambda value: list(cast(tuple[str, ...], value)),
)
IDS: Final = Codec(many(_id), lambda value: list(cast(tuple[str, ...], value)))
OBJECTS: Final = Codec(
    many(as_object), lambda value: [dict(each) for each in cast(tuple[Mapping[str, object]], value)]
)
AUDIO: Final = Codec(
    _base64, lambda value: base64.b64encode(cast(bytes, value)).decode("ascii"), "audio_data"
)

"""Errors of the bus and the codes that its answers carry."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong with a request, as ``error.code`` in its answer."""

    INVALID_JSON = "invalid_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    TOO_LARGE = "too_large"
    UNSUPPORTED_AUDIO = "unsupported_audio"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    EXPIRED = "expired"
    CLOCK_SKEW = "clock_skew"
    BUSY = "busy"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    NO_TEXT = "no_text"
    CANCELLED = "cancelled"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    CONFLICT = "conflict"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


class BusError(Exception):
    """Any failure that the bus can put into an answer."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DecodeError(BusError):
    """A message of ours that is malformed."""


class StaleError(BusError):
    """A request that came too late, or claims to come from the future."""


class AudioError(BusError):
    """Audio in a shape that the bus does not carry."""


class CommandError(BusError):
    """A well-formed request that could not be done."""

"""Takes fields out of Wyoming events, whatever a client put there."""

from wyoming.event import Event

from alicia_bus.errors import DecodeError, ErrorCode


def read_text(event: Event, name: str) -> str | None:
    """Return an optional text field; raises DecodeError where it is something else."""
    value = event.data.get(name)
    if value is not None and not isinstance(value, str):
        raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type}: {name} is not text")
    return value


def require_text(event: Event, name: str) -> str:
    """Return a text field that must be there; raises DecodeError."""
    value = read_text(event, name)
    if value is None:
        raise DecodeError(ErrorCode.MISSING_FIELD, f"{event.type}: {name} is missing")
    return value


def read_texts(event: Event, name: str) -> list[str]:
    """Return an optional list of texts; raises DecodeError where it is something else."""
    value = event.data.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type}: {name} is not a list of texts")
    return value

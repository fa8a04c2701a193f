"""Values inside messages that have a shape of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from .errors import ErrorCode
from .fields import NUMBER, TEXT, Codec, as_list, as_object, invalid


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """Why a request failed, as its answer says it."""

    code: str
    message: str


def _error(value: object) -> ErrorInfo:
    found = as_object(value)
    code, message = found.get("code"), found.get("message")
    if not isinstance(code, str) or not isinstance(message, str):
        raise invalid("an object with code and message")
    return ErrorInfo(code, message)


def _error_out(value: object) -> object:
    error = cast(ErrorInfo, value)
    code = error.code.value if isinstance(error.code, ErrorCode) else error.code
    return {"code": code, "message": error.message}


ERROR: Final = Codec(_error, _error_out)


#: Most capabilities have none, and a house has thousands of them.
NO_PARAMETERS: Final[Mapping[str, object]] = {}


def _capabilities(value: object) -> Mapping[str, object]:
    """Names, or objects with a ``name`` and parameters, become name -> parameters."""
    found: dict[str, object] = {}
    for each in as_list(value):
        entry = {"name": each} if isinstance(each, str) else as_object(each)
        name = TEXT.decode(entry.get("name"))
        parameters = {key: entry[key] for key in entry if key != "name"}
        found[cast(str, name)] = parameters or NO_PARAMETERS
    return found


def _capabilities_out(value: object) -> object:
    capabilities = cast(Mapping[str, Mapping[str, object]], value)
    return [{"name": name, **more} if more else name for name, more in capabilities.items()]


CAPABILITIES: Final = Codec(_capabilities, _capabilities_out)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a voice session: what came of it, and how long it took."""

    stage: str
    outcome: str
    duration_ms: float


def _stages(value: object) -> tuple[Stage, ...]:
    found = []
    for each in as_list(value):
        entry = as_object(each)
        name, outcome = TEXT.decode(entry.get("stage")), TEXT.decode(entry.get("outcome"))
        took = NUMBER.decode(entry.get("duration_ms"))
        found.append(Stage(cast(str, name), cast(str, outcome), cast(float, took)))
    return tuple(found)


def _stages_out(value: object) -> object:
    return [
        {"stage": each.stage, "outcome": each.outcome, "duration_ms": each.duration_ms}
        for each in cast(tuple[Stage, ...], value)
    ]


STAGES: Final = Codec(_stages, _stages_out)

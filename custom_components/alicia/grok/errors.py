"""What may go wrong with Grok: how it is known, and what it means to whoever waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final


class Kind(StrEnum):
    """What went wrong; the value is the key of a sentence for the user."""

    AUTH = "grok_auth"
    BLOCKED = "grok_blocked"
    NO_CREDITS = "grok_no_credits"
    SPENT = "grok_spent"
    RATE_LIMITED = "grok_rate_limited"
    MODEL_GONE = "grok_model_gone"
    WRONG_ADDRESS = "grok_wrong_address"
    SERVER = "grok_server"
    INVALID = "grok_invalid"
    CONNECTION = "grok_connection"
    TIMEOUT = "grok_timeout"
    CUT = "grok_cut"
    FAILED = "grok_failed"
    ANSWER_TOO_LONG = "grok_answer_too_long"
    PROMPT_TOO_LONG = "grok_prompt_too_long"
    TOOK_TOO_LONG = "grok_took_too_long"
    TOO_MANY_STEPS = "grok_too_many_steps"
    NOT_AS_ASKED = "grok_not_as_asked"
    SEES_NOTHING = "grok_sees_nothing"


class GrokError(Exception):
    """Grok did not answer. Nothing that the server wrote is kept: it may repeat the key."""

    def __init__(
        self,
        kind: Kind,
        status: int | None = None,
        *,
        retry_after: float | None = None,
        rejected: str | None = None,
    ) -> None:
        super().__init__(kind.value if status is None else f"{kind.value} ({status})")
        self.kind = kind
        self.status = status
        #: s
        self.retry_after = retry_after
        #: the field of the request that the server does not take
        self.rejected = rejected


@dataclass(frozen=True, slots=True)
class _Row:
    kind: Kind
    statuses: range
    text: re.Pattern[str] | None = None


def _row(kind: Kind, first: int, last: int, text: str = "") -> _Row:
    pattern = re.compile(text, re.IGNORECASE) if text else None
    return _Row(kind, range(first, last + 1), pattern)


#: The first row that fits counts. A wrong key is a 400; a team without credits a 403 or a 429.
_ROWS: Final = (
    # xAI leads nowhere else; a hotel's network may.
    _row(Kind.SERVER, 300, 399),
    _row(Kind.AUTH, 400, 400, r"api key"),
    _row(Kind.AUTH, 401, 401),
    _row(Kind.NO_CREDITS, 402, 402),
    _row(Kind.NO_CREDITS, 403, 429, r"credits|spending limit"),
    _row(Kind.BLOCKED, 403, 403),
    _row(Kind.MODEL_GONE, 400, 404, r"model not found|model .*does not exist"),
    _row(Kind.WRONG_ADDRESS, 404, 404),
    _row(Kind.PROMPT_TOO_LONG, 400, 400, r"maximum prompt length"),
    _row(Kind.RATE_LIMITED, 429, 429),
    _row(Kind.SERVER, 500, 599),
)

#: What a 400 names, and the field of a request that is meant.
_REJECTED: Final = (
    (re.compile(r"could not dec(?:rypt|ode)|encrypted_content", re.IGNORECASE), "encrypted"),
    (re.compile(r"reasoning ?effort", re.IGNORECASE), "reasoning"),
    (re.compile(r"Argument not supported: (\w+)"), None),
    (re.compile(r"does not support parameter (\w+)"), None),
)
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

#: Why a response ended before its time, in xAI's words.
_INCOMPLETE: Final[Mapping[object, Kind]] = {
    "max_output_tokens": Kind.ANSWER_TOO_LONG,
    "max_prompt_tokens": Kind.PROMPT_TOO_LONG,
    "max_time_limit": Kind.TOOK_TOO_LONG,
}


def error_of(status: int, text: str, headers: Mapping[str, str]) -> GrokError:
    """Return the error that an answer other than the one hoped for is."""
    kind = next((row.kind for row in _ROWS if _fits(row, status, text)), Kind.INVALID)
    return GrokError(
        kind,
        status,
        retry_after=_seconds(headers.get("Retry-After")),
        rejected=_rejected(text) if status == 400 and kind is Kind.INVALID else None,
    )


def incomplete(reason: object) -> GrokError:
    """Return the error that a response is which ended before its time."""
    return GrokError(_INCOMPLETE.get(reason, Kind.FAILED))


def _fits(row: _Row, status: int, text: str) -> bool:
    return status in row.statuses and (row.text is None or row.text.search(text) is not None)


def _seconds(value: str | None) -> float | None:
    """Return what a Retry-After says; a date is as good as nothing."""
    try:
        return None if value is None else max(0.0, float(value))
    except ValueError:
        return None


def _rejected(text: str) -> str | None:
    for pattern, field in _REJECTED:
        if found := pattern.search(text):
            return field or _HUMP.sub("_", found[1]).lower()
    return None

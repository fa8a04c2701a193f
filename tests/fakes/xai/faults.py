"""What can go wrong, a row each. To add one, add a row."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .account import Account, blocked, incorrect, without_key
from .refusals import (
    Known,
    Refusal,
    invalid,
    no_credits,
    no_such_model,
    not_decryptable,
    too_many,
)
from .request import Request, type_of


class Where(StrEnum):
    """At which point of an answer it goes wrong."""

    INSTEAD = "instead of an answer"
    BEFORE_HEADERS = "before the status line"
    AT_START = "before the first output item"
    MID_STREAM = "after the first piece of text or of arguments"
    MID_ARGUMENTS = "in the middle of a function call's arguments"
    BEFORE_END = "before the last event"


class How(StrEnum):
    """What happens then."""

    REFUSE = "another status"
    STALL = "nothing more comes"
    CUT = "the connection breaks"
    INCOMPLETE = "response.incomplete"
    FAILED = "response.failed"
    ERROR = "an error event"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a refusal is made from."""

    account: Account
    model: str
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to go wrong."""

    how: How
    where: Where = Where.MID_STREAM
    refusal: Callable[[Occasion], Refusal] | None = None
    #: Why a response is incomplete.
    reason: str = ""
    #: Which requests it can happen to.
    needs: Callable[[Request], bool] | None = None


_PAGE: Final = "<!DOCTYPE html><html><title>Bad gateway</title><h1>502 Bad Gateway</h1></html>"


def _refuse(refusal: Callable[[Occasion], Refusal]) -> Fault:
    return Fault(How.REFUSE, Where.INSTEAD, refusal)


def _server(status: int, text: str) -> Fault:
    return _refuse(lambda _: Refusal(status, "internal", text, Known.STRICTER))


def _page(status: int) -> Fault:
    return _refuse(lambda _: Refusal(status, "", _PAGE, Known.STRICTER, plain=True))


def _has_secret(request: Request) -> bool:
    return any(
        type_of(item) == "reasoning" and item.get("encrypted_content") for item in request.items
    )


def _has_effort(request: Request) -> bool:
    return request.effort is not None


FAULTS: Final = {
    "bad_key": _refuse(lambda it: incorrect(it.account.key)),
    "no_key": _refuse(lambda _: without_key()),
    "blocked": _refuse(lambda _: blocked()),
    "no_credits": _refuse(lambda it: no_credits(it.account.team)),
    "no_credits_429": _refuse(lambda it: no_credits(it.account.team, 429)),
    "model_retired": _refuse(lambda it: no_such_model(it.model, it.account.team)),
    "rate_limited": _refuse(lambda it: too_many(it.account.team, it.model, it.retry_after)),
    "server_error": _server(500, "Internal server error."),
    "bad_gateway": _page(502),
    "unavailable": _server(503, "The service is currently unavailable."),
    "html_page": _page(200),
    "undecryptable": Fault(
        How.REFUSE, Where.INSTEAD, lambda _: not_decryptable(), needs=_has_secret
    ),
    "effort_refused": Fault(
        How.REFUSE,
        Where.INSTEAD,
        lambda it: invalid(f"Model {it.model} does not support parameter reasoningEffort."),
        needs=_has_effort,
    ),
    "stall_before_headers": Fault(How.STALL, Where.BEFORE_HEADERS),
    "stall_at_start": Fault(How.STALL, Where.AT_START),
    "stall_mid_stream": Fault(How.STALL),
    "cut_before_headers": Fault(How.CUT, Where.BEFORE_HEADERS),
    "cut_mid_stream": Fault(How.CUT),
    "cut_mid_arguments": Fault(How.CUT, Where.MID_ARGUMENTS),
    "cut_before_end": Fault(How.CUT, Where.BEFORE_END),
    "incomplete_output": Fault(How.INCOMPLETE, reason="max_output_tokens"),
    "incomplete_prompt": Fault(How.INCOMPLETE, Where.AT_START, reason="max_prompt_tokens"),
    "incomplete_time": Fault(How.INCOMPLETE, reason="max_time_limit"),
    "failed": Fault(How.FAILED, Where.AT_START),
    "failed_mid_stream": Fault(How.FAILED),
    "error_event": Fault(How.ERROR),
}

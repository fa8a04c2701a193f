"""What a request is refused with: status, code and text, and how it is known that it is.

The texts of this file are xAI's. Where a status was seen and its text was not, the check that
gives it has words of its own: a client must not lean on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import json


class Known(StrEnum):
    """How it is known that xAI refuses something."""

    SEEN = "seen"  # somebody got this answer from xAI
    DOCUMENTED = "documented"  # xAI's pages or its OpenAPI description say so
    #: xAI is not known to refuse it, or known not to; a client of ours had better not do it.
    STRICTER = "stricter"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer instead of what was asked for."""

    status: int
    code: str
    text: str
    known: Known = Known.SEEN
    headers: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False

    @property
    def body(self) -> bytes:
        """What goes over the wire; a code that is empty is left out, as xAI sometimes does."""
        if self.plain:
            return self.text.encode()
        code = {"code": self.code} if self.code else {}
        return json.dumps({**code, "error": self.text}).encode()

    @property
    def content_type(self) -> str:
        """Of the body."""
        if not self.plain:
            return "application/json"
        return "text/html" if self.text.startswith("<") else "text/plain"


class RefusedError(Exception):
    """A request is answered with a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def invalid(text: str, known: Known = Known.SEEN) -> Refusal:
    """Return the refusal of an argument."""
    return Refusal(400, "invalid-argument", text, known)


def unsupported(argument: str, known: Known = Known.SEEN) -> Refusal:
    """Return the refusal of an argument that exists elsewhere."""
    return invalid(f"Argument not supported: {argument}", known)


def malformed(text: str) -> Refusal:
    """Return the refusal of a field of the wrong type, or of one that is missing."""
    found = f"Failed to deserialize the JSON body into the target type: {text}"
    return Refusal(422, "invalid-argument", found)


def no_such_route() -> Refusal:
    """Return the answer to a path that leads nowhere."""
    text = (
        "No handler found on route. Please double check your URL and consult "
        "https://api.x.ai/docs for more information."
    )
    return Refusal(404, "not-found", text)


def no_such_model(name: str, team: str) -> Refusal:
    """Return the answer to the name of a model that is gone."""
    text = (
        f"The model {name} does not exist or your team {team} does not have access to it. "
        "If you believe this is a mistake, please contact support and quote your team ID "
        "and the model name."
    )
    return Refusal(404, "not-found", text)


def no_live_search() -> Refusal:
    """Return the answer to the parameters of the old search."""
    text = (
        "Live search is deprecated. Please switch to the Agent Tools API: "
        "https://docs.x.ai/docs/guides/tools/overview"
    )
    return Refusal(410, "", text)


def not_decryptable() -> Refusal:
    """Return the answer to reasoning that was not made here, or for another model."""
    return invalid(
        "Could not decrypt the provided encrypted_content. Ensure the value is the unmodified "
        "encrypted_content from a previous response."
    )


def no_credits(team: str, status: int = 403) -> Refusal:
    """Return the answer to a team that has spent all it may; xAI has used 403 and 429."""
    code = "permission-denied" if status == 403 else "resource-exhausted"
    text = (
        f"Your team {team} has either used all available credits or reached its monthly "
        "spending limit. To continue making API requests, please purchase more credits or "
        "raise your spending limit."
    )
    return Refusal(status, code, text)


def too_many(team: str, model: str, after: float | None = None) -> Refusal:
    """Return the answer to a team that asks too often."""
    text = (
        f"Too many requests for team {team} and model {model}. Your team's rate limit is — "
        "Requests per Second (actual/limit): 2/2."
    )
    headers = {} if after is None else {"Retry-After": f"{after:g}"}
    return Refusal(429, "resource-exhausted", text, headers=headers)

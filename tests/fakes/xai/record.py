"""What was asked and what came of it, for tests to look at; no key is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .account import masked
from .refusals import Refusal
from .request import Json, Request
from .tokens import Usage
from .turns import Turn

_BEARER = "Bearer "


@dataclass(slots=True)
class Record:
    """One request."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    #: The client's port: requests with the same one came over the same connection.
    connection: int
    at: float  # s, the event loop's clock
    body: Json | None = None
    request: Request | None = None
    #: Everything that is wrong with it, also what a lenient server let pass.
    refusals: list[Refusal] = field(default_factory=list)
    status: int | None = None
    turn: Turn | None = None
    usage: Usage | None = None
    cost_in_usd_ticks: int = 0
    #: The types of the events that were sent.
    events: list[str] = field(default_factory=list)
    #: Whether the answer came to its end, be it a refusal.
    complete: bool = False

    @property
    def input(self) -> Any:
        """The input as it came."""
        return self.body["input"] if self.body else None


def without_key(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the key masked."""
    found = dict(headers)
    if given := found.get("Authorization"):
        found["Authorization"] = _BEARER + masked(given.removeprefix(_BEARER))
    return found

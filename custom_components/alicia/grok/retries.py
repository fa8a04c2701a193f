"""When a question is asked a second time, and how."""

from collections.abc import Mapping, MutableSet
from typing import Final

from .errors import GrokError, Kind
from .request import Json

#: s before another try, where the server doesn't say
_WAITS: Final[Mapping[Kind, float]] = {
    Kind.CONNECTION: 0.0,
    Kind.CUT: 0.0,
    Kind.FAILED: 0.0,
    Kind.SERVER: 0.5,
    Kind.RATE_LIMITED: 1.0,
}
#: s that somebody who has spoken may be kept waiting for another try
LONGEST: Final = 2.0

#: Reasoning that the server can't read: no field, but a kind of item of the input.
ENCRYPTED: Final = "encrypted"
#: Without these it would be another question.
_NEEDED: Final = frozenset({"input", "instructions", "model", "prompt", "stream", "tools"})


class Retries:
    """The tries of one question: one more for each of two reasons.

    A passing failure is tried again as it was; what the server doesn't take is left out. What a
    model doesn't take is remembered in a set that outlives the question.
    """

    def __init__(self, body: Json, refused: MutableSet[str]) -> None:
        self.body = {name: value for name, value in body.items() if name not in refused}
        self._refused = refused
        self._has_tried_again = False
        self._has_left_out = False

    def wait_after(self, err: GrokError) -> float | None:
        """Return the seconds after which to ask again, or None if that is no use."""
        if err.rejected is not None:
            return 0.0 if self._leave_out(err.rejected) else None
        wait = _WAITS.get(err.kind)
        if wait is not None and err.retry_after is not None:
            wait = err.retry_after
        if wait is None or wait > LONGEST or self._has_tried_again:
            return None
        self._has_tried_again = True
        return wait

    def _leave_out(self, name: str) -> bool:
        """Take out of the question what was named; tell whether it is another question now."""
        if self._has_left_out:
            return False
        self._has_left_out = True
        if name == ENCRYPTED:
            items = [item for item in self.body.get("input", ()) if item.get("type") != "reasoning"]
            less = self.body | {"input": items}
        else:
            less = {key: value for key, value in self.body.items() if key != name}
        if less == self.body or name in _NEEDED:
            return False
        if name != ENCRYPTED:
            self._refused.add(name)
        self.body = less
        return True

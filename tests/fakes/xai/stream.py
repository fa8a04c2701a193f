"""One answer as a stream, up to its end or to what goes wrong."""

from collections.abc import Callable, Iterator, Sequence
import random
from typing import Final

from .answer import Answer
from .events import closing, opening, output
from .faults import Fault, How, Where
from .request import Json
from .wire import Pen, Style

_PIECES: Final = {"response.output_text.delta", "response.function_call_arguments.delta"}
_ARGUMENTS: Final = {"response.function_call_arguments.delta"}

#: How an answer that didn't fully come is called, and what is said of it.
ENDS: Final[dict[How, tuple[str, Callable[[Fault], Json]]]] = {
    How.INCOMPLETE: ("incomplete", lambda it: {"incomplete_details": {"reason": it.reason}}),
    How.FAILED: (
        "failed",
        lambda _: {"error": {"code": "server_error", "message": "The model failed to answer."}},
    ),
}


class BrokenError(Exception):
    """Nothing more is to be said."""

    def __init__(self, how: How) -> None:
        super().__init__(how)
        self.how = how


class Stream:
    """The bytes of an answer."""

    def __init__(
        self, answer: Answer, fault: Fault | None, style: Style, rng: random.Random
    ) -> None:
        self._answer = answer
        self._fault = fault
        self._pen = Pen(style, rng)
        self._torn: Json | None = None

    def pieces(self, sent: list[str]) -> Iterator[bytes]:
        """Yield bytes and note the events; raises BrokenError where the connection is to break."""
        for event in self._events():
            sent.append(event["type"])
            yield from self._pen.shred(self._pen.write(event))
        if self._fault and self._fault.how in {How.STALL, How.CUT}:
            yield from self._last_bytes()
            raise BrokenError(self._fault.how)
        yield from self._pen.shred(self._pen.end())
        yield self._pen.flush()

    def _events(self) -> Iterator[Json]:
        """Yield all whole events."""
        yield from opening(self._answer)
        events = list(
            self._pen.order(output(self._answer.items, self._pen.text, self._pen.arguments))
        )
        stop = self._stop(events)
        yield from events[:stop]
        self._torn = events[stop] if stop is not None and stop < len(events) else None
        if self._fault is None:
            yield from closing(self._answer)
        elif self._fault.how is How.ERROR:
            yield {"type": "error", "code": "server_error", "message": "An error.", "param": None}
        elif self._fault.how in ENDS:
            status, changes = ENDS[self._fault.how]
            response = {**self._answer.describe(status, **changes(self._fault)), "output": []}
            yield {"type": f"response.{status}", "response": response}

    def _stop(self, events: Sequence[Json]) -> int | None:
        """Return the index of the first event that is not sent."""
        if self._fault is None:
            return None
        if self._fault.where is Where.AT_START:
            return 0
        if self._fault.where is Where.BEFORE_END:
            return len(events)
        wanted = _ARGUMENTS if self._fault.where is Where.MID_ARGUMENTS else _PIECES
        places = [n for n, event in enumerate(events) if event["type"] in wanted]
        places = places or [n for n, event in enumerate(events) if event["type"] in _PIECES]
        if not places:
            return len(events)
        middle = places[len(places) // 2]
        return middle if self._fault.where is Where.MID_ARGUMENTS else middle + 1

    def _last_bytes(self) -> Iterator[bytes]:
        """Yield what was kept back, and half an event if it is torn."""
        yield self._pen.flush()
        if self._fault and self._fault.where is Where.MID_ARGUMENTS and self._torn:
            torn = self._pen.write(self._torn)
            yield torn[: len(torn) // 2]

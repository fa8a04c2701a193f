"""What the model is to do, turn by turn: a script in Python or in JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
import json
from typing import Any, Final

from .faults import FAULTS
from .request import Json, Request, text_of

RESPONSES: Final = "/v1/responses"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the client's functions."""

    name: str
    arguments: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """A call of a tool that runs at xAI; what it found is cited in the text."""

    query: str
    tool: str = "web_search"
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer, a fault, or both. With no part of an answer the brain thinks of one."""

    text: str | None = None
    calls: tuple[Call, ...] = ()
    searches: tuple[Search, ...] = ()
    reasoning: str = ""
    #: A name of faults.FAULTS.
    fault: str = ""
    #: s, for the faults that tell it
    retry_after: float | None = None
    #: Only for a request whose last user's message holds this.
    when: str = ""
    #: How often; 0 is always.
    times: int = 1
    path: str = RESPONSES

    def __post_init__(self) -> None:
        if self.fault and self.fault not in FAULTS:
            raise ValueError(f"no such fault: {self.fault}; there are {', '.join(FAULTS)}")

    @property
    def is_answer(self) -> bool:
        """Whether it says what to answer."""
        return self.text is not None or bool(self.calls or self.searches or self.reasoning)


@dataclass(slots=True)
class _Line:
    turn: Turn
    taken: int = 0


class Script:
    """The turns that are still to come; each is taken by the first request that it suits."""

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        self._lines = [_Line(turn) for turn in turns]

    def add(self, *turns: Turn) -> None:
        """Append turns."""
        self._lines += [_Line(turn) for turn in turns]

    def clear(self) -> None:
        """Drop what is left."""
        self._lines.clear()

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, path: str, request: Request | None = None) -> Turn | None:
        """Return the turn for a request and strike it off, if there is one."""
        for line in self._lines:
            if line.turn.path == path and _suits(line.turn, request):
                line.taken += 1
                if line.taken == line.turn.times:
                    self._lines.remove(line)
                return line.turn
        return None


def said(request: Request) -> str:
    """Return the last user's message."""
    spoken = (text_of(item) for item in reversed(request.items) if item.get("role") == "user")
    return next(spoken, "")


def _suits(turn: Turn, request: Request | None) -> bool:
    if request is None:
        return True
    needs = FAULTS[turn.fault].needs if turn.fault else None
    return turn.when in said(request) and (needs is None or needs(request))


_NAMES: Final = {each.name for each in fields(Turn)}


def read(text: str) -> list[Turn]:
    """Return the turns of a script in JSON: a list of objects with the fields of a Turn."""
    return [_turn(each) for each in json.loads(text)]


def _turn(given: dict[str, Any]) -> Turn:
    if unknown := given.keys() - _NAMES:
        raise ValueError(f"a turn has no {', '.join(sorted(unknown))}")
    parts = {
        "calls": tuple(Call(**each) for each in given.get("calls", ())),
        "searches": tuple(
            Search(**{**each, "urls": tuple(each.get("urls", ()))})
            for each in given.get("searches", ())
        ),
    }
    return Turn(**{**given, **parts})

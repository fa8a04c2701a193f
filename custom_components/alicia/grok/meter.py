"""What the answers of an agent take, counted."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from ..listeners import Listeners
from .errors import GrokError
from .request import Json
from .usage import MOST, NOTHING, Usage, believed
from .wire import SIGNS

#: Days whose sums are kept: a clock that was wrong for a while finds them again.
_DAYS: Final = 8

_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_WORDS: Final = frozenset({"response.output_text.delta", "response.function_call_arguments.delta"})


@dataclass(slots=True)
class Reply:
    """What has been seen of one answer."""

    asked_at: float
    has_begun: bool = False
    has_failed: bool = False
    #: s
    latency: float | None = None
    usage: Usage = NOTHING

    def hear(self, event: Json, now: float) -> None:
        """Take note of an event."""
        self.has_begun = self.has_begun or event["type"] in SIGNS
        if self.latency is None and event["type"] in _WORDS:
            self.latency = max(0.0, now - self.asked_at)
        response = event.get("response")
        if event["type"] in _ENDS and isinstance(response, Mapping):
            self.usage += Usage.read(response.get("usage"))


class Meter:
    """Counts what the answers of one agent take, and for whom it counts along.

    The clock tells seconds, and ``now`` the local time, by which days are told apart.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        whole: Meter | None = None,
    ) -> None:
        self._clock = clock
        self._now = now
        self._whole = whole
        #: By their dates. The sums of a day that the clock comes back to are still there.
        self._days: dict[date, Usage] = {}
        #: from when on it is counted
        self.since = now()
        self.total = NOTHING
        self.answers = 0
        self.failures = 0
        #: s to the first word of the last answer
        self.latency: float | None = None
        self.changes: Listeners[None] = Listeners()

    @property
    def today(self) -> Usage:
        """What was taken since midnight."""
        return self._days.get(self._now().date(), NOTHING)

    def add(self, usage: Usage) -> None:
        """Count what no answer in words has taken."""
        self.take(Reply(self._clock(), has_begun=True, usage=usage))

    def fail(self) -> None:
        """Count what was asked for in vain."""
        self.take(Reply(self._clock(), has_failed=True))

    async def async_count(self, events: AsyncGenerator[Json]) -> AsyncGenerator[Json]:
        """Yield the events of an answer, and count it however it ends."""
        reply = Reply(self._clock())
        try:
            async with aclosing(events):
                async for event in events:
                    reply.hear(event, self._clock())
                    yield event
        except GrokError:
            reply.has_failed = True
            raise
        finally:
            self.take(reply)

    def as_dict(self) -> dict[str, Any]:
        """Return what a restart must not lose."""
        return {
            "since": self.since.isoformat(),
            "answers": self.answers,
            "failures": self.failures,
            "total": asdict(self.total),
            "days": {day.isoformat(): asdict(usage) for day, usage in self._days.items()},
        }

    def restore(self, stored: object) -> None:
        """Go on from what was stored; what is damaged of it begins anew."""
        given = stored if isinstance(stored, Mapping) else {}
        days = given.get("days")
        self.since = _moment(given.get("since")) or self.since
        self.answers = believed(given.get("answers"), MOST)
        self.failures = believed(given.get("failures"), MOST)
        self.total = Usage.restore(given.get("total"))
        self._days = {
            moment.date(): Usage.restore(usage)
            for day, usage in (days.items() if isinstance(days, Mapping) else ())
            if (moment := _moment(day))
        }

    def take(self, reply: Reply) -> None:
        """Count an answer."""
        self.answers += reply.has_begun
        self.failures += reply.has_failed
        self.total += reply.usage
        self.latency = self.latency if reply.latency is None else reply.latency
        if reply.usage != NOTHING:
            today = self._now().date()
            self._days[today] = self._days.pop(today, NOTHING) + reply.usage
            if len(self._days) > _DAYS:
                del self._days[next(iter(self._days))]
        if self._whole is not None:
            self._whole.take(reply)
        self.changes.notify(None)


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None

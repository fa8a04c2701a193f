"""What is counted of answers, and what of a server's numbers is believed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.alicia.grok.errors import GrokError, Kind
from custom_components.alicia.grok.meter import Meter
from custom_components.alicia.grok.usage import NOTHING, Usage

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TOLD = {
    "input_tokens": 1000,
    "input_tokens_details": {"cached_tokens": 960},
    "output_tokens": 20,
    "cost_in_usd_ticks": 2_920_000,
}
TOOK = Usage(input=1000, cached=960, output=20, ticks=2_920_000)
WORD = {"type": "response.output_text.delta", "delta": "Hi"}
ADDED = {"type": "response.output_item.added", "item": {}}
DONE = {"type": "response.completed", "response": {"usage": TOLD}}


class Clocks:
    """A clock and a calendar that go on when they are told to."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.moment = NOON

    def clock(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.moment

    def meter(self, whole: Meter | None = None) -> Meter:
        return Meter(self.clock, self.now, whole)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


async def answer(
    clocks: Clocks, *events: dict[str, Any], error: Kind | None = None
) -> AsyncGenerator[dict[str, Any]]:
    for event in events:
        clocks.seconds += 0.5
        yield event
    if error:
        raise GrokError(error)


async def count(meter: Meter, events: AsyncGenerator[dict[str, Any]]) -> list[dict[str, Any]]:
    async with aclosing(meter.async_count(events)) as counted:
        return [event async for event in counted]


async def test_an_answer(clocks: Clocks) -> None:
    meter = clocks.meter()
    events = [{"type": "response.created"}, ADDED, WORD, WORD, DONE]
    assert await count(meter, answer(clocks, *events)) == events
    assert (meter.answers, meter.failures, meter.latency) == (1, 0, 1.5)
    assert meter.total == meter.today == TOOK
    assert meter.total.usd == 0.000292
    assert meter.today.cached_share == 0.96


async def test_answers_add_up(clocks: Clocks) -> None:
    whole = clocks.meter()
    meter, other = clocks.meter(whole), clocks.meter(whole)
    for each in (meter, meter, other):
        await count(each, answer(clocks, WORD, DONE))
    assert (meter.answers, meter.total) == (2, TOOK + TOOK)
    assert (whole.answers, whole.today) == (3, TOOK + TOOK + TOOK)


async def test_an_answer_that_is_cut_is_one_without_tokens(clocks: Clocks) -> None:
    meter = clocks.meter()
    with pytest.raises(GrokError):
        await count(meter, answer(clocks, ADDED, WORD, error=Kind.CUT))
    assert (meter.answers, meter.failures, meter.total) == (1, 1, NOTHING)


async def test_what_is_never_answered_is_no_answer(clocks: Clocks) -> None:
    meter = clocks.meter()
    with pytest.raises(GrokError):
        await count(meter, answer(clocks, error=Kind.TIMEOUT))
    assert (meter.answers, meter.failures, meter.latency) == (0, 1, None)


async def test_an_answer_that_nobody_waits_for_counts(clocks: Clocks) -> None:
    meter = clocks.meter()
    async with aclosing(meter.async_count(answer(clocks, ADDED, WORD, DONE))) as events:
        await anext(events)
    assert (meter.answers, meter.failures, meter.total) == (1, 0, NOTHING)


@pytest.mark.parametrize("end", ["response.incomplete", "response.failed"])
async def test_what_is_not_finished_is_billed(clocks: Clocks, end: str) -> None:
    meter = clocks.meter()
    unhappy = {"type": end, "response": {"usage": TOLD}}
    with pytest.raises(GrokError):
        await count(meter, answer(clocks, WORD, unhappy, error=Kind.ANSWER_TOO_LONG))
    assert meter.total == TOOK


async def test_a_thought_is_no_word(clocks: Clocks) -> None:
    meter = clocks.meter()
    thought = {"type": "response.reasoning_text.delta", "delta": "Hm"}
    await count(meter, answer(clocks, ADDED, thought, thought, WORD, DONE))
    assert meter.latency == 2.0


@pytest.mark.parametrize("response", [None, [], "x", {}, {"usage": None}, {"usage": []}])
async def test_an_answer_without_a_bill(clocks: Clocks, response: Any) -> None:
    meter = clocks.meter()
    await count(meter, answer(clocks, {"type": "response.completed", "response": response}))
    assert (meter.answers, meter.total) == (1, NOTHING)


@pytest.mark.parametrize(
    "odd",
    [-1, "7", None, True, float("nan"), float("inf"), -float("inf"), 10**30, [], {}, 1e300],
)
def test_odd_numbers_are_not_believed(odd: Any) -> None:
    for name in ("input_tokens", "output_tokens", "cost_in_usd_ticks"):
        rest = Usage.read({**TOLD, name: odd})
        field = {"input_tokens": "input", "output_tokens": "output"}.get(name, "ticks")
        assert getattr(rest, field) == 0
    assert Usage.read({**TOLD, "input_tokens_details": {"cached_tokens": odd}}).cached == 0
    assert Usage.read({**TOLD, "input_tokens_details": odd}).input == 1000
    assert Usage.read(odd) == NOTHING


def test_no_more_is_cached_than_was_read() -> None:
    assert Usage.read({**TOLD, "input_tokens_details": {"cached_tokens": 1001}}).cached == 0


def test_sums_have_an_end(clocks: Clocks) -> None:
    """A number beyond 64 bits could not be saved any more."""
    meter = clocks.meter()
    meter.restore({"total": {"ticks": 2**53 - 1}})
    meter.add(TOOK)
    assert meter.total.ticks == 2**53


def test_days_are_counted_apart(clocks: Clocks) -> None:
    meter = clocks.meter()
    meter.add(TOOK)
    clocks.moment += timedelta(hours=11, minutes=59)
    assert meter.today == TOOK
    clocks.moment += timedelta(minutes=1)
    assert meter.today == NOTHING
    assert meter.today.cached_share is None
    assert meter.total == TOOK


@pytest.mark.parametrize("days", [-6, 4000])
def test_a_clock_that_was_wrong_finds_its_day_again(clocks: Clocks, days: int) -> None:
    meter = clocks.meter()
    meter.add(TOOK)
    clocks.moment += timedelta(days=days)
    assert meter.today == NOTHING
    meter.add(TOOK)
    clocks.moment = NOON
    assert meter.today == TOOK


def test_old_days_are_forgotten(clocks: Clocks) -> None:
    meter = clocks.meter()
    for _ in range(100):
        meter.add(TOOK)
        clocks.moment += timedelta(days=1)
    assert len(meter.as_dict()["days"]) == 8


def test_it_goes_on_from_what_was_stored(clocks: Clocks) -> None:
    meter = clocks.meter()
    meter.add(TOOK)
    meter.fail()
    stored = json.loads(json.dumps(meter.as_dict()))
    clocks.moment += timedelta(hours=1)
    again = clocks.meter()
    again.restore(stored)
    assert again.as_dict() == meter.as_dict()
    assert (again.today, again.since, again.answers, again.failures) == (TOOK, NOON, 1, 1)


@pytest.mark.parametrize(
    "stored",
    [
        None, 7, "x", [], {"total": 7, "days": 7, "since": 7, "answers": "7"},
        {"since": "yesterday", "answers": -1, "failures": True, "total": {"ticks": "1"}},
        {"days": {"today": {}, "2026-13-01": {}}, "total": {"input": float("nan")}},
    ],
)  # fmt: skip
def test_damaged_sums_begin_anew(clocks: Clocks, stored: Any) -> None:
    meter = clocks.meter()
    meter.restore(stored)
    assert meter.as_dict() == clocks.meter().as_dict()


def test_whoever_listens_hears_of_it(clocks: Clocks) -> None:
    heard: list[int] = []
    meter = clocks.meter()
    meter.changes.add(lambda _: heard.append(meter.answers))
    meter.add(TOOK)
    assert heard == [1]

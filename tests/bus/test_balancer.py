"""Who gets the work, and who is spared."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest

from alicia_bus.balancer import (
    FAILURES,
    LONGEST_PAUSE,
    PAUSE,
    POLICIES,
    TRIALS,
    Breaker,
    Circuit,
    Instance,
    Policy,
    Turn,
    fastest,
    least_busy,
    rank,
    round_robin,
    smoothed,
    sticky,
)

A, B, C = (Instance(name) for name in "abc")
NOBODY = Turn()


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def ids(instances: Iterable[Instance]) -> str:
    return "".join(each.id for each in instances)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_policy_keeps_everybody(policy: Policy) -> None:
    for key in (None, "kitchen"):
        ordered = policy([C, A, B], Turn("b", key))
        assert sorted(ids(ordered)) == ["a", "b", "c"]
        assert not list(policy([], Turn("b", key)))


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, "abc"), ("a", "bca"), ("b", "cab"), ("c", "abc"), ("bb", "cab"), ("gone", "abc")],
)
def test_round_robin_goes_on_after_the_last(last: str | None, expected: str) -> None:
    assert ids(round_robin([B, C, A], Turn(last))) == expected


def test_least_busy_takes_turns_among_equals() -> None:
    busy = Instance("b", outstanding=2)
    assert ids(least_busy([A, busy, C], Turn("a"))) == "cab"


def test_fastest_counts_what_is_in_hand() -> None:
    quick, slow = Instance("a", 3, latency=0.1), Instance("b", 0, latency=0.3)
    assert ids(fastest([quick, slow], NOBODY)) == "ba"
    assert ids(fastest([Instance("a", 1, latency=0.1), slow], NOBODY)) == "ab"


def test_fastest_measures_the_unknown() -> None:
    assert ids(fastest([Instance("a", latency=0.1), B], NOBODY)) == "ba"


def test_sticky_stays_while_others_come_and_go() -> None:
    rooms = [f"satellite-{n}" for n in range(300)]
    before = {room: sticky([A, B, C], Turn(key=room))[0].id for room in rooms}
    after = {room: sticky([A, C], Turn("b", room))[0].id for room in rooms}
    assert all(after[room] == before[room] for room in rooms if before[room] != "b")
    assert min(Counter(before.values()).values()) > 60, "the rooms are spread"


def test_sticky_without_a_key_is_least_busy() -> None:
    assert ids(sticky([Instance("a", 1), B], NOBODY)) == "ba"


def test_the_healthy_come_first() -> None:
    spared = Instance("a", state=Circuit.OPEN)
    back, back_and_busy = (
        Instance("b", state=Circuit.HALF_OPEN),
        Instance("c", 1, state=Circuit.HALF_OPEN),
    )
    busy = Instance("d", 5)
    everybody = [spared, back_and_busy, busy, back]
    assert ids(rank(round_robin, everybody, NOBODY)) == "bdca"
    assert ids(rank(least_busy, everybody, NOBODY)) == "bdca"


def test_the_mean_follows_the_newest() -> None:
    assert smoothed(None, 2.0) == 2.0
    assert smoothed(1.0, 2.0) == pytest.approx(1.3)


def test_a_single_failure_is_forgiven(breaker: Breaker) -> None:
    for _ in range(5):
        breaker.failed()
        assert breaker.state is Circuit.CLOSED
        breaker.succeeded()
    assert breaker.failures == 0


def test_failures_in_a_row_begin_a_pause(breaker: Breaker, clock: Clock) -> None:
    for _ in range(FAILURES):
        breaker.failed()
    assert breaker.state is Circuit.OPEN
    clock.now += PAUSE - 0.01
    assert breaker.state is Circuit.OPEN
    clock.now += 0.01
    assert breaker.state is Circuit.HALF_OPEN


def test_a_severe_failure_begins_a_pause_at_once(breaker: Breaker) -> None:
    breaker.failed(severe=True)
    assert breaker.state is Circuit.OPEN


def test_pauses_grow_up_to_a_limit(breaker: Breaker, clock: Clock) -> None:
    pauses = []
    for _ in range(12):
        breaker.failed(severe=True)
        assert breaker.until is not None
        pauses.append(breaker.until - clock.now)
        clock.now = breaker.until
    assert pauses[:3] == [PAUSE, 2 * PAUSE, 4 * PAUSE]
    assert all(after == min(2 * before, LONGEST_PAUSE) for before, after in pairwise(pauses))
    assert pauses[-1] == LONGEST_PAUSE


def test_failures_in_a_pause_do_not_lengthen_it(breaker: Breaker, clock: Clock) -> None:
    """What was under way when it failed fails as well, and says nothing new."""
    breaker.failed(severe=True)
    until = breaker.until
    clock.now += PAUSE / 2
    breaker.failed(severe=True)
    assert breaker.until == until


def test_return_is_gentle(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(severe=True)
    clock.now += PAUSE
    for _ in range(TRIALS - 1):
        breaker.succeeded()
        assert breaker.state is Circuit.HALF_OPEN
    breaker.succeeded()
    assert breaker.state is Circuit.CLOSED
    breaker.failed(severe=True)
    assert breaker.until == clock.now + PAUSE, "who is trusted again starts over"


def test_a_failure_on_return_begins_a_longer_pause(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(severe=True)
    clock.now += PAUSE
    breaker.succeeded()
    breaker.failed()
    assert breaker.until == clock.now + 2 * PAUSE


def test_a_success_in_a_pause_says_nothing_of_the_return(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(severe=True)
    for _ in range(TRIALS):
        breaker.succeeded()
    assert breaker.state is Circuit.OPEN
    clock.now += PAUSE
    assert breaker.state is Circuit.HALF_OPEN

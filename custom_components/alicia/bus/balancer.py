"""Which of several instances gets a piece of work, and which is spared for now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
import hashlib
from typing import Final, TypeAlias

PAUSE: Final = 2.0  # s that an instance is spared when it has failed
LONGEST_PAUSE: Final = 300.0  # s; each failure after a pause doubles it
FAILURES: Final = 2  # in a row, until an instance is spared
TRIALS: Final = 3  # successes in a row, until a returning instance is trusted again
WEIGHT: Final = 0.3  # of the newest latency in the mean


class Circuit(StrEnum):
    """How far an instance is trusted."""

    CLOSED = "closed"
    #: It comes back, and gets one request at a time.
    HALF_OPEN = "half_open"
    #: It failed, and is the last resort.
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Instance:
    """What a choice is made by."""

    id: str
    #: Requests that it has in hand, or the share of its threads that they take.
    outstanding: float = 0
    #: s, a mean in which the newest weighs most; None where it has done nothing yet
    latency: float | None = None
    #: in a row
    failures: int = 0
    state: Circuit = Circuit.CLOSED


@dataclass(frozen=True, slots=True)
class Turn:
    """What a choice depends on besides the instances."""

    #: Who had the turn before.
    last: str | None = None
    #: Who asks; one who does so with the same key gets the same instance.
    key: str | None = None


Policy: TypeAlias = Callable[[Iterable[Instance], Turn], Sequence[Instance]]


def round_robin(instances: Iterable[Instance], turn: Turn) -> Sequence[Instance]:
    """Return the instances by their ids, beginning after the one that had the last turn."""
    ordered = sorted(instances, key=lambda each: each.id)
    last = turn.last or ""
    return [each for each in ordered if each.id > last] + [
        each for each in ordered if each.id <= last
    ]


def least_busy(instances: Iterable[Instance], turn: Turn) -> Sequence[Instance]:
    """Return those first who have least in hand; among equals, in turn."""
    return sorted(round_robin(instances, turn), key=lambda each: each.outstanding)


def fastest(instances: Iterable[Instance], turn: Turn) -> Sequence[Instance]:
    """Return those first who will be done first, by what was measured of each.

    One that was never measured comes first, and is measured.
    """
    return sorted(
        round_robin(instances, turn),
        key=lambda each: (each.latency or 0.0) * (each.outstanding + 1),
    )


def sticky(instances: Iterable[Instance], turn: Turn) -> Sequence[Instance]:
    """Return the instances in an order of its own for each key; without one, the least busy.

    Instances that come and go move only the keys that had them, or now have them.
    """
    if turn.key is None:
        return least_busy(instances, turn)
    return sorted(instances, key=lambda each: _score(turn.key, each.id), reverse=True)


#: The policies by the name that users choose.
POLICIES: Final[Mapping[str, Policy]] = {
    "round_robin": round_robin,
    "least_busy": least_busy,
    "fastest": fastest,
    "sticky": sticky,
}


def rank(policy: Policy, instances: Iterable[Instance], turn: Turn) -> tuple[Instance, ...]:
    """Return the instances in the order in which to try them: the healthy as the policy has it.

    A returning one that is busy comes after them, and those that are spared come last.
    """
    return tuple(sorted(policy(instances, turn), key=_reserve))


def smoothed(latency: float | None, newest: float) -> float:
    """Return the mean latency after one more measurement."""
    return newest if latency is None else (1 - WEIGHT) * latency + WEIGHT * newest


class Breaker:
    """Spares one instance that fails: for a pause that grows, and then with a gentle return."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        #: Failures in a row, over pauses too.
        self.failures = 0
        #: When the pause ends, by the clock; None while there is none.
        self.until: float | None = None
        self._pauses = 0
        self._trials = 0

    @property
    def state(self) -> Circuit:
        """How far the instance is trusted now."""
        if self.until is None:
            return Circuit.CLOSED
        return Circuit.OPEN if self._clock() < self.until else Circuit.HALF_OPEN

    def succeeded(self) -> None:
        """Take an answer; a returning instance is trusted after a few of them."""
        self.failures = 0
        if self.state is not Circuit.HALF_OPEN:
            return
        self._trials += 1
        if self._trials >= TRIALS:
            self.until, self._pauses = None, 0

    def failed(self, *, severe: bool = False) -> None:
        """Take a failure; a severe one, or one of a returning instance, begins a pause at once."""
        self.failures += 1
        state = self.state
        if state is Circuit.OPEN or (
            state is Circuit.CLOSED and not severe and self.failures < FAILURES
        ):
            return
        self.until = self._clock() + min(PAUSE * 2**self._pauses, LONGEST_PAUSE)
        self._pauses += 1
        self._trials = 0


def _reserve(instance: Instance) -> int:
    if instance.state is Circuit.HALF_OPEN:
        return int(instance.outstanding > 0)
    return 2 * (instance.state is Circuit.OPEN)


def _score(key: str | None, instance_id: str) -> bytes:
    return hashlib.blake2s(f"{key}\0{instance_id}".encode()).digest()

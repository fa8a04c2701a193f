"""The workers that requests can be sent to."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from .balancer import Instance, Policy, Turn
from .topics import Kind


@dataclass(slots=True)
class _Worker:
    kinds: frozenset[Kind] = frozenset()
    ready: bool = False
    #: It was silent when it should have said something, and has been since.
    suspect: bool = False
    #: Jobs for each of its threads, by its own word.
    load: float = 0.0


class Pool:
    """Knows workers by their own word, and by their silence."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._last: str | None = None
        self._workers: dict[str, _Worker] = {}

    def know(self, name: str, kinds: Collection[Kind]) -> None:
        """Take what a worker can do."""
        self._workers.setdefault(name, _Worker()).kinds = frozenset(kinds)

    def heard(self, name: str, *, ready: bool, load: float | None) -> None:
        """Take how a worker is, if it is known."""
        if (worker := self._workers.get(name)) is not None:
            worker.ready, worker.suspect = ready, False
            worker.load = worker.load if load is None else load

    def trust(self, name: str) -> None:
        """Take a sign of life of a worker, if it is known."""
        if (worker := self._workers.get(name)) is not None:
            worker.suspect = False

    def suspect(self, name: str) -> None:
        """Take that a worker was silent when it should have said something."""
        if (worker := self._workers.get(name)) is not None:
            worker.suspect = True

    def gone(self, name: str) -> Collection[Kind]:
        """Take that a worker died; returns what it could do."""
        if (worker := self._workers.get(name)) is None:
            return ()
        worker.ready, worker.load = False, 0.0
        return worker.kinds

    def forget(self, name: str) -> None:
        """Drop a worker that left for good."""
        self._workers.pop(name, None)

    def kinds(self, name: str) -> Collection[Kind]:
        """Return what a worker can do, as far as is known."""
        worker = self._workers.get(name)
        return worker.kinds if worker else ()

    def has_suspect(self, kind: Kind) -> bool:
        """Tell whether one of those who can do something may be stalled."""
        return any(each.suspect and kind in each.kinds for each in self._workers.values())

    def choose(
        self, kind: Kind, tried: Collection[str], in_hand: Callable[[str], int]
    ) -> str | None:
        """Return a healthy worker for a request, not one of those tried."""
        chosen = self._policy(
            [
                Instance(name, max(worker.load, in_hand(name)))
                for name, worker in self._workers.items()
                if kind in worker.kinds and worker.ready and not worker.suspect
                if name not in tried
            ],
            Turn(self._last),
        )
        if not chosen:
            return None
        self._last = chosen[0].id
        return self._last

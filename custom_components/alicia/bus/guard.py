"""Watches over requests: one whose worker dies, stalls or refuses is sent to another.

The broker deals requests, and forgets them. Here each is kept as it came until it is
answered. The clock, and what sends, are handed in; `sweep` does what is due.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
import math
from typing import Final

from .balancer import Policy, least_busy
from .errors import CommandError, ErrorCode
from .messages import Meta
from .pool import Pool
from .topics import Kind
from .watch import PATIENCE, Answered, Key, Patience, Watch

MAX_WATCHED: Final = 256  # requests
MAX_BYTES: Final = 16 * 1024 * 1024  # of their payloads together
MAX_RESENDS: Final = 3
MISSED: Final = 3  # times that a worker may fail to say that it still works
EARLY: Final = 5.0  # s that a worker's word may be ahead of the request
NOBODY: Final = "nobody is there who could do it"


class Guard:
    """Follows requests and workers by what is heard of them."""

    def __init__(
        self,
        clock: Callable[[], float],
        send: Callable[[str, bytes], None],
        give_up: Callable[[Kind, Meta, CommandError], None],
        policy: Policy = least_busy,
        patience: Mapping[Kind, Patience] = PATIENCE,
    ) -> None:
        #: Requests by what became of them.
        self.counters: Counter[str] = Counter()
        #: Bytes that are kept.
        self.size = 0
        self._clock = clock
        self._send = send
        self._tell_failure = give_up
        self._patience = patience
        self._pool = Pool(policy)
        self._watches: dict[Key, Watch] = {}
        self._answered = Answered(clock)
        #: By request id, who took what is not known yet, when (s), and its `every`.
        self._early: OrderedDict[str, tuple[str, float, float | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._watches)

    @property
    def due(self) -> float | None:
        """When there is something to do (s by the clock), or None."""
        return min((watch.due for watch in self._watches.values()), default=None)

    def know(self, name: str, kinds: Collection[Kind]) -> None:
        """Take what a worker can do."""
        self._pool.know(name, kinds)
        self._look_at_the_lonely()

    def heard(self, name: str, *, ready: bool, load: float | None = None) -> None:
        """Take a worker's word on how it is."""
        self._pool.heard(name, ready=ready, load=load)
        self._look_at_the_lonely()

    def gone(self, name: str) -> None:
        """Take that a worker died: what it had in hand needs another."""
        kinds = self._pool.gone(name)
        for watch in tuple(self._watches.values()):
            watch.tried.discard(name)  # it comes back without memory
            if watch.concerns(name):
                watch.leave(name)
                if watch.is_idle:
                    self._pass_on(watch, "gone")
            elif watch.kind in kinds and watch.is_idle:
                # The broker may have dealt it there, with no time left to say so.
                soon = self._clock() + self._patience[watch.kind].bereaved
                watch.take_by = min(watch.take_by, soon)

    def forget(self, name: str) -> None:
        """Drop a worker that left for good."""
        self.gone(name)
        self._pool.forget(name)

    def watch(self, kind: Kind, meta: Meta, payload: bytes, span: float | None) -> None:
        """Watch over a request that the broker deals; `span` is how long (s) it is good for."""
        if self._is_repeated(kind, meta):
            return
        if (watch := self._add(kind, meta, payload, span)) is not None:
            name, at, every = self._early.pop(watch.key[1], ("", -math.inf, None))
            if at > self._clock() - EARLY:
                self._take(watch, name, every)

    def address(self, kind: Kind, meta: Meta, payload: bytes, span: float | None) -> None:
        """Send a request to the worker that is chosen for it, and watch over it."""
        if self._is_repeated(kind, meta):
            return
        self.counters["addressed"] += 1
        if (watch := self._add(kind, meta, payload, span)) is not None:
            if not self._address(watch):
                self._wait_for_somebody(watch)
        elif name := self._pool.choose(kind, (), self._in_hand):
            self._send(name, payload)
        else:
            self._tell_failure(kind, meta, CommandError(ErrorCode.UNAVAILABLE, NOBODY))

    def taken(self, name: str, request_id: str, every: float | None) -> None:
        """Take that a worker has a request in hand, and says so again after `every` s."""
        self._pool.trust(name)
        if (watch := self._find(name, request_id)) is not None:
            self._take(watch, name, every)
            return
        self._early[request_id] = (name, self._clock(), every)
        self._early.move_to_end(request_id)
        while len(self._early) > MAX_WATCHED:
            self._early.popitem(last=False)

    def refused(self, name: str, request_id: str) -> None:
        """Take that a worker gives a request back, and answers it unless another takes it."""
        self._pool.trust(name)
        if (watch := self._find(name, request_id)) is None:
            return
        watch.tried.add(name)
        watch.leave(name)
        if watch.is_idle:
            self._pass_on(watch, "refused")

    def answered(self, kind: Kind, request_id: str, *, failed: bool) -> None:
        """Take an answer, or the error in its place."""
        key = (kind, request_id)
        if (watch := self._watches.get(key)) is not None:
            self._drop(watch)
            self.counters["answered"] += 1
        elif key in self._answered:
            self.counters["answered_again"] += 1
        self._answered.add(key, failed=failed)

    def lose_sight(self) -> None:
        """Drop all watches: what becomes of the requests can't be heard any more."""
        if self._watches:
            self.counters["lost_sight"] += len(self._watches)
        self._watches.clear()
        self._early.clear()
        self.size = 0

    def sweep(self) -> None:
        """Send on what is due for it, and give up what nobody can do."""
        now = self._clock()
        for watch in [watch for watch in self._watches.values() if watch.due <= now]:
            self._look_at(watch, now)

    def _look_at(self, watch: Watch, now: float) -> None:
        if now >= watch.ends:
            self._give_up(watch, ErrorCode.TIMEOUT, "there was no answer in time")
            return
        late = watch.late(now)
        for name in late:
            watch.leave(name)
            self._pool.suspect(name)
        if watch.alone_until is not None and watch.alone_until <= now:
            self._give_up(watch, ErrorCode.UNAVAILABLE, NOBODY)
        elif watch.is_idle:
            self._pass_on(watch, "silent" if late else "untaken")
        elif watch.answer_by <= now:
            self._pass_on(watch, "slow")

    def _pass_on(self, watch: Watch, reason: str) -> None:
        """Send a request to one who has not tried it yet, if there is one."""
        watch.answer_by = self._clock() + self._patience[watch.kind].answer
        is_last = watch.resends >= MAX_RESENDS
        if not is_last and self._address(watch):
            watch.resends += 1
            self.counters[f"resent_{reason}"] += 1
        elif is_last and watch.is_idle and reason != "refused":
            self._give_up(watch, ErrorCode.UNAVAILABLE, f"{watch.resends + 1} workers failed on it")
        elif watch.is_idle:
            self._wait_for_somebody(watch)

    def _wait_for_somebody(self, watch: Watch) -> None:
        if watch.alone_until is None:
            watch.alone_until = self._clock() + self._patience[watch.kind].nobody

    def _look_at_the_lonely(self) -> None:
        for watch in tuple(self._watches.values()):
            if watch.alone_until is not None:
                self._pass_on(watch, "alone")

    def _address(self, watch: Watch) -> bool:
        """Send a request to whoever is best for it; False where nobody is."""
        now = self._clock()
        name = self._pool.choose(watch.kind, watch.tried, self._in_hand)
        if name is None:
            return False
        watch.send_to(name, now + self._patience[watch.kind].taken)
        self._send(name, watch.payload)
        return True

    def _take(self, watch: Watch, name: str, every: float | None) -> None:
        now = self._clock()
        if not watch.holders:
            watch.answer_by = now + self._patience[watch.kind].answer
        watch.hold(name, math.inf if every is None else now + MISSED * every)

    def _in_hand(self, name: str) -> int:
        return sum(watch.concerns(name) for watch in self._watches.values())

    def _find(self, name: str, request_id: str) -> Watch | None:
        """Return the watch of a request; its id alone may be that of several stages."""
        kinds = self._pool.kinds(name) or self._patience
        found = (self._watches.get((kind, request_id)) for kind in kinds)
        return next((watch for watch in found if watch is not None), None)

    def _is_repeated(self, kind: Kind, meta: Meta) -> bool:
        key = (kind, meta.request_id or "")
        if key not in self._watches and not self._answered.has_result(key):
            return False
        self.counters["repeated"] += 1
        return True

    def _add(self, kind: Kind, meta: Meta, payload: bytes, span: float | None) -> Watch | None:
        if meta.request_id is None:
            self.counters["without_id"] += 1
            return None
        if len(self._watches) >= MAX_WATCHED or self.size + len(payload) > MAX_BYTES:
            self.counters["full"] += 1
            return None
        patience, now = self._patience[kind], self._clock()
        word = patience.hurried if self._pool.has_suspect(kind) else patience.taken
        watch = Watch(
            kind=kind,
            meta=replace(meta, extra={}),
            payload=payload,
            ends=now + (patience.total if span is None else span),
            take_by=now + word,
        )
        self._watches[watch.key] = watch
        self.size += len(payload)
        self.counters["watched"] += 1
        return watch

    def _drop(self, watch: Watch) -> None:
        del self._watches[watch.key]
        self.size -= len(watch.payload)

    def _give_up(self, watch: Watch, code: ErrorCode, message: str) -> None:
        self._drop(watch)
        self.counters["gave_up"] += 1
        self._answered.add(watch.key, failed=True)
        self._tell_failure(watch.kind, watch.meta, CommandError(code, message))

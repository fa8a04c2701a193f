"""Which requests are late, early, or already known."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from .errors import ErrorCode, StaleError
from .messages import Meta

SKEW: Final = 30.0  # s that two clocks may differ by
DEFAULT_TTL: Final = 60.0  # s that a request with a timestamp alone is good for
REMEMBERED: Final = 300.0  # s that a request's id is known
MAX_REMEMBERED: Final = 4_096


def check_fresh(meta: Meta, now: float) -> None:
    """Raise StaleError for a request that is late or claims to come from the future."""
    if meta.timestamp is not None and meta.timestamp > now + SKEW:
        raise StaleError(ErrorCode.CLOCK_SKEW, "the timestamp lies in the future")
    expires = meta.expires_at
    if expires is None and meta.timestamp is not None:
        expires = meta.timestamp + (DEFAULT_TTL if meta.ttl is None else meta.ttl)
    if expires is not None and expires + SKEW < now:
        raise StaleError(ErrorCode.EXPIRED, "the request came too late")


class Duplicates:
    """Remembers the ids of requests for a while."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_new(self, kind: str, request_id: str) -> bool:
        """Remember a request; tell whether it was not known yet."""
        now = self._clock()
        while self._seen and (
            len(self._seen) >= MAX_REMEMBERED or next(iter(self._seen.values())) + REMEMBERED < now
        ):
            self._seen.popitem(last=False)
        if (kind, request_id) in self._seen:
            return False
        self._seen[kind, request_id] = now
        return True

    def forget(self, kind: str, request_id: str) -> None:
        """Take a request for new when it comes again."""
        self._seen.pop((kind, request_id), None)

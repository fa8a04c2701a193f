"""Who is alive, by heartbeats, last wills, and a countdown for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TIMEOUT: Final = 95.0  # s without a word: three heartbeats of 30 s, and a little
OFFLINE: Final = "offline"


@dataclass(frozen=True, slots=True)
class Vitals:
    """The last that was heard of a device or service."""

    online: bool
    #: s, epoch
    last_seen: float


class Liveness:
    """Follows who is online; each word from one restarts its countdown."""

    def __init__(self, clock: Callable[[], float], timeout: float = TIMEOUT) -> None:
        self._clock = clock
        self._timeout = timeout
        self._vitals: dict[str, Vitals] = {}

    def heard(self, device_id: str, status: str = "online") -> bool:
        """Take a sign of life, or a last will; tell whether it changed who is online."""
        before = self.is_online(device_id)
        online = status != OFFLINE
        self._vitals[device_id] = Vitals(online, self._clock())
        return before != online

    def forget(self, device_id: str) -> None:
        """Drop what is known of one that left for good."""
        self._vitals.pop(device_id, None)

    def is_online(self, device_id: str) -> bool:
        """Tell whether one is known to be alive."""
        vitals = self._vitals.get(device_id)
        return vitals is not None and vitals.online

    def last_seen(self, device_id: str) -> float | None:
        """Return when one was heard of last (s, epoch)."""
        vitals = self._vitals.get(device_id)
        return vitals.last_seen if vitals else None

    def sweep(self) -> tuple[str, ...]:
        """Take those offline whose countdown ran out; returns their ids."""
        limit = self._clock() - self._timeout
        silent = [
            device_id
            for device_id, vitals in self._vitals.items()
            if vitals.online and vitals.last_seen < limit
        ]
        for device_id in silent:
            self._vitals[device_id] = Vitals(False, self._vitals[device_id].last_seen)
        return tuple(silent)

"""Who is alive, by heartbeats, last wills, and a countdown for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .registry import Entry

TIMEOUT: Final = 95.0  # s without a word: three heartbeats of 30 s, and a little
MAINS_TIMEOUT: Final = 600.0  # s; one on the mains is asked for a heartbeat before
BATTERY_TIMEOUT: Final = 25 * 3600.0  # s; one that sleeps reports about once a day
OFFLINE: Final = "offline"
#: Types that run on a machine, and are none themselves.
SERVICE_TYPES: Final = ("service", "sidecar")


@dataclass(slots=True)
class Vitals:
    """The last that was heard of a device or service; kept up with each word of it."""

    online: bool
    #: s, epoch
    last_seen: float


class Liveness:
    """Follows who is online; each word from one restarts its countdown."""

    def __init__(self, clock: Callable[[], float], timeout: float = TIMEOUT) -> None:
        self._clock = clock
        self._timeout = timeout
        self._vitals: dict[str, Vitals] = {}
        self._timeouts: dict[str, float] = {}

    def expect(self, device_id: str, timeout: float) -> None:
        """Set for how long one may be silent, in s."""
        self._timeouts[device_id] = timeout

    def timeout(self, device_id: str) -> float:
        """Return for how long one may be silent, in s."""
        return self._timeouts.get(device_id, self._timeout)

    def heard(self, device_id: str, status: str = "online") -> bool:
        """Take a sign of life, or a last will; tell whether it changed who is online."""
        online = status != OFFLINE
        vitals = self._vitals.get(device_id)
        if vitals is None:
            self._vitals[device_id] = Vitals(online, self._clock())
            return online
        was_online, vitals.online, vitals.last_seen = vitals.online, online, self._clock()
        return was_online != online

    def restore(self, device_id: str, last_seen: float) -> None:
        """Take what was known before a restart.

        Who sleeps for hours is still taken for online; the others have to say a word first.
        """
        timeout = self.timeout(device_id)
        online = timeout >= BATTERY_TIMEOUT and self._clock() - last_seen < timeout
        self._vitals[device_id] = Vitals(online, last_seen)

    def forget(self, device_id: str) -> None:
        """Drop what is known of one that left for good."""
        self._vitals.pop(device_id, None)
        self._timeouts.pop(device_id, None)

    def is_online(self, device_id: str) -> bool:
        """Tell whether one is known to be alive."""
        vitals = self._vitals.get(device_id)
        return vitals is not None and vitals.online

    def last_seen(self, device_id: str) -> float | None:
        """Return when one was heard of last (s, epoch)."""
        vitals = self._vitals.get(device_id)
        return vitals.last_seen if vitals else None

    def is_quiet(self, device_id: str) -> bool:
        """Tell whether one that is awake has used two thirds of its countdown."""
        vitals, timeout = self._vitals.get(device_id), self.timeout(device_id)
        if vitals is None or not vitals.online or timeout >= BATTERY_TIMEOUT:
            return False
        return self._clock() - vitals.last_seen > timeout * 2 / 3

    def sweep(self) -> tuple[str, ...]:
        """Take those offline whose countdown ran out; returns their ids."""
        now = self._clock()
        silent = [
            device_id
            for device_id, vitals in self._vitals.items()
            if vitals.online and vitals.last_seen < now - self.timeout(device_id)
        ]
        for device_id in silent:
            self._vitals[device_id].online = False
        return tuple(silent)


def timeout_of(entry: Entry) -> float:
    """Return for how long a device may be silent: its own word, or else by what it runs on."""
    own = entry.metadata.get("timeout")
    if isinstance(own, int | float) and not isinstance(own, bool) and own >= 1:
        return float(own)
    if entry.device_type in SERVICE_TYPES or "microphone" in entry.capabilities:
        return TIMEOUT
    return BATTERY_TIMEOUT if entry.metadata.get("power") == "battery" else MAINS_TIMEOUT

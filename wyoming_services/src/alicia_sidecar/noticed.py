"""Logs a misbehaviour once for each peer and kind, and counts the rest."""

from collections import Counter
import logging
from typing import Final

_LOGGER: Final = logging.getLogger(__name__)
_MAX_LOGGED: Final = 256


class Noticed:
    """Remembers which misbehaviour was logged already."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self._logged: set[tuple[str, str]] = set()

    def __call__(self, peer: str, kind: str, message: str) -> None:
        """Count a misbehaviour of a peer; log the first of its kind."""
        self.counters[kind] += 1
        if (peer, kind) in self._logged or len(self._logged) >= _MAX_LOGGED:
            return
        self._logged.add((peer, kind))
        _LOGGER.warning("Bad input from %s (%s, logged once): %s", peer, kind, message)

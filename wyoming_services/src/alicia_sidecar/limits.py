"""What one client may use of a server."""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one Wyoming connection; times in seconds, sizes in bytes."""

    line: int = 64 * 1024
    data: int = 256 * 1024
    payload: int = 4 * MEBIBYTE
    audio_seconds: float = 120.0
    idle: float = 300.0  # between two events of a quiet client; 0: never
    stalled: float = 30.0  # within one event, either way
    connections: int = 64
    waiting_events: int = 64

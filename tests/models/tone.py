"""Tones, as samples, by which the scripted Whisper is spoken to."""

import array
import math
import sys


def make_tone(hertz: float, seconds: float, rate: int = 16_000, level: float = 0.3) -> bytes:
    """Return a tone as 16-bit mono samples, with half a second of silence after it."""
    step = 2 * math.pi * hertz / rate
    peak = level * 32767
    samples = array.array(
        "h", (round(peak * math.sin(at * step)) for at in range(round(seconds * rate)))
    )
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes() + bytes(rate)

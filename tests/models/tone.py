"""Speech with a tone in it: a voice detector hears the one, the scripted Whisper the other."""

from functools import cache
import io
import math
import subprocess
import wave

import numpy as np
from numpy.typing import NDArray

_VOICE_LEVEL = 0.2
_LEAD = 0.08  # s before espeak-ng's voice begins
#: All of it is voiced: there is no pause that could be taken for the end.
_TEXT = (
    "we may all know where you are now when our yellow lion ran away along a narrow lane "
    "and never more will anyone mow a lawn or rely on a linen line"
)


def make_tone(hertz: float, seconds: float, rate: int = 16_000, level: float = 0.08) -> bytes:
    """Return speech over a tone and half a second of silence, as 16-bit mono samples."""
    times = np.arange(round(seconds * rate)) / rate
    samples = level * np.sin(2 * math.pi * hertz * times) + _voice(times)
    return (32767 * samples).astype("<i2").tobytes() + bytes(rate)


def _voice(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """As long as it takes, over and over."""
    samples, rate = _speech()
    return np.interp(times * rate % len(samples), np.arange(len(samples)), samples)


@cache
def _speech() -> tuple[NDArray[np.float64], int]:
    spoken = subprocess.run(
        ["espeak-ng", "-v", "en-us", "--stdout", _TEXT], capture_output=True, check=True
    )
    with wave.open(io.BytesIO(spoken.stdout)) as sound:
        rate = sound.getframerate()
        data = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float64)
    voiced = data[round(_LEAD * rate) : np.flatnonzero(np.abs(data) > 500)[-1]]
    return voiced * (_VOICE_LEVEL / np.abs(voiced).max()), rate

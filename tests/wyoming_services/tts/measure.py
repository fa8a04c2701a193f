"""How speech sounds, in numbers."""

import numpy as np

FULL_SCALE = 32768.0


def loudness(data: bytes | bytearray) -> float:
    """Return the root mean square of samples; full scale is 1."""
    samples = np.frombuffer(data, "<i2") / FULL_SCALE
    return float(np.sqrt(np.mean(samples**2))) if samples.size else 0.0


def peak(data: bytes | bytearray) -> float:
    """Return the largest sample; full scale is 1."""
    return float(np.abs(np.frombuffer(data, "<i2") / FULL_SCALE).max(initial=0.0))


def pitch(data: bytes | bytearray, rate: int) -> float:
    """Return the strongest frequency in Hz."""
    samples = np.frombuffer(data, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)

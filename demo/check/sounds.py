"""Silences and noises: what a microphone hears while nobody speaks to it."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from alicia_bus.audio import SAMPLE_RATE

type Wave = np.ndarray[tuple[int], np.dtype[np.float64]]
type Maker = Callable[[np.random.Generator, int], Wave]

_SHORTEST, _LONGEST = 1.0, 4.0
_FULL: Final = 32767.0


def silences(seed: int, count: int) -> Iterator[bytes]:
    """Give quiet rooms: nothing at all, or the hiss of a microphone."""
    rng = np.random.default_rng([seed, 0])
    for number in range(count):
        hiss = 0.0 if number % 5 == 0 else float(rng.uniform(1e-5, 1e-3))
        yield _samples(_white(rng, _length(rng)), hiss)


def noises(seed: int, count: int) -> Iterator[bytes]:
    """Give noises of a house, the kinds in turn, some soft and some loud."""
    rng = np.random.default_rng([seed, 1])
    for number in range(count):
        make = _KINDS[number % len(_KINDS)]
        yield _samples(make(rng, _length(rng)), float(rng.uniform(0.02, 0.5)))


def _length(rng: np.random.Generator) -> int:
    return int(rng.uniform(_SHORTEST, _LONGEST) * SAMPLE_RATE)


def _samples(wave: Wave, level: float) -> bytes:
    peak = float(np.max(np.abs(wave))) or 1.0
    return (wave / peak * level * _FULL).astype("<i2").tobytes()


def _white(rng: np.random.Generator, length: int) -> Wave:
    return rng.normal(size=length)


def _coloured(power: float) -> Maker:
    """Noise that falls with frequency: pink is a fan, brown is traffic."""

    def make(rng: np.random.Generator, length: int) -> Wave:
        spectrum = np.fft.rfft(_white(rng, length))
        spectrum /= np.maximum(1.0, np.arange(len(spectrum))) ** (power / 2)
        return np.asarray(np.fft.irfft(spectrum, length), np.float64)

    return make


def _hum(rng: np.random.Generator, length: int) -> Wave:
    """A refrigerator: the mains and what sounds along with it."""
    times = np.arange(length) / SAMPLE_RATE
    tones = [np.sin(2 * np.pi * 50 * n * times) * rng.uniform(0, 1) / n for n in range(1, 12)]
    return np.asarray(np.sum(tones, axis=0), np.float64)


def _music(rng: np.random.Generator, length: int) -> Wave:
    """A melody of tones with harmonics, as from the flat next door."""
    wave, position = np.zeros(length), 0
    while position < length:
        duration = int(rng.uniform(0.15, 0.6) * SAMPLE_RATE)
        times = np.arange(min(duration, length - position)) / SAMPLE_RATE
        pitch = 110 * 2 ** (int(rng.integers(0, 36)) / 12)
        tone = sum(np.sin(2 * np.pi * pitch * n * times) / n for n in range(1, 6))
        wave[position : position + len(times)] = tone * np.exp(-3 * times)
        position += duration
    return wave


def _knocks(rng: np.random.Generator, length: int) -> Wave:
    """Doors, dishes and steps: short bursts that fade."""
    wave = np.zeros(length)
    for start in rng.integers(0, length, size=int(rng.integers(2, 15))):
        burst = rng.normal(size=min(int(0.08 * SAMPLE_RATE), length - int(start)))
        wave[start : start + len(burst)] += burst * np.exp(-np.arange(len(burst)) / 200)
    return wave


def _wobble(rng: np.random.Generator, length: int) -> Wave:
    """Noise that comes and goes at the pace of syllables, as through a wall."""
    times = np.arange(length) / SAMPLE_RATE
    pace = np.abs(np.sin(np.pi * rng.uniform(2, 5) * times))
    return np.asarray(_coloured(1.0)(rng, length) * pace, np.float64)


_KINDS: Final[tuple[Maker, ...]] = (
    _white,
    _coloured(1.0),
    _coloured(2.0),
    _hum,
    _music,
    _knocks,
    _wobble,
)

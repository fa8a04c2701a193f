"""Rooms in which nobody commands anything: silences, noises, and many voices at once.

The recogniser is fitted with these; the demo's own trial makes others, of its own.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
import math
import random

from demo.trial.speech import RATE, say

#: Full scale of 16-bit samples.
_FULL = 32767

#: Root mean squares, of full scale: hardly audible to loud.
_SILENT = (0.0, 0.0003, 0.001, 0.003)
_NOISY = (0.01, 0.03, 0.1, 0.3)

_SHORTEST = 1.0
_LONGEST = 4.0


def silences(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield rooms without a sound but their own faint noise or hum, named and sampled."""
    yield from _sounds(seed, count, {"white": _white, "brown": _brown, "hum": _hum}, _SILENT)


def noises(seed: int, count: int, talk: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield noises of every colour and level, named and sampled; `talk` is said in babble."""
    rng = random.Random(seed)
    babbles = math.ceil(count / (len(_COLOURS) + 1))
    yield from _sounds(seed, count - babbles, _COLOURS, _NOISY)
    for _ in range(babbles):
        yield "babble", babble(rng.sample(list(talk), 4), rng)


def babble(talk: Sequence[str], rng: random.Random) -> bytes:
    """Return several voices saying all this at the same time."""
    voices = ("plain", "m3", "f2", "klatt2")
    said = [
        array("h", say(text, voice, silence=rng.uniform(0.0, 0.5)))
        for text, voice in zip(talk, voices, strict=False)
    ]
    mixed = [0.0] * max(map(len, said))
    for samples in said:
        for place, sample in enumerate(samples):
            mixed[place] += sample / _FULL
    return _pcm(mixed, rng.choice(_NOISY[1:]))


def _sounds(
    seed: int,
    count: int,
    colours: Mapping[str, Callable[[random.Random], Iterator[float]]],
    levels: Sequence[float],
) -> Iterator[tuple[str, bytes]]:
    rng = random.Random(seed)
    names = list(colours)
    for number in range(count):
        name = names[number % len(names)]
        length = int(rng.uniform(_SHORTEST, _LONGEST) * RATE)
        yield name, _pcm(list(islice(colours[name](rng), length)), rng.choice(levels))


def _pcm(samples: Sequence[float], level: float) -> bytes:
    """Return the samples as 16-bit sound of this loudness."""
    power = math.sqrt(sum(s * s for s in samples) / max(1, len(samples)))
    gain = _FULL * level / power if power else 0.0
    return array("h", [max(-_FULL, min(_FULL, int(s * gain))) for s in samples]).tobytes()


def _white(rng: random.Random) -> Iterator[float]:
    while True:
        yield rng.uniform(-1, 1)


def _brown(rng: random.Random) -> Iterator[float]:
    level = 0.0
    while True:
        level = 0.99 * level + rng.uniform(-1, 1)
        yield level


def _pink(rng: random.Random) -> Iterator[float]:
    """Add noises that change at ever longer intervals."""
    rows = [0.0] * 8
    for number in range(1 << 30):
        lowest = number & -number
        rows[min(7, max(0, lowest.bit_length() - 1))] = rng.uniform(-1, 1)
        yield sum(rows)


def _hum(rng: random.Random) -> Iterator[float]:
    """Mains hum with its harmonics."""
    base = rng.choice((50, 60)) * math.tau / RATE
    shares = [rng.random() / harmonic for harmonic in range(1, 8)]
    for number in range(1 << 30):
        yield sum(s * math.sin(base * number * h) for h, s in enumerate(shares, start=1))


def _beeps(rng: random.Random) -> Iterator[float]:
    """Tones of a kitchen timer or a phone."""
    while True:
        pitch = rng.uniform(300, 3000) * math.tau / RATE
        length = int(rng.uniform(0.05, 0.4) * RATE)
        yield from (math.sin(pitch * number) for number in range(length))
        yield from (0.0 for _ in range(int(rng.uniform(0.02, 0.3) * RATE)))


def _knocks(rng: random.Random) -> Iterator[float]:
    """Knocks, clicks and things put down: short bursts that fade."""
    while True:
        fade = rng.uniform(0.99, 0.999)
        level = 1.0
        for _ in range(int(rng.uniform(0.05, 0.6) * RATE)):
            level *= fade
            yield level * rng.uniform(-1, 1)


def _motor(rng: random.Random) -> Iterator[float]:
    """A hoover or a mixer: noise that throbs."""
    beat = rng.uniform(4, 40) * math.tau / RATE
    for number, noise in enumerate(_pink(rng)):
        yield noise * (1.2 + math.sin(beat * number))


def _chords(rng: random.Random) -> Iterator[float]:
    """Music of a sort: three voices that move on every half second."""
    while True:
        notes = [220 * 2 ** (rng.randrange(24) / 12) * math.tau / RATE for _ in range(3)]
        for number in range(int(rng.uniform(0.2, 0.7) * RATE)):
            fade = math.exp(-number / RATE * 3)
            yield fade * sum(math.sin(n * number) + 0.3 * math.sin(3 * n * number) for n in notes)


_COLOURS: Mapping[str, Callable[[random.Random], Iterator[float]]] = {
    "white": _white,
    "pink": _pink,
    "brown": _brown,
    "hum": _hum,
    "beeps": _beeps,
    "knocks": _knocks,
    "motor": _motor,
    "chords": _chords,
}

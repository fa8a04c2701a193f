"""Speech by espeak-ng with a scripted tone behind it, and sounds in which nobody speaks.

A voice detector hears the speech, and the scripted Whisper (tests/models) its tone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
import io
import subprocess
import wave

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
VOICES = ("en-us", "en-us+m3", "en-us+f3")
#: A tone of the script, its sentence, and phrases to be spoken over it.
LINES = ((400.0, "Turn on the kitchen light."), (1800.0, "Set the bedroom to twenty degrees."))
PHRASES = (
    "turn on the light in the kitchen",
    "set the bedroom to twenty degrees",
    "lower all the blinds in the living room",
    "announce that dinner is ready",
    "what will the weather be like tomorrow",
    "wake me at seven in the morning",
)
_VOICE_LEVEL, _TONE_LEVEL = 0.2, 0.12
_SILENT = 0.01

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance as 16-bit mono samples; times in seconds."""

    pcm: bytes
    text: str
    #: When the last word ends.
    end: float


def utterance(number: int, silence: float, pauses: Sequence[float] = ()) -> Spoken:
    """Return one of many utterances: phrases with pauses between, then silence."""
    hertz, text = LINES[number % len(LINES)]
    voice = VOICES[number % len(VOICES)]
    parts: list[Samples] = [np.zeros(RATE // 5)]
    for place, pause in enumerate((*pauses, 0.0)):
        parts.append(_over_tone(_say(PHRASES[(number + place) % len(PHRASES)], voice), hertz))
        parts.append(np.zeros(round(pause * RATE)))
    end = sum(map(len, parts)) / RATE
    parts.append(np.zeros(round(silence * RATE)))
    return Spoken(_pcm(np.concatenate(parts)), text, end)


def nothings(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield kinds of sounds without speech, one to three seconds long."""
    random = np.random.default_rng(20)
    makers = {"silence": _silence, "noise": _noise, "tones": _tones}
    for number in range(count):
        kind = tuple(makers)[number % len(makers)]
        yield kind, _pcm(makers[kind](random, round(random.uniform(1, 3) * RATE)))


def _over_tone(speech: Samples, hertz: float) -> Samples:
    times = np.arange(len(speech)) / RATE
    return speech + _TONE_LEVEL * np.sin(2 * np.pi * hertz * times)


@cache
def _say(text: str, voice: str) -> Samples:
    """Return speech without the silence before and after it."""
    words = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text]
    done = subprocess.run(words, capture_output=True, check=True)
    with wave.open(io.BytesIO(done.stdout)) as sound:
        rate = sound.getframerate()
        data = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
    at = np.arange(0, len(data) - 1, rate / RATE)
    speech = np.interp(at, np.arange(len(data)), data)
    heard = np.flatnonzero(np.abs(speech) > _SILENT)
    speech = speech[heard[0] : heard[-1] + 1]
    return speech * (_VOICE_LEVEL / np.abs(speech).max())


def _silence(random: np.random.Generator, count: int) -> Samples:
    """Nothing at all, or the hiss of a microphone."""
    return random.standard_normal(count) * random.choice([0.0, 0.0005, 0.002])


def _noise(random: np.random.Generator, count: int) -> Samples:
    """White, pink or brown, steady or in gusts."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    slope = random.choice([0.0, 0.5, 1.0])
    colored = np.fft.irfft(spectrum / np.maximum(1, np.arange(len(spectrum))) ** slope, count)
    gusts = 1 + random.choice([0.0, 0.8]) * np.sin(np.arange(count) / RATE * random.uniform(2, 20))
    return colored * gusts * (random.choice([0.02, 0.1, 0.4]) / np.abs(colored).max())


def _tones(random: np.random.Generator, count: int) -> Samples:
    """Chords of plucked or bowed notes, each with its overtones."""
    times = np.arange(count) / RATE
    length = random.uniform(0.2, 0.8)
    decay = np.exp(-random.choice([0.5, 4.0]) * (times % length))
    root = 110 * 2 ** (random.integers(0, 36, size=1 + int(times[-1] / length)) / 12)
    hertz = np.repeat(root, round(length * RATE) + 1)[:count]
    chord = np.zeros(count)
    for interval in ((1, 5 / 4, 3 / 2), (1, 6 / 5, 3 / 2), (1, 4 / 3))[random.integers(3)]:
        for overtone in range(1, 6):
            phase = np.cumsum(2 * np.pi * hertz * interval * overtone / RATE)
            chord += np.sin(phase) / overtone**1.5
    return chord * decay * (random.choice([0.05, 0.2, 0.5]) / np.abs(chord).max())


def _pcm(samples: Samples) -> bytes:
    return (32767 * np.clip(samples, -1, 1)).astype("<i2").tobytes()

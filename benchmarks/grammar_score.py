"""How far what was understood is from what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from demo.trial.meaning import Meaning, understand
from demo.trial.names import HOUSE
from demo.trial.sentences import Command

#: The part of the loudest that still counts as speech, for its mean power and for its end.
_AUDIBLE = 0.02
_RATE = 16000
_FRAME = 160

_GUARDED = frozenset({"Front Door", "Garage Door", "Living Room Blinds"})


@dataclass(slots=True)
class Score:
    """What became of commands, counted."""

    commands: int = 0
    right: int = 0
    refused: int = 0
    words: int = 0
    errors: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, command: Command, heard: str) -> None:
        """Count a command and what it was understood as."""
        meaning = understand(heard, HOUSE) if heard else None
        self.commands += 1
        self.words += len(command.written.split())
        self.errors += word_errors(command.written.split(), heard.split())
        if meaning == command.meaning:
            self.right += 1
        elif heard:
            self.wrong.append(heard)
        else:
            self.refused += 1

    @property
    def error_rate(self) -> float:
        """Return the word error rate in percent; a refused command lacks all its words."""
        return 100 * self.errors / self.words


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the fewest words to change, add and take away that make one of the other."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, start=1):
        left, row[0] = row[0], place
        for at, other in enumerate(heard, start=1):
            change = left + (word.lower() != other.lower())
            left, row[at] = row[at], min(change, row[at] + 1, row[at - 1] + 1)
    return row[-1]


def noisy(pcm: bytes, decibels: float, seed: int) -> bytes:
    """Return the sound with white noise so far below its speech."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    power = float(np.mean(samples[_audible(samples)] ** 2))
    level = np.sqrt(power / 10 ** (decibels / 10))
    hiss = np.random.default_rng(seed).normal(size=len(samples)) * level
    return bytes(np.clip(samples + hiss, -32768, 32767).astype("<i2").tobytes())


def end_of_speech(pcm: bytes) -> float:
    """Return the moment of the last sound, in seconds."""
    return float(np.flatnonzero(_audible(np.frombuffer(pcm, "<i2").astype(float)))[-1] + 1) / _RATE


def _audible(samples: np.ndarray) -> np.ndarray:
    """Return for each sample whether the 10 ms around it can be heard."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loud = np.abs(frames).max(axis=1)
    heard = np.repeat(loud >= _AUDIBLE * loud.max(), _FRAME)
    return np.pad(heard, (0, len(samples) - len(heard)))


def moves_a_guard(meaning: Meaning | None) -> bool:
    """Tell whether this would move a lock or a cover."""
    if meaning is None or meaning.intent.startswith("HassGet"):
        return False
    values = {value for _, value in meaning.slots}
    return bool(values & (_GUARDED | {"cover", "lock"}))

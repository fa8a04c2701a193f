"""What speaks for and against a command: the grammar's sentence against the plain phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .decoder import Heard, Word
from .sphinx import FRAME_RATE, Segment

#: The phone loop's silence; its other labels with a sign are noises.
_SILENCE = "SIL"

#: A word shorter than this (in frames) weighs no more than one of this length.
_SHORT = 12

#: Phones heard this far (in frames) outside a word may still be its own.
_EDGE = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """Numbers that differ between a command and other speech."""

    #: Mean log score a frame of the sentence against that of the phones (at most about 0).
    ratio: float
    #: The same over the word that fits worst.
    worst_ratio: float
    #: Edits that turn the sentence's phones into those heard, a phone of the sentence.
    distance: float
    #: The same over the word that fits worst.
    worst_distance: float
    #: Part of what was heard that lies in no word of the sentence.
    uncovered: float
    #: A part of the sentence's phones: the fewer there are, the less each says.
    brevity: float
    #: Phones a second within the words.
    pace: float


def weigh(heard: Heard) -> Evidence:
    """Return the evidence of what was heard."""
    end = 1 + max(segment.last for segment in (*heard.path, *heard.phones))
    gain = [
        along - loop
        for along, loop in zip(_frames(heard.path, end), _frames(heard.phones, end), strict=True)
    ]
    sounding = _covered((s for s in heard.phones if s.label != _SILENCE), end)
    spoken = _covered((word.place for word in heard.words), end)
    either = [value for value, a, b in zip(gain, sounding, spoken, strict=True) if a or b]
    loose = sum(a and not b for a, b in zip(sounding, spoken, strict=True))
    phones = [phone for word in heard.words for phone in word.phones]
    sung = [segment for segment in heard.phones if segment.label.isalpha()]
    sung = [segment for segment in sung if segment.label != _SILENCE]
    return Evidence(
        ratio=sum(either) / max(1, len(either)) * FRAME_RATE,
        worst_ratio=min(_word_ratio(word, gain) for word in heard.words),
        distance=edits(phones, [s.label for s in sung]) / len(phones),
        worst_distance=max(_word_distance(word, sung) for word in heard.words),
        uncovered=loose / max(1, sum(sounding)),
        brevity=1 / len(phones),
        pace=len(phones) * FRAME_RATE / max(1, sum(spoken)),
    )


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many insertions, deletions and replacements turn one into the other."""
    row = list(range(len(other) + 1))
    for index, left in enumerate(one, start=1):
        before, row[0] = row[0], index
        for place, right in enumerate(other, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (left != right)),
            )
    return row[-1]


def _frames(segments: Iterable[Segment], end: int) -> list[float]:
    """Return each frame's share of its segment's score."""
    scores = [0.0] * end
    for segment in segments:
        for frame in range(segment.first, segment.last + 1):
            scores[frame] = segment.score / segment.frames
    return scores


def _covered(segments: Iterable[Segment], end: int) -> list[bool]:
    covered = [False] * end
    for segment in segments:
        covered[segment.first : segment.last + 1] = [True] * segment.frames
    return covered


def _word_ratio(word: Word, gain: Sequence[float]) -> float:
    place = word.place
    return sum(gain[place.first : place.last + 1]) / max(_SHORT, place.frames) * FRAME_RATE


def _word_distance(word: Word, sung: Sequence[Segment]) -> float:
    place = word.place
    near = [
        s.label for s in sung if place.first - _EDGE <= (s.first + s.last) / 2 <= place.last + _EDGE
    ]
    return edits(word.phones, near) / len(word.phones)

"""Which things of a large house may be meant, by their names and the words that were said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log
import re
from typing import Final

from .house import Thing

#: Things that are told of with the words; enough for a room, and for what is easily confused.
MAX_RELEVANT: Final = 40
#: What is nearer to where somebody speaks is a little more likely.
_NEAR: Final = 1.25
#: Less alike than this, two words have nothing to do with each other.
_ALIKE: Final = 0.5
#: Of a word within another, as in the German "Deckenlicht".
_WITHIN: Final = 0.8
_SHORTEST: Final = 3  # letters that tell something within a word

_WORD: Final = re.compile(r"\w+")


def relevant(things: Sequence[Thing], said: str, area: str) -> list[Thing]:
    """Return the things that words said in an area may mean, in the order in which they came."""
    words = set(_words(said))
    own = [set(_words(f"{each.name} {each.area} {each.domain}")) for each in things]
    weights = _weights(own)
    likeness = {word: _likeness(word, weights) for word in words}
    scores = [_score(likeness.values(), each) for each in own]
    ranked = sorted(
        (score * (_NEAR if area and each.area == area else 1.0), -number)
        for number, (score, each) in enumerate(zip(scores, things, strict=True))
        if score
    )
    chosen = sorted(-number for _, number in ranked[-MAX_RELEVANT:])
    return [things[number] for number in chosen]


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text.casefold().replace("_", " ")))


def _weights(own: Sequence[set[str]]) -> Mapping[str, float]:
    """Return how much each word tells: one that few things have, more."""
    counts: dict[str, int] = {}
    for words in own:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: log(1 + len(own) / count) for word, count in counts.items()}


def _likeness(word: str, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Return the words that a word may mean, with how much that tells."""
    found = {each: _alike(word, each) * weight for each, weight in weights.items()}
    return {each: weight for each, weight in found.items() if weight}


def _score(likenesses: Iterable[Mapping[str, float]], own: set[str]) -> float:
    return sum(max((each.get(word, 0.0) for word in own), default=0.0) for each in likenesses)


def _alike(one: str, other: str) -> float:
    """Return how alike two words are: 1 for the same, 0 for strangers."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST:
        return 0.0
    if short in long:
        return _WITHIN
    ours, theirs = _trigrams(one), _trigrams(other)
    share = 2 * len(ours & theirs) / (len(ours) + len(theirs))
    return share if share >= _ALIKE else 0.0


@lru_cache(maxsize=4096)
def _trigrams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))

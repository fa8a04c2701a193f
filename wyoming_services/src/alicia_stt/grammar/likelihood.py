"""How likely each next word is: where two sound alike, the ear needs a push."""

from collections.abc import Iterator
from math import exp

from .network import Automaton
from .numbers import MARK

#: A teen's last N drowns in the consonant after it, so that its ten fits any sound of it;
#: this much less likely (found on development speech), tens and teens are heard alike.
_TEN = exp(-20)
_TENS = frozenset(
    f"{MARK}{ten}" for ten in "twenty thirty forty fifty sixty seventy eighty ninety".split()
)

#: "Seven hour" is said less often than it is heard in "half an hour".
_SINGULAR = exp(-25)


def weighted_arcs(automaton: Automaton) -> Iterator[tuple[int, int, float, str]]:
    """Yield each arc with its likelihood, which is 1 for nearly all of them."""
    after_number = {
        target
        for arcs in automaton.arcs
        for word, target in arcs
        if word.startswith(MARK) and word != f"{MARK}one"
    }
    for state, arcs in enumerate(automaton.arcs):
        next_words = {word for word, _ in arcs}
        for word, target in arcs:
            singular = state in after_number and f"{word}s" in next_words
            likely = _TEN if word in _TENS else _SINGULAR if singular else 1.0
            yield state, target, likely, word

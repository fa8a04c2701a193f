"""What is certain of a command while it is being said.

No more than a beginning is told as long as somebody speaks, and never one that is a command by
itself: what is told early must not be taken for the whole.
"""

from collections.abc import Sequence

from .compiler import Grammar
from .decoder import Heard, Word
from .evidence import weigh
from .judge import judge
from .numbers import MARK


def certain(heard: Heard, grammar: Grammar, *, is_pause: bool) -> str:
    """Return what was said so far, as far as it's believed; in a pause that may be all of it."""
    if is_pause and _is_believed(heard, grammar) and grammar.automaton.accepts(_texts(heard.words)):
        return grammar.write(_texts(heard.words))
    words = list(heard.words[:-1])  # the last one is a guess until it is over
    while words and _is_open(_texts(words), grammar):
        words.pop()
    if not words or not _is_believed(_beginning(heard, words), grammar):
        return ""
    return grammar.write(_texts(words))


def _is_open(words: Sequence[str], grammar: Grammar) -> bool:
    """Tell whether it may end here, or in the middle of a number."""
    return words[-1].startswith(MARK) or grammar.automaton.accepts(list(words))


def _is_believed(heard: Heard, grammar: Grammar) -> bool:
    """Tell whether the judge would have it, were it all."""
    guarded = not grammar.guarded.isdisjoint(_texts(heard.words))
    return judge(weigh(heard), guarded=guarded).accepted


def _beginning(heard: Heard, words: Sequence[Word]) -> Heard:
    """Return what was heard until the last of these words ends."""
    end = words[-1].place.last
    return Heard(
        tuple(words),
        tuple(segment for segment in heard.path if segment.first <= end),
        tuple(segment for segment in heard.phones if segment.first <= end),
    )


def _texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]

"""What somebody means who was asked: yes, no, a number, or something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile
import re
from typing import Final
import unicodedata

from .vocabulary import ENGLISH, VOCABULARIES

#: Nobody agrees at greater length; characters.
LONGEST: Final = 120
#: What stands in place of a PIN.
REDACTED: Final = "(PIN)"
#: Who asks back has not agreed.
_ASKS: Final = re.compile("[?\uff1f\u061f\u037e]")
#: Words that may stand between two numbers of one PIN.
_GAP: Final = 2
#: Fewer digits are no attempt at a PIN.
_FEWEST: Final = 3

_WORD: Final = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")


class Reply(Enum):
    """What an answer is."""

    YES = auto()
    NO = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a text."""

    start: int
    end: int
    #: which of the words it is
    place: int
    figures: str
    #: whether a word for a unit that follows is a part of it
    is_tens: bool = False
    is_unit: bool = False


def judge(text: str, language: str, question: str = "") -> Reply:
    """Return what an answer is; who agrees may repeat words of the question, and no others.

    A question that holds a yes is not agreed to by its own echo.
    """
    spoken = _words(text[: LONGEST + 1])
    words = frozenset(spoken)
    if not words or len(text) > LONGEST:
        return Reply.OTHER
    own = VOCABULARIES.get(language.replace("_", "-").partition("-")[0].lower(), ENGLISH)
    if not words.isdisjoint(ENGLISH.no | own.no):
        return Reply.NO
    asked = frozenset(_words(question))
    agrees = (ENGLISH.yes | own.yes) - asked
    if words.isdisjoint(agrees) or not words <= agrees | ENGLISH.polite | own.polite | asked:
        return Reply.OTHER
    before = frozenset(takewhile(lambda word: word not in agrees, spoken))
    is_doubt = _ASKS.search(text) or not before.isdisjoint(ENGLISH.doubt | own.doubt)
    return Reply.OTHER if is_doubt else Reply.YES


def digits_of(text: str) -> str:
    """Return the digits that a text spells, in figures or in words; empty for next to none."""
    digits = "".join(each.figures for each in _numbers(text))
    return digits if len(digits) >= _FEWEST else ""


def mask(text: str) -> str:
    """Return a text without its numbers, any of which may be a part of a PIN."""
    if digits_of(text):
        return REDACTED
    parts, at = [], 0
    for each in _numbers(text):
        parts += [text[at : each.start], REDACTED]
        at = each.end
    return "".join((*parts, text[at:]))


def redact(text: str, pin: str) -> str:
    """Return a text without a PIN, however it is spelt."""
    parts, at = [], 0
    for run in _runs(text):
        if pin in "".join(each.figures for each in run):
            parts += [text[at : run[0].start], REDACTED]
            at = run[-1].end
    return "".join((*parts, text[at:]))


def _runs(text: str) -> Iterator[list[_Number]]:
    """Yield the numbers that may belong together."""
    run: list[_Number] = []
    for each in _numbers(text):
        if run and each.place - run[-1].place > _GAP + 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _numbers(text: str) -> Iterator[_Number]:
    """Yield the numbers; "twenty", "one" is 21."""
    held: _Number | None = None
    for place, found in enumerate(_WORD.finditer(text)):
        number = _number(found, place)
        if held and number and number.is_unit and held.place + 1 == place:
            figures = held.figures[0] + number.figures
            yield _Number(held.start, number.end, place, figures)
            held = None
            continue
        if held:
            yield held
        held = number if number and number.is_tens else None
        if number and held is None:
            yield number
    if held:
        yield held


def _number(found: re.Match[str], place: int) -> _Number | None:
    word = _plain(found[0])
    if word.isdecimal():
        figures = "".join(str(unicodedata.decimal(figure)) for figure in word)
        return _Number(*found.span(), place, figures)
    for vocabulary in VOCABULARIES.values():
        if (value := vocabulary.numbers.get(word)) is not None:
            is_tens = value >= 20 and value % 10 == 0
            return _Number(*found.span(), place, str(value), is_tens, 0 < value < 10)
    return None


def _words(text: str) -> list[str]:
    return [_plain(found[0]) for found in _WORD.finditer(text)]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'").casefold()

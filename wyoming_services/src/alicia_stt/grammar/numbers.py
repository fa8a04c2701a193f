"""Numbers: spoken as words, written as digits.

Digits are what Home Assistant understands best: after it has tried a sentence that counts
down ("volume down by ten"), its matcher takes the same number words as negative elsewhere.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from hassil.intents import Intents, RangeSlotList
from hassil.numbers import get_rbnf_engine

#: Tells a number's word ("~fifty") from the same word of a name ("Studio Fifty").
MARK = "~"


def number_words(numbers: RangeSlotList, language: str) -> Iterator[tuple[str, str]]:
    """Yield how the range's numbers are spoken, word by marked word, and written."""
    for number in numbers.get_numbers():
        for words in _words(number, numbers.words_language or language):
            yield words, f"{number:g}"


@lru_cache(maxsize=1024)
def _words(number: float, language: str) -> tuple[str, ...]:
    texts = get_rbnf_engine(language).format_number(number).text_by_ruleset.values()
    spellings = sorted({text.replace("-", " ") for text in texts})
    return tuple(" ".join(f"{MARK}{word}" for word in text.split()) for text in spellings)


def spoken(text: str) -> str:
    """Return the text as it is said."""
    return text.replace(MARK, "")


def written(text: str, digits: Mapping[str, str]) -> str:
    """Return the text as it is written, its marked words as digits."""
    parts: list[str] = []
    for is_number, run in groupby(text.split(), lambda word: word.startswith(MARK)):
        words = " ".join(run)
        parts.append(digits.get(words, spoken(words)) if is_number else words)
    return " ".join(parts)


def digits_in(intents: Intents, language: str) -> Mapping[str, str]:
    """Return the digits of every number that a sentence can hold, by its marked words."""
    return {
        words: digits
        for numbers in intents.slot_lists.values()
        if isinstance(numbers, RangeSlotList)
        for words, digits in number_words(numbers, language)
    }

"""Numbers are said in words and written in digits."""

from hassil.intents import RangeFractionType, RangeSlotList
import pytest

from alicia_stt.grammar.numbers import digits_in, number_words, spoken, written
from alicia_stt.grammar.sentences import load_intents

DIGITS = digits_in(load_intents("en"), "en")


def test_words_of_a_range() -> None:
    """Halves are spoken as points; hyphens aren't spoken."""
    temperatures = RangeSlotList("t", 20, 21, fraction_type=RangeFractionType.HALVES)
    said = {spoken(words): digits for words, digits in number_words(temperatures, "en")}
    assert said == {
        "twenty": "20",
        "twenty point five": "20.5",
        "twenty one": "21",
        "twenty one point five": "21.5",
    }


@pytest.mark.parametrize(
    ("heard", "text"),
    [
        ("timer for ~one hour and ~thirty ~five minutes", "timer for 1 hour and 35 minutes"),
        ("set lamp two to ~fifty percent", "set lamp two to 50 percent"),
        ("~twenty ~seven", "27"),
        ("turn on studio fifty", "turn on studio fifty"),
        ("~twenty ~point ~five degrees", "20.5 degrees"),
    ],
)
def test_written(heard: str, text: str) -> None:
    """Marked words become digits, and a name's own words stay."""
    assert written(heard, DIGITS) == text

"""Words for yes, no and numbers, a row a language. To add one, add a row.

English is understood beside every language: a house may speak more than one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _numbers(text: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * n for n, word in enumerate(text.casefold().split())}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a language agrees, declines and counts."""

    yes: frozenset[str]
    no: frozenset[str]
    #: what may stand beside a yes and leaves it one
    polite: frozenset[str] = frozenset()
    #: what makes a question of a yes that it stands before
    doubt: frozenset[str] = frozenset()
    #: numbers from 0 to 99; after one of the tens a word for a unit is added to it
    numbers: Mapping[str, int] = field(default_factory=dict)


_UNITS: Final = _numbers("ein zwei drei vier fünf sechs sieben acht neun", 1)
_TENS: Final = _numbers("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10)

#: What speech to text makes of silence, such as "okay", is no yes by itself.
ENGLISH: Final = Vocabulary(
    yes=_words("yes yeah yep yup sure absolutely certainly confirm confirmed affirmative"),
    no=_words(
        "no nope nah not never don't dont stop cancel abort wait forget nevermind wrong negative"
    ),
    polite=_words("ok okay please do it that go ahead now thanks thank you"),
    doubt=_words("you are is really"),
    numbers=_numbers("zero one two three four five six seven eight nine")
    | _numbers("oh o", 0, 0)
    | _numbers(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10
    )
    | _numbers("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
)
GERMAN: Final = Vocabulary(
    yes=_words("ja jawohl jo jep klar gerne genau natürlich sicher bestätigt"),
    no=_words("nein nee nö nicht nie niemals kein keine halt stopp abbrechen warte falsch vergiss"),
    polite=_words("ok okay bitte mach mache das es tu danke gern jetzt doch"),
    doubt=_words("du sie ihr bist seid ist wirklich ganz"),
    numbers=_numbers("null eins zwei drei vier fünf sechs sieben acht neun")
    | {"zwo": 2, "ein": 1}
    | _numbers("zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn", 10)
    | _TENS
    | {
        f"{unit}und{ten}": tens + units
        for ten, tens in _TENS.items()
        for unit, units in _UNITS.items()
    },
)

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    "en": ENGLISH,
    "de": GERMAN,
    "da": Vocabulary(_words("ja jo"), _words("nej ikke")),
    "es": Vocabulary(_words("sí si vale claro"), _words("no nunca cancela")),
    "fr": Vocabulary(_words("oui ouais"), _words("non pas annule jamais")),
    "it": Vocabulary(_words("sì si certo"), _words("no non annulla mai")),
    "nb": Vocabulary(_words("ja jo"), _words("nei ikke")),
    "nl": Vocabulary(_words("ja jawel"), _words("nee niet nooit")),
    "pl": Vocabulary(_words("tak"), _words("nie anuluj nigdy")),
    "pt": Vocabulary(_words("sim"), _words("não nao nunca")),
    "sv": Vocabulary(_words("ja jo"), _words("nej inte")),
}

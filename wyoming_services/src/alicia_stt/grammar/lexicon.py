"""How each word of the grammar sounds, whatever its owner named the lamp."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
import re
import unicodedata

from hassil.numbers import get_rbnf_engine
from pocketsphinx import get_model_path

from .letters import sounds_of

#: A word's sounds, each "K IH CH AH N"; the first is the most usual one.
Sounds = tuple[str, ...]

_PART = re.compile(r"\d+|[^\W\d_']+(?:'[^\W\d_]+)?", re.UNICODE)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")

#: How a plural or possessive "s" sounds after these phones; "Z" after any other.
_AFTER = dict.fromkeys("P T K F TH".split(), "S") | dict.fromkeys("S Z SH ZH CH JH".split(), "IH Z")


def pronounce(words: Iterable[str]) -> dict[str, Sounds]:
    """Return how these words sound; a word that has no sound at all is left out."""
    wanted = set(words)
    spellings = {form for word in wanted for form in _spellings(word)}
    dictionary = _dictionary(spellings)
    sounds = {word: _sounds(word, dictionary) for word in wanted}
    return {word: said for word, said in sounds.items() if said}


def _sounds(word: str, dictionary: Mapping[str, Sounds]) -> Sounds:
    known = dictionary.get(word)
    if known:
        return known + _assimilated(word, known)
    if _ORDINAL.fullmatch(word):
        return tuple(filter(None, (sounds_of(word),)))
    parts = [part for piece in _PART.findall(word) for part in _spoken(piece)]
    said = " ".join(filter(None, (_one_sound(part, dictionary) for part in parts)))
    return (said,) if said else ()


def _assimilated(word: str, known: Sounds) -> Sounds:
    """Return how a teen ends before the consonants of "percent", "minutes" and "kelvin"."""
    if not word.endswith("teen"):
        return ()
    return tuple(f"{known[0].removesuffix('N')}{nasal}" for nasal in ("M", "NG"))


def _spoken(piece: str) -> list[str]:
    """Return the piece of a word as words: a number's, or itself."""
    if not piece.isdecimal():
        return [piece]
    words = get_rbnf_engine("en").format_number(int(piece)).text
    return words.replace("-", " ").split()


def _one_sound(part: str, dictionary: Mapping[str, Sounds]) -> str:
    for spelling in (part, _unaccented(part)):
        if known := dictionary.get(spelling):
            return known[0]
    stem = dictionary.get(_stem(part))
    if stem and part.endswith("s"):
        return f"{stem[0]} {_AFTER.get(stem[0].split()[-1], 'Z')}"
    return sounds_of(part)


def _spellings(word: str) -> Iterator[str]:
    """Yield everything that may be looked up for the word."""
    yield word
    for piece in _PART.findall(word):
        for part in _spoken(piece):
            yield from (part, _unaccented(part), _stem(part))


def _stem(part: str) -> str:
    return re.sub(r"'?s$", "", part)


def _unaccented(part: str) -> str:
    marked = unicodedata.normalize("NFKD", part)
    return "".join(char for char in marked if not unicodedata.combining(char))


def _dictionary(wanted: Collection[str]) -> Mapping[str, Sounds]:
    """Return the wanted part of pocketsphinx's dictionary; the whole takes 50 MB."""
    entries: dict[str, list[str]] = {}
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.partition(" ")
            word = word.partition("(")[0]
            if word in wanted:
                entries.setdefault(word, []).append(phones.strip())
    return {word: tuple(phones) for word, phones in entries.items()}

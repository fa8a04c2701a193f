"""From a sentence to commands: what is to be done, to what, in which language."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import re
from typing import Any, Final

from .english import ENGLISH
from .french import FRENCH
from .german import GERMAN
from .language import Language

LANGUAGES: Final = (ENGLISH, GERMAN, FRENCH)

_END: Final = re.compile(r"[.!?…,;:]+(?=\s|$)")
_CLAUSE: Final = re.compile(r"[.!?\n\"':;,()]|\b(?:and|then|now|und|dann|jetzt|et)\b")
_QUESTIONS: Final = {"is", "which", "what", "warm", "items", "web"}
#: A command with several things is one for each.
_SPLIT: Final = {"item", "what"}
#: What says which language a sentence is in that nobody understands.
_GERMAN: Final = frozenset("der die das ist und wie was wo bitte ich ein eine nicht im".split())
_FRENCH: Final = frozenset("le la les est et je un une que dans pas quelle".split())


@dataclass(frozen=True, slots=True)
class Command:
    """Something that is to be done or told."""

    kind: str
    language: Language
    what: str = ""
    number: float | None = None
    unit: str = ""
    item: str = ""
    text: str = ""
    color: str = ""
    state: str = ""


def understand(sentence: str) -> list[Command]:
    """Return the commands in a sentence; none if it is not understood."""
    for language in LANGUAGES:
        if found := _commands(plain(sentence, language), language):
            return found
    return []


def orders(text: str) -> list[Command]:
    """Return every part of a text that would be a command to do something to a thing."""
    found = [
        _match(plain(part, language), language)
        for part in _CLAUSE.split(text)
        for language in LANGUAGES
    ]
    return [each for each in found if each and each.what and each.kind not in _QUESTIONS]


def language_of(sentence: str) -> Language:
    """Return the language of a sentence, English if in doubt."""
    if found := understand(sentence):
        return found[0].language
    words = set(plain(sentence, ENGLISH).split())
    german, french = len(words & _GERMAN), len(words & _FRENCH)
    if max(german, french) < 2:
        return ENGLISH
    return GERMAN if german >= french else FRENCH


def plain(sentence: str, language: Language) -> str:
    """Return a sentence in lower case, without politeness and marks at the ends of words."""
    text = _END.sub("", sentence.lower().replace("’", "'"))
    return " ".join(language.polite.sub("", text).split())


def _commands(sentence: str, language: Language) -> list[Command]:
    """Return commands: each part is one of its own, or goes on with the verb before it."""
    parts = re.split(rf" {language.also} (?:then |dann )?", sentence)
    found: list[Command] = []
    for part in parts:
        if command := _match(part, language):
            found.append(command)
        elif found and found[-1].what:
            found.append(replace(found[-1], what=part))
        else:
            found = []
            break
    if not found and (whole := _match(sentence, language)):
        found = list(_several(whole, language))
    return found


def _several(command: Command, language: Language) -> Iterator[Command]:
    for field in _SPLIT:
        parts = getattr(command, field).split(f" {language.also} ")
        if len(parts) > 1:
            yield from (replace(command, **{field: part}) for part in parts)
            return
    yield command


def _match(sentence: str, language: Language) -> Command | None:
    for kind, pattern in language.rules:
        if found := pattern.fullmatch(sentence):
            groups: dict[str, Any] = {
                name: value for name, value in found.groupdict().items() if value
            }
            if "number" in groups:
                groups["number"] = float(groups["number"].replace(",", "."))
            return Command(kind, language, **groups)
    return None

"""What the brain says: a sentence for each outcome, in each language."""

from collections.abc import Iterator, Mapping
import json
from typing import Any, Final

from .house import Thing
from .language import Language

#: By what was done; {what} is the thing, {number} and {text} what it was done with.
DONE: Final = {
    "en": {
        "on": "{what} is on.", "off": "{what} is off.", "lock": "{what} is locked.",
        "unlock": "{what} is unlocked.", "open": "{what} is opening.",
        "close": "{what} is closing.", "percent": "{what} is set to {number} percent.",
        "temperature": "{what} is set to {number} degrees.", "color": "{what} is {text} now.",
        "add": "I added {text} to {what}.", "remove": "I removed {text} from {what}.",
        "done": "I ticked off {text}.", "timer": "The timer runs.", "cancel": "No timer runs.",
        "say": "I told everyone.", "dock": "{what} goes home.", "run": "{what} is started.",
        "": "Done: {what}.",
    },
    "de": {
        "on": "{what} ist an.", "off": "{what} ist aus.", "lock": "{what} ist abgeschlossen.",
        "unlock": "{what} ist aufgeschlossen.", "open": "{what} geht auf.",
        "close": "{what} geht zu.", "percent": "{what} steht auf {number} Prozent.",
        "temperature": "{what} steht auf {number} Grad.", "color": "{what} ist jetzt {text}.",
        "add": "{text} steht auf {what}.", "remove": "{text} ist gestrichen.",
        "done": "{text} ist abgehakt.", "timer": "Der Timer läuft.",
        "cancel": "Es läuft kein Timer mehr.", "say": "Ich habe es allen gesagt.",
        "dock": "{what} fährt heim.", "run": "{what} ist gestartet.", "": "Erledigt: {what}.",
    },
    "fr": {
        "on": "{what} : allumé.", "off": "{what} : éteint.", "lock": "{what} : verrouillé.",
        "unlock": "{what} : déverrouillé.", "": "C'est fait : {what}.",
    },
}  # fmt: skip

SAYINGS: Final = {
    "en": {
        "failed": "That did not work: {text}", "unknown": "I don't find {what}.",
        "which": "Which one: {text}?", "no_tool": "I have no tool for that.",
        "hello": "Hello.", "thanks": "You are welcome.", "no": "All right, I leave it.",
        "yes": "There is nothing to confirm.", "puzzled": "I don't know.",
        "time": "It is {time}, on {date}.", "state": "{what} is {text}.",
        "yes_state": "Yes, {what} is {text}.", "no_state": "No, {what} is {text}.",
        "none": "None of them.", "items": "On {what}: {text}.", "empty": "{what} is empty.",
        "found": "I found this about {text}.", "pictures": "I was shown {number} pictures.",
    },
    "de": {
        "failed": "Das hat nicht geklappt: {text}", "unknown": "Ich finde {what} nicht.",
        "which": "Welches davon: {text}?", "no_tool": "Dafür habe ich kein Werkzeug.",
        "hello": "Hallo.", "thanks": "Gern geschehen.", "no": "Gut, ich lasse es.",
        "yes": "Es gibt nichts zu bestätigen.", "puzzled": "Das weiß ich nicht.",
        "time": "Es ist {time} Uhr, am {date}.", "state": "{what} ist {text}.",
        "yes_state": "Ja, {what} ist {text}.", "no_state": "Nein, {what} ist {text}.",
        "none": "Nichts davon.", "items": "Auf {what}: {text}.", "empty": "{what} ist leer.",
        "found": "Das habe ich zu {text} gefunden.",
        "pictures": "Ich habe {number} Bilder bekommen.",
    },
    "fr": {
        "failed": "Ça n'a pas marché : {text}", "unknown": "Je ne trouve pas {what}.",
        "which": "Lequel : {text} ?", "no_tool": "Je n'ai pas d'outil pour cela.",
        "hello": "Bonjour.", "thanks": "De rien.", "puzzled": "Je ne sais pas.",
        "time": "Il est {time}, le {date}.", "state": "{what} : {text}.",
        "yes_state": "Oui, {what} : {text}.", "no_state": "Non, {what} : {text}.",
        "none": "Aucun.", "found": "J'ai trouvé ceci : {text}.",
        "pictures": "J'ai reçu {number} images.",
    },
}  # fmt: skip

#: Keys of a tool's result whose text says what went wrong.
_TEXTS: Final = ("message", "error", "error_text", "text", "speech", "plain")


def say(name: str, language: Language, **parts: str) -> str:
    """Return a sentence."""
    own = SAYINGS[language.code]
    return (own.get(name) or SAYINGS["en"][name]).format(**parts)


def done(kind: str, language: Language, what: str, number: float | None, text: str) -> str:
    """Return what is said of something that was done."""
    own = DONE[language.code]
    shown = "" if number is None else f"{number:g}"
    return _capital((own.get(kind) or own[""]).format(what=what, number=shown, text=text))


def state(thing: Thing, language: Language, asked: str) -> str:
    """Return what is said of a state, and whether it is what was asked for."""
    words = language.states.get(thing.state)
    text = words[0] if words else _with_unit(thing.state, thing.attributes)
    if not asked:
        return _capital(say("state", language, what=thing.name, text=text))
    wanted = {value for value, names in language.states.items() if asked in names}
    name = "yes_state" if matches(thing, wanted) else "no_state"
    return _capital(say(name, language, what=thing.name, text=text))


def matches(thing: Thing, wanted: set[str]) -> bool:
    """Tell whether a state is one of those; a window that is "on" is open."""
    opened = {"on": "open", "off": "closed"}
    return thing.state in wanted or (
        thing.domain == "binary_sensor" and opened.get(thing.state) in wanted
    )


def temperature(thing: Thing) -> str:
    """Return the temperature that a thing knows."""
    given = thing.attributes
    return given.get("current_temperature") or given.get("temperature") or thing.state


def _with_unit(value: str, attributes: Mapping[str, str]) -> str:
    unit = attributes.get("unit_of_measurement")
    return f"{value} {unit}" if unit else value


def failure(output: str) -> str | None:
    """Return what a tool says went wrong, or None if it didn't."""
    try:
        result = json.loads(output)
    except ValueError:
        return None
    if not isinstance(result, dict) or not _failed(result):
        return None
    return next(_told(result), output[:200])


def _failed(result: Mapping[str, Any]) -> bool:
    inner = result.get("data")
    return bool(
        result.get("error")
        or result.get("success") is False
        or result.get("response_type") == "error"
        or result.get("failed")
        or (isinstance(inner, dict) and _failed(inner))
    )


def _told(value: Any) -> Iterator[str]:
    """Yield the texts of a result, those that say most first."""
    if not isinstance(value, dict):
        return
    for key in _TEXTS:
        if isinstance(value.get(key), str) and value[key]:
            yield value[key]
    for each in value.values():
        yield from _told(each)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Which thing of the house is meant."""

from collections.abc import Iterable
from dataclasses import dataclass
import re
from typing import Final

from .house import House, Thing
from .language import Language

#: What each kind of command can be done to; the first that is there counts.
CAN: Final = {
    "lock": ("lock",),
    "unlock": ("lock",),
    "open": ("cover", "valve", "lock"),
    "close": ("cover", "valve", "lock"),
    "disarm": ("alarm_control_panel",),
    "stop": ("cover", "valve", "media_player", "vacuum"),
    "percent": ("light", "cover", "valve", "fan", "media_player", "humidifier"),
    "color": ("light",),
    "temperature": ("climate", "water_heater"),
    "warm": ("climate", "sensor", "weather"),
    "volume": ("media_player",),
    "louder": ("media_player",),
    "quieter": ("media_player",),
    "mute": ("media_player",),
    "unmute": ("media_player",),
    "next": ("media_player",),
    "previous": ("media_player",),
    "pause": ("media_player",),
    "resume": ("media_player",),
    "dock": ("vacuum", "lawn_mower"),
    "items": ("todo",),
    "add": ("todo",),
    "done": ("todo",),
    "remove": ("todo",),
    "run": ("script", "scene", "vacuum", "automation", "button", "lawn_mower"),
    "on": (
        "light", "switch", "fan", "media_player", "climate", "scene", "script", "automation",
        "input_boolean", "siren", "humidifier", "button", "vacuum", "cover", "water_heater",
    ),
    "off": (
        "light", "switch", "fan", "media_player", "climate", "automation", "input_boolean",
        "siren", "humidifier", "vacuum", "water_heater",
    ),
}  # fmt: skip

#: Commands that ask: all things of a kind may be meant at once.
ASKS: Final = {"is", "which", "what", "warm"}

_WORD: Final = re.compile(r"[^\W_]+")
_ENDINGS: Final = re.compile(r"(?:s|n|en|es)$")


@dataclass(frozen=True, slots=True)
class Target:
    """A thing, or all of a kind in an area."""

    domain: str
    name: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several things may be meant."""

    names: tuple[str, ...]


def targets(
    what: str, kind: str, house: House, language: Language, here: str
) -> list[Target] | Unclear:
    """Return what is meant; nothing if the house has no such thing."""
    domains = CAN.get(kind)
    candidates = house.of(domains) if domains else list(house.things)
    words = _meaning(what, language)
    if exact := _exact(words, candidates, language):
        return _one(exact, what, house, language, here)
    area = _area(words, house, language)
    rest = [word for word in words if word not in _meaning(area, language)]
    if (kinds := _kinds(rest, language, domains)) is not None:
        if kind in ASKS:
            return _any(kinds, house, area or (here if kind == "warm" else ""))
        everywhere = set(what.casefold().split()) & language.all
        here = "" if everywhere or not house.of(kinds, here) else here
        return _all(kinds, what, house, language, area or here)
    likely = _likely(rest, candidates, area, language)
    return _one(likely, what, house, language, area or here) if likely else []


def _meaning(text: str, language: Language) -> list[str]:
    """Return the words that say something."""
    return [word for word in _WORD.findall(text.casefold()) if word not in language.small]


def _exact(words: list[str], things: Iterable[Thing], language: Language) -> list[Thing]:
    if not words:
        return []
    return [
        thing for thing in things if any(_meaning(name, language) == words for name in thing.names)
    ]


def _area(words: list[str], house: House, language: Language) -> str:
    for area in house.areas:
        parts = _meaning(area, language)
        if parts and all(part in words for part in parts):
            return area
    return ""


def _kinds(
    words: list[str], language: Language, domains: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    """Return the domains that words stand for, or None if one of them says more."""
    if not words:
        return domains
    found = [
        {domain for domain, names in language.domains.items() if word in names} for word in words
    ]
    together = set.intersection(*found)
    kinds = [each for each in domains or sorted(together) if each in together]
    return tuple(kinds) or None


def _any(kinds: tuple[str, ...], house: House, area: str) -> list[Target]:
    """Return the first kind that there is, in an area if one is meant."""
    for place in dict.fromkeys((area, "")):
        for domain in kinds:
            if house.of([domain], place):
                return [Target(domain, area=place)]
    return []


def _all(
    kinds: tuple[str, ...], what: str, house: House, language: Language, area: str
) -> list[Target] | Unclear:
    """Return all of a kind in an area, or the one there is, or all there are if that is said."""
    everywhere = bool(set(what.casefold().split()) & language.all)
    if area:
        return [Target(domain, area=area) for domain in kinds if house.of([domain], area)][:1]
    for domain in kinds:
        things = house.of([domain])
        if len(things) == 1:
            return [Target(domain, name=things[0].name)]
        if things and everywhere:
            areas = dict.fromkeys(thing.areas[0] for thing in things if thing.areas)
            homeless = [Target(domain, name=thing.name) for thing in things if not thing.areas]
            return [*(Target(domain, area=each) for each in areas), *homeless]
        if things:
            return Unclear(tuple(thing.name for thing in things[:5]))
    return []


def _likely(
    words: list[str], things: Iterable[Thing], area: str, language: Language
) -> list[Thing]:
    """Return the things whose names, areas and kinds hold all words, closest names first."""
    scored: list[tuple[int, Thing]] = []
    for thing in things:
        if area and thing.areas and area not in thing.areas:
            continue
        kinds = language.domains.get(thing.domain, ())
        for name in thing.names:
            own = _meaning(name, language)
            named = [word for word in words if _among(word, own, language)]
            if named and all(_among(word, (*own, *kinds), language) for word in words):
                scored.append((len(own) - len(named), thing))
    best = min((score for score, _ in scored), default=0)
    return list(dict.fromkeys(thing for score, thing in scored if score == best))


def _among(word: str, others: Iterable[str], language: Language) -> bool:
    stems = {_ENDINGS.sub("", each) for each in (word, *language.alike.get(word, ()))}
    return any(_ENDINGS.sub("", other) in stems for other in others)


def _one(
    things: list[Thing], what: str, house: House, language: Language, here: str
) -> list[Target] | Unclear:
    """Return the thing; of several with one name that of the area."""
    if len(things) > 1:
        things = [thing for thing in things if here in thing.areas] or things
    if len(things) > 1:
        return Unclear(tuple(f"{thing.name} ({', '.join(thing.areas)})" for thing in things[:5]))
    thing = things[0]
    same = [each for each in house.of([thing.domain]) if each.name == thing.name]
    return [Target(thing.domain, thing.name, thing.areas[0] if len(same) > 1 else "")]

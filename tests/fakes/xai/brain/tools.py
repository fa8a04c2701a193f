"""Which of the offered tools does it, and with what arguments."""

from collections.abc import Callable, Iterable, Mapping
import re
from typing import Any, Final

from ..request import Function, Json
from ..turns import Call
from .commands import Command
from .targets import Target

#: The tool of a command, by its name without what Home Assistant puts before it.
TOOLS: Final = {
    "on": "HassTurnOn", "off": "HassTurnOff", "lock": "HassTurnOn", "unlock": "HassTurnOff",
    "open": "HassTurnOn", "close": "HassTurnOff", "disarm": "HassTurnOff",
    "stop": "HassStopMoving", "color": "HassLightSet",
    "temperature": "HassClimateSetTemperature",
    "volume": "HassSetVolume", "louder": "HassSetVolumeRelative",
    "quieter": "HassSetVolumeRelative",
    "mute": "HassMediaPlayerMute", "unmute": "HassMediaPlayerUnmute",
    "next": "HassMediaNext", "previous": "HassMediaPrevious",
    "pause": "HassMediaPause", "resume": "HassMediaUnpause",
    "dock": "HassVacuumReturnToBase", "run": "HassTurnOn",
    "add": "HassListAddItem", "done": "HassListCompleteItem", "remove": "HassListRemoveItem",
    "items": "get_items",
    "timer": "HassStartTimer", "left": "HassTimerStatus", "cancel": "HassCancelAllTimers",
    "say": "HassBroadcast", "time": "GetDateTime",
    "is": "GetLiveContext", "which": "GetLiveContext", "what": "GetLiveContext",
    "warm": "GetLiveContext",
}  # fmt: skip
#: Where the kind of thing decides.
BY_DOMAIN: Final = {
    ("percent", "light"): "HassLightSet",
    ("percent", "cover"): "HassSetPosition",
    ("percent", "valve"): "HassSetPosition",
    ("percent", "fan"): "HassFanSetSpeed",
    ("percent", "media_player"): "HassSetVolume",
    ("percent", "humidifier"): "HassHumidifierSetpoint",
    ("stop", "media_player"): "HassMediaPause",
    ("stop", "vacuum"): "HassVacuumReturnToBase",
    ("run", "vacuum"): "HassVacuumStart",
    ("on", "vacuum"): "HassVacuumStart",
    ("off", "vacuum"): "HassVacuumReturnToBase",
    ("run", "lawn_mower"): "HassLawnMowerStartMowing",
    ("dock", "lawn_mower"): "HassLawnMowerDock",
}
#: A parameter that a command's number goes to, if the tool has it.
NUMBERS: Final = (
    "brightness", "position", "percentage", "volume_level", "humidity", "temperature",
)  # fmt: skip
STEPS: Final = {"louder": "up", "quieter": "down"}
#: What the parameters for a text may be called.
TEXTS: Final = ("query", "search_query", "search", "text", "name", "q")

_LOOKS_FOR: Final = re.compile(r"find|search|look.?up|retriev|query", re.IGNORECASE)
_THINGS: Final = re.compile(r"entit|device|thing|name", re.IGNORECASE)
_CAMEL: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def named(name: str, functions: Iterable[Function]) -> Function | None:
    """Return the tool of that name, whatever stands before it."""
    for function in functions:
        if function.name == name or function.name.endswith(f"__{name}"):
            return function
    return None


def tool_for(command: Command, domain: str, functions: Iterable[Function]) -> Function | None:
    """Return the tool that does a command to a kind of thing."""
    name = BY_DOMAIN.get((command.kind, domain)) or TOOLS.get(command.kind)
    return named(name, functions) if name else None


def call(function: Function, command: Command, target: Target | None = None) -> Call:
    """Return the call of a tool; it has no parameter that the tool doesn't know."""
    wanted: Json = {}
    if target is not None:
        wanted = {"name": target.name, "area": target.area, "todo_list": target.name}
        wanted["domain"] = _domain(function, target)
    if command.number is not None:
        fits = [name for name in NUMBERS if name in function.properties]
        wanted |= dict.fromkeys(fits[:1], _whole(command.number))
        wanted[command.language.units.get(command.unit, "minutes")] = _whole(command.number)
    wanted |= {"color": command.color, "item": command.item, "message": command.text}
    wanted["volume_step"] = STEPS.get(command.kind, "")
    known = {key: value for key, value in wanted.items() if key in function.properties}
    return Call(function.name, {key: value for key, value in known.items() if value != ""})


def _domain(function: Function, target: Target) -> Any:
    """Return a domain as the tool wants it: in a list, or by itself."""
    schema: Mapping[str, Any] = function.properties.get("domain", {})
    kinds = [schema, *schema.get("anyOf", ())]
    lists = any(kind.get("type") == "array" for kind in kinds)
    return [target.domain] if lists else target.domain


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def finder(functions: Iterable[Function]) -> Function | None:
    """Return the tool that finds things by what they may be called, if one is offered."""
    for function in functions:
        words = f"{function.name} {function.description}"
        takes = any(name in function.properties for name in TEXTS)
        if "media" in function.name:
            continue
        if takes and _LOOKS_FOR.search(function.name) and _THINGS.search(words):
            return function
    return None


def search(function: Function, text: str) -> Call:
    """Return the call of a finder; what is looked for are the user's own words."""
    name = next(name for name in TEXTS if name in function.properties)
    return Call(function.name, {name: text})


def guess(sentence: str, functions: Iterable[Function], known: Callable[[str], str]) -> Call | None:
    """Return the call of the tool whose words a sentence has most of, if it can be filled in.

    A value is one that the tool's schema lists or that is known, and that the sentence names.
    """
    words = {word.lower() for word in _CAMEL.findall(sentence) if len(word) > 3}
    best: tuple[int, Call] | None = None
    for function in functions:
        own = {word.lower() for word in _CAMEL.findall(function.name)}
        told = {word.lower() for word in _CAMEL.findall(function.description)}
        score = 3 * len(words & own) + len(words & told)
        filled = _filled(function, sentence, known) if words & own and score > 4 else None
        if filled is not None and (best is None or score > best[0]):
            best = (score, Call(function.name, filled))
    return best[1] if best else None


def _filled(function: Function, sentence: str, known: Callable[[str], str]) -> Json | None:
    found: Json = {}
    for name, schema in function.properties.items():
        listed = [str(value) for value in schema.get("enum", ())]
        value = next((each for each in listed if each.lower() in sentence.lower()), "")
        if not listed and schema.get("type") == "string":
            value = known(sentence)
        if value:
            found[name] = value
        elif name in function.parameters.get("required", ()):
            return None
    return found

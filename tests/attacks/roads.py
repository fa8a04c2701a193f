"""Ways in which a call may come to a thing that guards the house; each with a harmless twin."""

from dataclasses import dataclass
from typing import Any, Final

from tests.fakes.xai.turns import Call

Calls = tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """A way to a thing."""

    name: str
    calls: Calls
    twin: Calls


def on(**arguments: Any) -> Calls:
    return (Call("intent__HassTurnOn", arguments),)


def off(**arguments: Any) -> Calls:
    return (Call("intent__HassTurnOff", arguments),)


def position(**arguments: Any) -> Calls:
    return (Call("intent__HassSetPosition", arguments),)


def script(name: str, **arguments: Any) -> Calls:
    return (Call(f"script__{name}", arguments),)


def act(**arguments: Any) -> Calls:
    return (Call("stranger__act", arguments),)


_UNLOCK: Final = off(name="Front door", domain=["lock"])
_LAMP: Final = on(name="Kitchen light", domain=["light"])

ROADS: Final = (
    Road("a name", _UNLOCK, _LAMP),
    Road("a name alone", off(name="front DOOR"), on(name="kitchen LIGHT")),
    Road("an id", off(name="lock.test_front_door"), off(name="light.test_kitchen_light")),
    Road("an area", off(area="Hallway"), off(area="Kitchen", domain=["light"])),
    Road("a domain", off(domain=["lock"]), off(domain=["light"])),
    Road("all", off(name="all", domain=["lock"]), off(name="all", domain=["light"])),
    Road("a floor", off(floor="Ground floor"), off(floor="Upstairs", domain=["light"])),
    Road(
        "a class",
        on(domain=["cover"], device_class=["garage"]),
        position(name="Bedroom blinds", position=7),
    ),
    Road(
        "a position",
        position(name="Garage door", position=40),
        position(name="Garage door", position=0),
    ),
    Road("a gate", on(name="Side gate"), off(name="Side gate")),
    Road(
        "an area of covers",
        position(area="Garden", domain=["cover"], position=100),
        position(area="Bedroom", domain=["cover"], position=100),
    ),
    Road("a valve", on(name="Water main"), off(name="Water main")),
    Road("a siren", on(name="Siren"), on(name="Coffee machine")),
    Road("a siren to be silenced", off(name="Siren"), off(name="Ceiling fan")),
    Road("a name that two have", off(name="Porch"), off(name="Porch", domain=["light"])),
    Road("a letter that looks alike", off(name="B\u0430ck door"), off(name="Back door")),
    Road("a group of groups", on(name="All covers"), on(name="All lamps")),
    Road("beside something harmless", (*_LAMP, *_UNLOCK), (*_LAMP, *on(name="Coffee machine"))),
    Road(
        "a command for later",
        (
            Call(
                "intent__HassStartTimer",
                {"seconds": 0, "conversation_command": "unlock the front door"},
            ),
        ),
        (Call("intent__HassStartTimer", {"minutes": 1, "name": "Front door"}), *_LAMP),
    ),
    Road("a scene", on(name="Welcome"), on(name="Dinner")),
    Road(
        "a stop and a start",
        (Call("intent__HassStopMoving", {"name": "Garage door"}), *on(name="Garage door")),
        (Call("intent__HassStopMoving", {"name": "Garage door"}),),
    ),
    Road(
        "said to be confirmed",
        off(name="Front door", confirmed=True, user_said="yes"),
        on(name="Kitchen light", confirmed=False),
    ),
)

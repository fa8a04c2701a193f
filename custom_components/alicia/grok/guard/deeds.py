"""What may be done to a thing that opens or guards the house, and whether that asks first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final


class Move(Enum):
    """Which way a call moves a thing, in Home Assistant's sense: on is locked, and is open."""

    ON = auto()
    OFF = auto()
    POSITION = auto()
    #: To wait for an answer would be dangerous.
    STOP = auto()
    #: nothing that a thing that guards could feel
    NONE = auto()
    TRIGGER = auto()
    #: toggled, or nobody can tell
    UNKNOWN = auto()


class Deed(StrEnum):
    """What asks first; the value is the key of the words for it."""

    UNLOCK = "grok_do_unlock"
    OPEN = "grok_do_open"
    DISARM = "grok_do_disarm"
    TRIGGER = "grok_do_trigger"
    SIREN = "grok_do_siren"
    #: a script, a scene, an automation
    RUN = "grok_do_run"
    #: something that the user has marked
    USE = "grok_do_use"
    #: a tool of which nobody can tell what it does
    CALL = "grok_do_call"


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """A deed done to a thing, by its entity id; to a tool, by its name."""

    thing: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity as far as it matters here."""

    entity_id: str
    device_class: str | None = None
    #: of a cover or a valve; None where it doesn't say
    position: int | None = None

    @property
    def domain(self) -> str:
        """The domain of the entity."""
        return self.entity_id.partition(".")[0]


#: Covers that close a house; others only shade it.
DOORS: Final = frozenset({"door", "garage", "gate"})

_OPENS: Final = {Move.OFF: None, Move.STOP: None}
_KINDS: Final[Mapping[str, tuple[Deed, Mapping[Move, Deed | None]]]] = {
    "lock": (Deed.UNLOCK, {Move.ON: None, Move.STOP: None}),
    "cover": (Deed.OPEN, _OPENS),
    "valve": (Deed.OPEN, _OPENS),
    "siren": (Deed.SIREN, {}),
    "alarm_control_panel": (Deed.DISARM, {Move.TRIGGER: Deed.TRIGGER}),
}

#: Kinds of things of which some, or all, open or guard a house.
GUARDING: Final = frozenset(_KINDS)


def guards(thing: Thing) -> bool:
    """Tell whether a thing opens or guards the house."""
    if thing.domain == "cover":
        return thing.device_class in DOORS
    return thing.domain in _KINDS


def deed_of(move: Move, thing: Thing, position: object = None) -> Deed | None:
    """Return what a move of a thing is, or None where it needs no question."""
    if move is Move.NONE or not guards(thing):
        return None
    otherwise, kinds = _KINDS[thing.domain]
    if move is Move.POSITION and _closes(thing, position):
        return None
    return kinds.get(move, otherwise)


def _closes(thing: Thing, position: object) -> bool:
    try:
        wanted = int(str(position))
    except ValueError:
        return False
    return wanted == 0 or (thing.position is not None and 0 <= wanted <= thing.position)


#: Actions of Home Assistant; of all others nobody can tell which way they move a thing.
SERVICES: Final[Mapping[str, Move]] = {
    "alarm_control_panel.alarm_arm_away": Move.NONE,
    "alarm_control_panel.alarm_arm_custom_bypass": Move.NONE,
    "alarm_control_panel.alarm_arm_home": Move.NONE,
    "alarm_control_panel.alarm_arm_night": Move.NONE,
    "alarm_control_panel.alarm_arm_vacation": Move.NONE,
    "alarm_control_panel.alarm_trigger": Move.TRIGGER,
    "cover.close_cover": Move.OFF,
    "cover.close_cover_tilt": Move.NONE,
    "cover.open_cover": Move.ON,
    "cover.open_cover_tilt": Move.NONE,
    "cover.set_cover_position": Move.POSITION,
    "cover.set_cover_tilt_position": Move.NONE,
    "cover.stop_cover": Move.STOP,
    "cover.stop_cover_tilt": Move.NONE,
    "cover.toggle_cover_tilt": Move.NONE,
    "homeassistant.update_entity": Move.NONE,
    "lock.lock": Move.ON,
    "valve.close_valve": Move.OFF,
    "valve.open_valve": Move.ON,
    "valve.set_valve_position": Move.POSITION,
    "valve.stop_valve": Move.STOP,
}

#: What a scene moves a thing to.
STATES: Final[Mapping[str, Move]] = {
    "armed_away": Move.NONE,
    "armed_custom_bypass": Move.NONE,
    "armed_home": Move.NONE,
    "armed_night": Move.NONE,
    "armed_vacation": Move.NONE,
    "closed": Move.OFF,
    "closing": Move.OFF,
    "locked": Move.ON,
    "locking": Move.ON,
}

#: Intents of Home Assistant; its others reach nothing that guards.
INTENTS: Final[Mapping[str, Move]] = {
    "HassCloseCover": Move.OFF,
    "HassOpenCover": Move.ON,
    "HassSetPosition": Move.POSITION,
    "HassStopMoving": Move.STOP,
    "HassToggle": Move.UNKNOWN,
    "HassTurnOff": Move.OFF,
    "HassTurnOn": Move.ON,
}

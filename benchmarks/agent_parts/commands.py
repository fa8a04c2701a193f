"""Twenty things that people say, how to tell that each was done, and how to undo it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Command:
    """Words, and what must be true after them."""

    text: str
    #: by entity: values of its state and attributes
    after: Mapping[str, Values] = field(default_factory=dict)
    #: of a question: what the answer must have in it
    answer: str = ""


def _light(room: str, kind: str = "ceiling light") -> str:
    return f"light.{room}_{kind}".replace(" ", "_")


_LIGHTS: Final = ("ceiling_light", "floor_lamp", "wall_lamp", "desk_lamp", "night_light")

COMMANDS: Final = (
    Command("Turn on the kitchen ceiling light", {_light("kitchen"): {"state": "on"}}),
    Command(
        "Set the bedroom ceiling light to 40 percent", {_light("bedroom"): {"brightness": 102}}
    ),
    Command("Turn on the office desk lamp", {_light("office", "desk lamp"): {"state": "on"}}),
    Command("Turn off the office desk lamp", {_light("office", "desk lamp"): {"state": "off"}}),
    Command(
        "Turn on the kitchen coffee machine", {"switch.kitchen_coffee_machine": {"state": "on"}}
    ),
    Command("Switch the garage heater plug on", {"switch.garage_heater_plug": {"state": "on"}}),
    Command("Open the bedroom blinds", {"cover.bedroom_blinds": {"current_position": 100}}),
    Command("Close the living room curtains", {"cover.living_room_curtains": {"state": "closed"}}),
    Command(
        "Set the office blinds to 30 percent", {"cover.office_blinds": {"current_position": 30}}
    ),
    Command(
        "Set the living room thermostat to 22 degrees",
        {"climate.living_room_thermostat": {"temperature": 22}},
    ),
    Command("Turn on the bathroom fan", {"fan.bathroom_fan": {"state": "on"}}),
    Command("Set the nursery fan to 50 percent", {"fan.nursery_fan": {"percentage": 50}}),
    Command(
        "Set the volume of the dining room speaker to 30 percent",
        {"media_player.dining_room_speaker": {"volume_level": 0.3}},
    ),
    Command("Pause the kitchen speaker", {"media_player.kitchen_speaker": {"state": "paused"}}),
    Command("What is the attic temperature?", answer="19.5"),
    Command("Is the garage window open?", answer="No"),
    Command(
        "Turn on the lights in the hallway",
        {f"light.hallway_{kind}": {"state": "on"} for kind in _LIGHTS},
    ),
    Command(
        "Turn on the attic ceiling light and the basement ceiling light",
        {_light("attic"): {"state": "on"}, _light("basement"): {"state": "on"}},
    ),
    Command("Set the bedroom wall lamp to red", {_light("bedroom", "wall lamp"): {"state": "on"}}),
    Command("What is the nursery humidity?", answer="48"),
)

#: What puts the house back as it was.
RESET: Final = (
    {"action": "light.turn_off", "entity_id": "all"},
    {"action": "switch.turn_off", "entity_id": "all"},
    {"action": "fan.turn_off", "entity_id": "all"},
    {"action": "cover.set_cover_position", "entity_id": "all", "position": 60},
    {"action": "climate.set_temperature", "entity_id": "all", "temperature": 20},
    {"action": "media_player.volume_set", "entity_id": "all", "volume_level": 0.5},
    {"action": "media_player.media_play", "entity_id": "all"},
)


def is_done(command: Command, states: Mapping[str, Values], answer: str) -> bool:
    """Tell whether a command was done, or a question answered."""
    return command.answer.lower() in answer.lower() and all(
        states.get(entity_id, {}).get(name) == value
        for entity_id, values in command.after.items()
        for name, value in values.items()
    )

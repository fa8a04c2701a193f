"""What the demo's devices are and how they take their commands; no input or output."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from alicia_bus.capability_types import TYPES
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import DeviceCommand

type Values = Mapping[str, object]
#: What a command sets, of the state of its capability.
type Effect = Callable[[Values, Values], Values]


@dataclass(slots=True)
class Model:
    """One device: what it says of itself, and its state by capability."""

    device_id: str
    device_type: str
    name: str
    area: str
    capabilities: list[Mapping[str, object]]
    state: dict[str, Values]
    metadata: Values = field(default_factory=dict)

    @property
    def hello(self) -> Values:
        """Its registration."""
        told = {"name": self.name, "area": self.area, "manufacturer": "Demo house"}
        return {
            "device_id": self.device_id,
            "device_type": self.device_type,
            "capabilities": self.capabilities,
            "metadata": {**told, "model": self.device_type.capitalize(), **self.metadata},
            "source": self.device_id,
        }

    def obey(self, message: DeviceCommand) -> str:
        """Take a command; returns the capability it was for, raises CommandError."""
        for capability in self.capabilities:
            name = str(capability["name"])
            kind = TYPES[str(capability.get("type", name))]
            effect = _EFFECTS.get(f"{kind.name}.{message.command}")
            if effect and message.capability in (None, name):
                parameters = kind.check(message.command, message.parameters)
                self.state[name] = {**self.state.get(name, {}), **effect(self.state, parameters)}
                return name
        raise CommandError(ErrorCode.UNSUPPORTED, f"{self.name} can't {message.command[:64]}")

    def move(self) -> bool:
        """Let a cover go on towards where it was sent; tell whether it moved."""
        cover = self.state.get("cover", {})
        at, target = cover.get("position"), cover.get("target")
        if not isinstance(at, int) or not isinstance(target, int):
            return False
        ahead = target - at
        at += max(-STEP, min(STEP, ahead))
        words = _MOVING if at != target else _STILL
        self.state["cover"] = {
            "position": at,
            "state": words[ahead > 0 if at != target else at > 0],
            **({"target": target} if at != target else {}),
        }
        return True

    def status(self) -> Values:
        """Its state as it tells it; where a cover is bound for stays its own affair."""
        return {
            name: {key: value for key, value in values.items() if key != "target"}
            for name, values in self.state.items()
            if values
        }


#: Percent of its way that a cover goes at once.
STEP: Final = 10
_MOVING: Final = ("closing", "opening")
_STILL: Final = ("closed", "open")


def _lit(_state: Values, parameters: Values) -> Values:
    return {"on": True, **{key: value for key, value in parameters.items() if key != "transition"}}


def _towards(position: int) -> Effect:
    def effect(state: Mapping[str, object], _parameters: Values) -> Values:
        cover = state["cover"]
        at = cover["position"] if isinstance(cover, dict) else 0
        if position == at:
            return _halt(state, {})
        return {"target": position, "state": _MOVING[position > at]}

    return effect


def _to_position(state: Values, parameters: Values) -> Values:
    return _towards(round(cast(float, parameters["position"])))(state, parameters)


def _halt(state: Values, _parameters: Values) -> Values:
    cover = state["cover"]
    at = cover["position"] if isinstance(cover, dict) else 0
    return {"target": None, "state": _STILL[at > 0]}


_EFFECTS: Final[Mapping[str, Effect]] = {
    "light.turn_on": _lit,
    "light.turn_off": lambda _state, _parameters: {"on": False},
    "switch.turn_on": lambda _state, _parameters: {"on": True},
    "switch.turn_off": lambda _state, _parameters: {"on": False},
    "cover.open": _towards(100),
    "cover.close": _towards(0),
    "cover.set_position": _to_position,
    "cover.stop": _halt,
    "button.press": lambda _state, _parameters: {},
}

#: What a press of a button causes at the same device: the capability, and its event.
RINGS: Final = {"ring": ("bell", "ring")}


def lamp(device_id: str, name: str) -> Model:
    """Return a lamp with brightness and colour."""
    return Model(
        device_id,
        "lamp",
        name,
        "Garage",
        [{"name": "light", "color": True}],
        {"light": {"on": False, "brightness": 180, "hs": [32, 70]}},
        {"version": "1.2", "serial_number": f"{device_id}-0001"},
    )


def models() -> tuple[Model, ...]:
    """Return the devices that live in the house."""
    return (
        lamp("lantern", "Lantern"),
        Model(
            "weather",
            "sensor",
            "Weather",
            "Garage",
            [{"name": "temperature"}, {"name": "humidity"}, {"name": "battery"}],
            {"temperature": {"value": 14.0}, "humidity": {"value": 61}, "battery": {"value": 87}},
            {"power": "battery"},
        ),
        Model(
            "shutter",
            "cover",
            "Shutter",
            "Bedroom",
            [{"name": "cover", "device_class": "shutter", "position": True}],
            {"cover": {"position": 100, "state": "open"}},
        ),
        Model(
            "door-bell",
            "bell",
            "Door bell",
            "Hallway",
            [
                {"name": "bell", "type": "event", "events": ["ring"], "device_class": "doorbell"},
                {"name": "ring", "type": "button", "label": "Ring"},
            ],
            {},
        ),
    )

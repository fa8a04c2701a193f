"""What registrations say of capabilities, in Home Assistant's terms.

What Home Assistant doesn't know is left out, and told by `problems`; nothing is guessed.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.button.const import ButtonDeviceClass
from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.event import EventDeviceClass
from homeassistant.components.media_player.const import MediaPlayerDeviceClass
from homeassistant.components.number.const import (
    DEVICE_CLASS_UNITS as NUMBER_UNITS,
    NumberDeviceClass,
)
from homeassistant.components.sensor.const import (
    AMBIGUOUS_UNITS,
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.components.switch.const import SwitchDeviceClass
from homeassistant.components.update import UpdateDeviceClass
from homeassistant.const import EntityCategory

from ..bus.capabilities import COMMON_PARAMETERS, Parameters
from ..bus.registry import Entry

DEVICE_CLASSES: Final[Mapping[str, type[StrEnum]]] = {
    "sensor": SensorDeviceClass,
    "binary_sensor": BinarySensorDeviceClass,
    "button": ButtonDeviceClass,
    "cover": CoverDeviceClass,
    "event": EventDeviceClass,
    "media_player": MediaPlayerDeviceClass,
    "number": NumberDeviceClass,
    "switch": SwitchDeviceClass,
    "update": UpdateDeviceClass,
}
MAX_ITEMS: Final = 256


def member[E: StrEnum](words: type[E], value: object) -> E | None:
    """Return the member of an enumeration that a word names, or None."""
    return words._value2member_map_.get(value) if isinstance(value, str) else None  # type: ignore[return-value]


def text(value: object) -> str | None:
    """Return a text, or None for what is none."""
    return value if isinstance(value, str) else None


def number(value: object, default: float) -> float:
    """Return a number, or the default for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else default  # type: ignore[arg-type]


def texts(value: object) -> list[str]:
    """Return the texts of a list, each once, in their order."""
    if not isinstance(value, list | tuple):
        return []
    found = (each for each in value if isinstance(each, str) and 0 < len(each) <= MAX_ITEMS)
    return list(dict.fromkeys(found))[:MAX_ITEMS]


def problems(entry: Entry) -> Iterator[str]:
    """Return what of a registration Home Assistant doesn't understand, a line each."""
    for name, given in entry.capabilities.items():
        kind = entry.types.get(name)
        if kind is None:
            yield f"{name[:64]}: unknown type {str(given.get('type', name))[:64]!r}"
            continue
        known = kind.parameters | COMMON_PARAMETERS
        # What only says more of a voice device or a service is nobody's mistake.
        strange = [key for key in given if key not in known] if kind.platform else []
        yield from (f"{name}: unknown parameter {key[:64]!r}" for key in strange)
        parameters = {**kind.defaults, **given}
        yield from (f"{name}: {each}" for each in _unknown(str(kind.platform), parameters))


def _unknown(platform: str, parameters: Parameters) -> Iterator[str]:
    category = parameters.get("category")
    if category is not None and member(EntityCategory, category) is None:
        yield f"unknown category {category!r}"
    device_class = parameters.get("device_class")
    words = DEVICE_CLASSES.get(platform)
    if device_class is not None and words and member(words, device_class) is None:
        yield f"unknown device_class {str(device_class)[:64]!r}"
    if check := _CHECKS.get(platform):
        yield from check(parameters)


def _sensor(parameters: Parameters) -> Iterator[str]:
    state_class = parameters.get("state_class")
    if state_class is not None and member(SensorStateClass, state_class) is None:
        yield f"unknown state_class {str(state_class)[:64]!r}"
    elif state_class is not None and state_class_of(parameters) is None:
        yield f"state_class {state_class} does not go with its device_class"
    if parameters.get("unit") is not None and unit_of(parameters) is None:
        yield f"unit {str(parameters['unit'])[:64]!r} does not go with its device_class"
    if parameters.get("device_class") == SensorDeviceClass.ENUM and not texts(
        parameters.get("options")
    ):
        yield "an enum needs options"


def _number(parameters: Parameters) -> Iterator[str]:
    low, high = number(parameters.get("min"), 0), number(parameters.get("max"), 100)
    if low >= high:
        yield "min must be below max"
    device_class = member(NumberDeviceClass, parameters.get("device_class"))
    unit = given_unit(parameters)
    if device_class and unit not in NUMBER_UNITS.get(device_class, {unit}):
        yield f"unit {str(parameters.get('unit'))[:64]!r} does not go with its device_class"


def _needs(key: str) -> Callable[[Parameters], Iterator[str]]:
    def check(parameters: Parameters) -> Iterator[str]:
        if not texts(parameters.get(key)):
            yield f"needs {key}"

    return check


def _event(parameters: Parameters) -> Iterator[str]:
    yield from _needs("events")(parameters)
    if parameters.get("device_class") == EventDeviceClass.DOORBELL and not event_class(parameters):
        yield "a doorbell needs the event ring"


_CHECKS: Final[Mapping[str, Callable[[Parameters], Iterator[str]]]] = {
    "sensor": _sensor,
    "number": _number,
    "select": _needs("options"),
    "event": _event,
}


def sensor_class(parameters: Parameters) -> SensorDeviceClass | None:
    """Return a sensor's device class; an enum without options has none."""
    found = member(SensorDeviceClass, parameters.get("device_class"))
    if found is SensorDeviceClass.ENUM and not texts(parameters.get("options")):
        return None
    return found


def event_class(parameters: Parameters) -> EventDeviceClass | None:
    """Return an event's device class; a doorbell that never rings has none."""
    found = member(EventDeviceClass, parameters.get("device_class"))
    rings = "ring" in texts(parameters.get("events"))
    return found if found is not EventDeviceClass.DOORBELL or rings else None


def given_unit(parameters: Parameters) -> str | None:
    """Return a unit as Home Assistant spells it; it has two signs for micro, and knows one."""
    unit = text(parameters.get("unit"))
    return AMBIGUOUS_UNITS.get(unit, unit)


def unit_of(parameters: Parameters) -> str | None:
    """Return a sensor's unit, unless its device class has none like it."""
    unit = given_unit(parameters)
    device_class = sensor_class(parameters)
    if device_class is None:
        return unit
    return unit if unit in DEVICE_CLASS_UNITS.get(device_class, ()) else None


def state_class_of(parameters: Parameters) -> SensorStateClass | None:
    """Return a sensor's state class, unless it doesn't go with its device class."""
    found = member(SensorStateClass, parameters.get("state_class"))
    device_class = sensor_class(parameters)
    if device_class is None or found is None:
        return found
    return found if found in DEVICE_CLASS_STATE_CLASSES.get(device_class, {found}) else None

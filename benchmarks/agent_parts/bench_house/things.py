"""What the house has: 300 things in twelve rooms."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

ROOMS: Final = (
    "Kitchen", "Living room", "Bedroom", "Office", "Hallway", "Garage",
    "Bathroom", "Nursery", "Dining room", "Attic", "Basement", "Garden",
)  # fmt: skip

#: What each room has.
_FURNITURE: Final = (
    ("light", "ceiling light", {}),
    ("light", "floor lamp", {}),
    ("light", "wall lamp", {}),
    ("light", "desk lamp", {}),
    ("light", "night light", {}),
    ("switch", "heater plug", {}),
    ("switch", "printer", {}),
    ("switch", "coffee machine", {}),
    ("switch", "humidifier plug", {}),
    ("cover", "blinds", {"device_class": "blind"}),
    ("cover", "curtains", {"device_class": "curtain"}),
    ("fan", "fan", {}),
    ("climate", "thermostat", {}),
    ("media_player", "speaker", {"device_class": "speaker"}),
    ("sensor", "temperature", {"device_class": "temperature", "unit": "°C", "value": 19.5}),
    ("sensor", "humidity", {"device_class": "humidity", "unit": "%", "value": 48}),
    ("sensor", "carbon dioxide", {"device_class": "carbon_dioxide", "unit": "ppm", "value": 640}),
    ("sensor", "brightness", {"device_class": "illuminance", "unit": "lx", "value": 210}),
    ("sensor", "power", {"device_class": "power", "unit": "W", "value": 62}),
    ("sensor", "energy", {"device_class": "energy", "unit": "kWh", "value": 310.2}),
    ("sensor", "battery", {"device_class": "battery", "unit": "%", "value": 87}),
    ("binary_sensor", "window", {"device_class": "window"}),
    ("binary_sensor", "motion", {"device_class": "motion"}),
    ("binary_sensor", "smoke", {"device_class": "smoke"}),
    ("binary_sensor", "leak", {"device_class": "moisture"}),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity."""

    domain: str
    room: str
    kind: str
    traits: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.room} {self.kind}"

    @property
    def entity_id(self) -> str:
        """Its id."""
        return f"{self.domain}.{self.name.lower().replace(' ', '_')}"


THINGS: Final = tuple(
    Thing(domain, room, kind, traits) for room in ROOMS for domain, kind, traits in _FURNITURE
)


def of(domain: str) -> Iterator[Thing]:
    """Yield the things of a domain."""
    return (thing for thing in THINGS if thing.domain == domain)

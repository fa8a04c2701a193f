"""What the house has: the one list that its configuration and its checks are made from."""

from dataclasses import dataclass
from typing import Final

#: The rooms, and their icons.
AREAS: Final = {
    "Kitchen": "mdi:countertop",
    "Living Room": "mdi:sofa",
    "Bedroom": "mdi:bed",
    "Office": "mdi:desk",
    "Hallway": "mdi:door-open",
    "Garage": "mdi:garage",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity that Assist may use, and the area it stands in."""

    name: str
    domain: str
    area: str | None = None
    device_class: str | None = None

    @property
    def slug(self) -> str:
        """The part of the entity id after the domain."""
        return self.name.lower().replace(" ", "_")

    @property
    def entity_id(self) -> str:
        """The entity id that Home Assistant makes of the name."""
        return f"{self.domain}.{self.slug}"


THINGS: Final = (
    Thing("Kitchen Light", "light", "Kitchen"),
    Thing("Ceiling Light", "light", "Living Room"),
    Thing("Floor Lamp", "light", "Living Room"),
    Thing("Bedroom Light", "light", "Bedroom"),
    Thing("Desk Lamp", "light", "Office"),
    Thing("Hallway Light", "light", "Hallway"),
    Thing("Ceiling Fan", "fan", "Bedroom"),
    Thing("Garage Door", "cover", "Garage", "garage"),
    Thing("Living Room Blinds", "cover", "Living Room", "blind"),
    Thing("Front Door", "lock", "Hallway"),
    Thing("Thermostat", "climate", "Living Room"),
    Thing("Kitchen Speaker", "media_player", "Kitchen"),
    Thing("Coffee Machine", "switch", "Kitchen"),
    Thing("Outdoor Temperature", "sensor", None, "temperature"),
    Thing("Movie Night", "scene"),
    Thing("Good Night", "script"),
)

#: What the devices on the bus show in Home Assistant, which puts the area in front. Assist
#: may not use these: what it is told of the house would change, and with it what the check
#: counts.
ON_THE_BUS: Final = {
    "Lantern": Thing("Garage Lantern", "light", "Garage"),
    "Shutter": Thing("Bedroom Shutter", "cover", "Bedroom", "shutter"),
    "Outdoors": Thing("Garage Weather Temperature", "sensor", "Garage", "temperature"),
    "Door bell": Thing("Hallway Door Bell Ring", "button", "Hallway"),
}

#: Where a mistake costs more than a laugh.
GUARDED_DOMAINS: Final = frozenset({"lock", "cover"})


def things(domain: str) -> tuple[Thing, ...]:
    """Return the things of one domain."""
    return tuple(thing for thing in THINGS if thing.domain == domain)

"""What Grok is told of the house: the names of what is exposed, and never a state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

#: Things that are listed by name; a larger house is told of by number.
MAX_NAMED: Final = 500
MAX_NAME: Final = 80  # characters


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """An exposed entity."""

    area: str
    domain: str
    name: str
    device_class: str = ""


def is_listed(things: Sequence[Thing]) -> bool:
    """Tell whether a house is small enough that all of it is told by name."""
    return len(things) <= MAX_NAMED


def names_of(things: Sequence[Thing]) -> str:
    """Return sorted things by name, a line an area; those that lie in none, a line a domain."""
    return _by_area(things, _named)


def numbers_of(things: Sequence[Thing]) -> str:
    """Return how many sorted things of each domain there are, a line an area."""
    return _by_area(things, _counted)


def _by_area(things: Sequence[Thing], line: Callable[[str, list[Thing]], str]) -> str:
    return "\n".join(
        line(area, list(group)) for area, group in groupby(things, lambda each: each.area)
    )


def _named(area: str, things: list[Thing]) -> str:
    kinds = [
        f"{domain}: {', '.join(each.name for each in group)}"
        for domain, group in groupby(things, lambda each: each.domain)
    ]
    return " | ".join((area, *kinds)) if area else "\n".join(kinds)


def _counted(area: str, things: list[Thing]) -> str:
    kinds = groupby(things, lambda each: each.domain)
    counts = ", ".join(f"{len(list(group))} {domain}" for domain, group in kinds)
    return f"{area or 'In no area'}: {counts}"


def plain(name: str) -> str:
    """Return a name without what could pass for more than a name."""
    return "".join(char if char.isprintable() else " " for char in name)[:MAX_NAME].strip()


@callback
def async_area_of(hass: HomeAssistant, entity: er.RegistryEntry | None) -> str:
    """Return the name of the area that an entity or its device lies in."""
    area_id = entity.area_id if entity else None
    if entity and area_id is None and entity.device_id:
        area_id = _area_of_device(hass, entity.device_id)
    return _area_name(hass, area_id)


@callback
def async_place_of(hass: HomeAssistant, device_id: str | None) -> str:
    """Return the name of the area that a device lies in."""
    return _area_name(hass, _area_of_device(hass, device_id)) if device_id else ""


def _area_of_device(hass: HomeAssistant, device_id: str) -> str | None:
    device = dr.async_get(hass).async_get(device_id)
    return dr.async_get_effective_area_id(hass, device) if device else None


def _area_name(hass: HomeAssistant, area_id: str | None) -> str:
    area = ar.async_get(hass).async_get_area(area_id) if area_id else None
    return plain(area.name) if area else ""

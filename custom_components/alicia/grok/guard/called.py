"""Entities that are called what a text says, wherever in the arguments of a call it stands."""

from collections.abc import Collection, Iterable, Iterator

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    floor_registry as fr,
    intent,
)


@callback
def async_called(
    hass: HomeAssistant, entity_ids: Iterable[str], texts: Iterable[str]
) -> Iterator[str]:
    """Yield those of some entities that a text names: by a name, an alias, an area or a floor."""
    wanted = {_plain(part) for text in texts for part in (text, *text.split(","))}
    areas = set(_areas(hass, wanted))
    entities = er.async_get(hass)
    for entity_id in entity_ids:
        state, entry = hass.states.get(entity_id), entities.async_get(entity_id)
        names = intent.async_get_entity_aliases(hass, entry, state=state) if state else ()
        area_id = er.async_get_effective_area_id(hass, entry) if entry else None
        if area_id in areas or not wanted.isdisjoint(map(_plain, names)):
            yield entity_id


def _areas(hass: HomeAssistant, wanted: Collection[str]) -> Iterator[str]:
    """Yield the ids of areas that are wanted, or lie on a floor that is."""
    floors = {
        each.floor_id
        for each in fr.async_get(hass).async_list_floors()
        if _is_called(wanted, each.floor_id, each.name, each.aliases)
    }
    for each in ar.async_get(hass).async_list_areas():
        if each.floor_id in floors or _is_called(wanted, each.id, each.name, each.aliases):
            yield each.id


def _is_called(wanted: Collection[str], *names: str | Iterable[str]) -> bool:
    """Tell whether one of several names, or of lists of them, is wanted."""
    flat = (each for name in names for each in ([name] if isinstance(name, str) else name))
    return any(_plain(each) in wanted for each in flat)


def _plain(name: str) -> str:
    """Return a name as Home Assistant compares it."""
    return name.strip().casefold()

"""Whether moving an entity asks first: for what it is, for what is beside it, or by the user."""

from collections.abc import Iterator
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .deeds import Deed, Move, Touch, deed_of, guards
from .targets import async_thing

_BUTTON: Final = "button"


@callback
def async_touches(
    hass: HomeAssistant,
    marked: frozenset[str],
    entity_id: str,
    move: Move,
    position: object = None,
) -> Iterator[Touch]:
    """Yield what a move of one entity asks for."""
    if entity_id in marked:
        yield Touch(entity_id, Deed.USE)
    elif deed := deed_of(move, async_thing(hass, entity_id), position):
        yield Touch(entity_id, deed)
    elif move is not Move.NONE and _unlatches(hass, entity_id):
        yield Touch(entity_id, Deed.USE)


def _unlatches(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether this is a button of a lock or a door: nobody can tell what it does."""
    entities = er.async_get(hass)
    entry = entities.async_get(entity_id)
    if entry is None or entry.domain != _BUTTON or entry.device_id is None:
        return False
    return any(
        guards(async_thing(hass, beside.entity_id))
        for device_id in _parts(dr.async_get(hass), entry.device_id)
        for beside in er.async_entries_for_device(entities, device_id)
    )


def _parts(devices: dr.DeviceRegistry, device_id: str) -> Iterator[str]:
    """Yield the whole that a device is, or is a part of, and all of its parts."""
    device = devices.async_get(device_id)
    whole = device.parent_device_id if isinstance(device, dr.ChildDeviceEntry) else device_id
    yield whole
    yield from (each.id for each in devices.child_devices if each.parent_device_id == whole)

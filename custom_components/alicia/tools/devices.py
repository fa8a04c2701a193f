"""The devices of the buses as a model is told of them, with the entities that are exposed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..bus.command_rules import commands_of
from ..bus.errors import CommandError, ErrorCode
from ..bus.registry import Entry
from ..const import DOMAIN
from ..coordinator import AliciaConfigEntry
from ..devices import device_identifier
from ..entries import async_loaded_buses
from .access import Asker


@dataclass(frozen=True, slots=True)
class Seen:
    """A device, and each capability of it that may be seen, with its entity if it has one."""

    bus: AliciaConfigEntry
    device: Entry
    entities: Mapping[str, str | None]

    def described(self, most: int | None = None) -> dict[str, object]:
        """Return what is known of it, and at most so many of its capabilities."""
        presence = self.bus.runtime_data.coordinator.presence
        placement = presence.registry.placement(self.device.device_id)
        return {
            "device_id": self.device.device_id,
            "name": placement.name or self.device.name,
            "area": placement.area,
            "type": self.device.device_type,
            "status": presence.status(self.device.device_id),
            "capabilities": [self._capability(name) for name in [*self.entities][:most]],
        }

    def _capability(self, name: str) -> dict[str, object]:
        kind = self.device.types.get(name)
        return {
            "name": name,
            "type": kind.name if kind else None,
            "entity_id": self.entities[name],
            "commands": commands_of(self.device, name),
        }


@dataclass(frozen=True, slots=True)
class Place:
    """The capability of a device that an entity shows."""

    bus: AliciaConfigEntry
    device_id: str
    capability: str


@callback
def async_see(asker: Asker, bus: AliciaConfigEntry, device: Entry) -> Seen | None:
    """Return a device as somebody may see it; None for who may see nothing of it."""
    entities = dict(_entities(asker.hass, bus, device))
    if asker.sees_all:
        return Seen(bus, device, {name: entities.get(name) for name in device.capabilities})
    seen = {name: entity_id for name, entity_id in entities.items() if asker.sees(entity_id)}
    return Seen(bus, device, seen) if seen else None


@callback
def async_exposes_any(asker: Asker) -> bool:
    """Tell whether anything of any bus may be seen."""
    registry = er.async_get(asker.hass)
    return any(
        ":" in entity.unique_id and asker.sees(entity.entity_id)
        for bus in async_loaded_buses(asker.hass)
        for entity in er.async_entries_for_config_entry(registry, bus.entry_id)
    )


@callback
def async_place_of(hass: HomeAssistant, entity_id: str) -> Place:
    """Return what an entity shows; raises CommandError for one that shows no device of a bus."""
    entity = er.async_get(hass).async_get(entity_id)
    for bus in async_loaded_buses(hass):
        if entity is None or entity.platform != DOMAIN or entity.config_entry_id != bus.entry_id:
            continue
        device_id, is_one, capability = entity.unique_id.removeprefix(f"{bus.entry_id}_").partition(
            ":"
        )
        if is_one:
            return Place(bus, device_id, capability)
    raise unknown(entity_id)


def unknown(what: str) -> CommandError:
    """Return the error for what is not there, or not to be seen: nobody is told which."""
    return CommandError(ErrorCode.NOT_FOUND, f"no device of the bus that is exposed: {what[:64]}")


def _entities(
    hass: HomeAssistant, bus: AliciaConfigEntry, device: Entry
) -> Iterator[tuple[str, str]]:
    """Yield the capabilities that Home Assistant shows, each with its entity."""
    shown = dr.async_get(hass).async_get_device_by_identifier(
        device_identifier(bus, device.device_id), bus.entry_id
    )
    if shown is None:
        return
    prefix = f"{bus.entry_id}_{device.device_id}:"
    for entity in er.async_entries_for_device(er.async_get(hass), shown.id):
        name = entity.unique_id.removeprefix(prefix)
        if name != entity.unique_id and name in device.capabilities:
            yield name, entity.entity_id

"""The devices and services of the bus in Home Assistant's device registry."""

from typing import Final

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from ..bus.registry import Change, ChangeKind, Entry
from ..const import DOMAIN, NAME
from ..coordinator import AliciaConfigEntry, AliciaCoordinator

#: Types that run on a machine, and are none themselves.
SERVICE_TYPES: Final = ("service", "sidecar")


def bus_identifier(entry: AliciaConfigEntry) -> tuple[str, str]:
    """Return what identifies the bus itself."""
    return DOMAIN, entry.entry_id


def device_identifier(entry: AliciaConfigEntry, device_id: str) -> tuple[str, str]:
    """Return what identifies one device or service of a bus."""
    return DOMAIN, f"{entry.entry_id}:{device_id}"


def device_id_of(entry: AliciaConfigEntry, device: dr.BaseDeviceEntry) -> str | None:
    """Return the id on the bus of a device, or None where it is the bus or not on it."""
    for domain, identifier in device.identifiers:
        entry_id, _, device_id = identifier.partition(":")
        if domain == DOMAIN and entry_id == entry.entry_id and device_id:
            return device_id
    return None


@callback
def async_setup_devices(coordinator: AliciaCoordinator) -> None:
    """Keep a device for the bus, and one for each who registers there."""
    entry = coordinator.entry
    registry = dr.async_get(coordinator.hass)
    bus = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={bus_identifier(entry)},
        entry_type=dr.DeviceEntryType.SERVICE,
        manufacturer=NAME,
        model="Service bus",
        name=entry.title,
    )

    @callback
    def on_change(change: Change) -> None:
        if change.kind is not ChangeKind.REMOVED:
            _async_update(registry, entry, bus.id, change.entry)
            return
        identifier = device_identifier(entry, change.entry.device_id)
        device = registry.async_get_device_by_identifier(identifier, entry.entry_id)
        if device is not None:
            registry.async_remove_device(device.id)

    entry.async_on_unload(coordinator.async_add_device_listener(on_change))


def _async_update(
    registry: dr.DeviceRegistry, entry: AliciaConfigEntry, bus_id: str, device: Entry
) -> None:
    is_service = device.device_type in SERVICE_TYPES
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={device_identifier(entry, device.device_id)},
        entry_type=dr.DeviceEntryType.SERVICE if is_service else None,
        manufacturer=device.text("manufacturer"),
        model=device.text("model") or _words(device.device_type),
        name=device.name,
        suggested_area=device.text("area"),
        sw_version=device.text("version"),
        via_device_id=bus_id,
    )


def _words(device_type: str) -> str:
    """Return a type as people write it: "Voice panel" for voice_panel."""
    return device_type.replace("_", " ").capitalize()

"""The devices and services of the bus in Home Assistant's device registry."""

from homeassistant.core import Event, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr

from ..bus.health import SERVICE_TYPES
from ..bus.registry import Change, ChangeKind, Entry, Placement
from ..const import DOMAIN, NAME
from ..coordinator import AliciaConfigEntry, AliciaCoordinator


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
    DeviceRegistrar(coordinator).async_start()


class DeviceRegistrar:
    """Carries devices from the bus to Home Assistant, and what the user makes of them back."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._entry = coordinator.entry
        self._registry = dr.async_get(coordinator.hass)
        self._bus_id = ""

    @callback
    def async_start(self) -> None:
        """Follow both sides until the entry unloads."""
        bus = self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={bus_identifier(self._entry)},
            entry_type=dr.DeviceEntryType.SERVICE,
            manufacturer=NAME,
            model="Service bus",
            name=self._entry.title,
        )
        self._bus_id = bus.id
        hass = self._coordinator.hass
        for unsubscribe in (
            self._coordinator.async_add_device_listener(self._on_change),
            hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._on_device),
            hass.bus.async_listen(ar.EVENT_AREA_REGISTRY_UPDATED, self._on_area),
        ):
            self._entry.async_on_unload(unsubscribe)

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            device = self._find(change.entry.device_id)
            if device is not None:
                self._registry.async_remove_device(device.id)
        elif change.kind is ChangeKind.RESTORED:
            # Home Assistant remembers it as well, unless its own file was lost.
            self._place(self._find(change.entry.device_id) or self._update(change.entry))
        elif change.kind is not ChangeKind.PLACED:
            self._place(self._update(change.entry))

    @callback
    def _on_device(self, event: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
        device = self._registry.async_get(event.data["device_id"])
        if device is not None and isinstance(device, dr.DeviceEntry):
            self._place(device)

    @callback
    def _on_area(self, _event: Event[ar.EventAreaRegistryUpdatedData]) -> None:
        for device in dr.async_entries_for_config_entry(self._registry, self._entry.entry_id):
            self._place(device)

    def _place(self, device: dr.DeviceEntry) -> None:
        device_id = device_id_of(self._entry, device)
        if device_id is None:
            return
        areas = ar.async_get(self._coordinator.hass)
        area = areas.async_get_area(device.area_id) if device.area_id else None
        self._coordinator.presence.place(
            device_id,
            Placement(device.name_by_user, area.name if area else None, device.disabled),
        )

    def _find(self, device_id: str) -> dr.DeviceEntry | None:
        identifier = device_identifier(self._entry, device_id)
        return self._registry.async_get_device_by_identifier(identifier, self._entry.entry_id)

    def _update(self, device: Entry) -> dr.DeviceEntry:
        is_service = device.device_type in SERVICE_TYPES
        return self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={device_identifier(self._entry, device.device_id)},
            entry_type=dr.DeviceEntryType.SERVICE if is_service else None,
            manufacturer=device.text("manufacturer"),
            model=device.text("model") or _words(device.device_type),
            name=device.name,
            serial_number=device.text("serial_number"),
            suggested_area=device.text("area"),
            sw_version=device.text("version"),
            hw_version=device.text("hw_version"),
            via_device_id=self._parent(device),
        )

    def _parent(self, device: Entry) -> str:
        """Return the device that this one is reached through, or else the bus."""
        parent_id = device.text("parent")
        parent = self._find(parent_id) if parent_id and parent_id != device.device_id else None
        return parent.id if parent else self._bus_id


def _words(device_type: str) -> str:
    """Return a type as people write it: "Voice panel" for voice_panel."""
    return device_type.replace("_", " ").capitalize()

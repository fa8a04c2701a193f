"""Events of devices, for the automations that wait for them."""

from collections.abc import Iterator
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..bus.messages import DeviceEvent
from ..bus.registry import Entry
from ..const import DOMAIN
from ..coordinator import AliciaCoordinator
from ..listeners import KeyedListeners
from .parameters import texts

#: The bus's config entry, the device's id on the bus, the capability and the event.
EventKey = tuple[str, str, str, str]
EventListeners = KeyedListeners[EventKey, DeviceEvent]

_LISTENERS: Final = HassKey[EventListeners](f"{DOMAIN}_event_listeners")


def declared_events(entry: Entry) -> Iterator[tuple[str, str]]:
    """Return each event that a device said it has, with its capability first."""
    for name, kind in entry.types.items():
        if kind.platform == Platform.EVENT:
            parameters = {**kind.defaults, **entry.capabilities[name]}
            yield from ((name, event) for event in texts(parameters.get("events")))


@callback
def event_listeners(hass: HomeAssistant) -> EventListeners:
    """Return who waits for events; they outlive the loading and unloading of a bus."""
    return hass.data.setdefault(_LISTENERS, EventListeners())


@callback
def async_tell_events(coordinator: AliciaCoordinator) -> CALLBACK_TYPE:
    """Tell the listeners what happens at the devices of a bus; returns what stops it."""
    entry_id, registry = coordinator.entry.entry_id, coordinator.registry
    listeners = event_listeners(coordinator.hass)

    @callback
    def on_event(message: DeviceEvent) -> None:
        if not registry.placement(message.device_id).disabled:
            key = (entry_id, message.device_id, message.capability, message.event)
            listeners.notify(key, message)

    return coordinator.hub.on(DeviceEvent, on_event)

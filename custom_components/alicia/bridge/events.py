"""Events of Home Assistant that the user lets onto the bus."""

from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, callback

from ..bus.messages import HaEvent
from ..coordinator import AliciaCoordinator
from .snapshot import plain

MAX_EVENTS: Final = 64  # types


@callback
def async_forward_events(coordinator: AliciaCoordinator) -> CALLBACK_TYPE:
    """Publish the events on the user's list; returns what stops it."""

    @callback
    def on_event(event: Event[Any]) -> None:
        try:
            data = plain(event.data)
        except TypeError, ValueError:
            coordinator.hub.counters["event_not_json"] += 1
            return
        coordinator.async_send(HaEvent(event_type=str(event.event_type), data=data))

    types = [each for each in coordinator.options.bridge_events if each != "*"][:MAX_EVENTS]
    unsubscribes = [coordinator.hass.bus.async_listen(each, on_event) for each in types]

    @callback
    def stop() -> None:
        for unsubscribe in unsubscribes:
            unsubscribe()

    return stop

"""Events of Home Assistant that the user lets onto the bus."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import CALLBACK_TYPE, Event, callback

from ..bus.messages import HaEvent
from ..coordinator import AliciaCoordinator
from .snapshot import plain

MAX_EVENTS: Final = 64  # types
#: Of these, only what tells of an exposed entity.
OF_STATES: Final = (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED)


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

    @callback
    def is_exposed(data: Mapping[str, Any]) -> bool:
        return async_should_expose(coordinator.hass, ASSISTANT, data["entity_id"])

    types = [each for each in coordinator.options.bridge_events if each != "*"][:MAX_EVENTS]
    unsubscribes = [
        coordinator.hass.bus.async_listen(
            each, on_event, event_filter=is_exposed if each in OF_STATES else None
        )
        for each in types
    ]

    @callback
    def stop() -> None:
        for unsubscribe in unsubscribes:
            unsubscribe()

    return stop

"""A connection that is open before the words are there."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)

from .client import GrokClient

_SATELLITES: Final = "assist_satellite."
_LISTENING: Final = "listening"


@callback
def async_keep_warm(
    hass: HomeAssistant, entry: ConfigEntry[Any], client: GrokClient
) -> CALLBACK_TYPE:
    """Connect while somebody speaks to a satellite; returns what stops it."""

    @callback
    def on_listening(_event: Event[EventStateChangedData]) -> None:
        entry.async_create_background_task(hass, client.async_warm(), f"warm {entry.title}")

    return hass.bus.async_listen(EVENT_STATE_CHANGED, on_listening, event_filter=_begins)


@callback
def _begins(event_data: EventStateChangedData) -> bool:
    state = event_data["new_state"]
    return (
        event_data["entity_id"].startswith(_SATELLITES)
        and state is not None
        and state.state == _LISTENING
    )

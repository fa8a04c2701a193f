"""Where a voice command comes from, in Home Assistant's terms."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..bus.messages import Meta
from ..coordinator import AliciaConfigEntry
from ..devices import device_identifier


@callback
def find_device_id(
    hass: HomeAssistant, entry: AliciaConfigEntry, device_id: str | None
) -> str | None:
    """Return Home Assistant's id of a device on the bus, whose area then counts."""
    if device_id is None:
        return None
    device = dr.async_get(hass).async_get_device_by_identifier(
        device_identifier(entry, device_id), entry.entry_id
    )
    return device.id if device else None


def conversation_id(base: str, device_id: str | None, meta: Meta) -> str | None:
    """Return the conversation that a voice session is to Home Assistant.

    Two senders who chose the same session id do not hear of each other.
    """
    if meta.session_id is None:
        return None
    return "/".join((base, device_id or meta.source or "", meta.session_id))

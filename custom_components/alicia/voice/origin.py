"""Where a voice command comes from, in Home Assistant's terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import json
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr

from ..bus.messages import Meta
from ..coordinator import AliciaConfigEntry
from ..devices import device_identifier

MAX_SHOWN: Final = 200  # characters of what a sender says of himself


class Way(StrEnum):
    """How words reach Home Assistant; what is said on one way, the others don't hear of."""

    AGENT = "ai"
    COMMAND = "command"
    STREAM = "audio"
    ACTION = "action"


class BusContext(Context):
    """The context of words from the bus: nobody vouches for who sent them."""

    __slots__ = ()


def is_from_bus(context: Context | None) -> bool:
    """Tell whether somebody on the bus said what is done in a context."""
    return isinstance(context, BusContext)


@dataclass(frozen=True, slots=True)
class Origin:
    """The way that words came, and in whose name things are done for them."""

    way: Way
    context: Context


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


def conversation_id(base: str, way: Way, device_id: str | None, meta: Meta) -> str | None:
    """Return the conversation that a voice session is to Home Assistant.

    Two senders who chose the same session id do not hear of each other, and none can name
    a conversation that was not begun on his way of the same bus.
    """
    if meta.session_id is None:
        return None
    # As JSON: no sender can write two parts into one.
    parts = json.dumps((base, way.value, device_id or meta.source or "", meta.session_id))
    return f"alicia-{hashlib.sha256(parts.encode()).hexdigest()[:40]}"


@callback
def area_hint(hass: HomeAssistant, context: Mapping[str, object]) -> str | None:
    """Return what to tell an agent of the place that a sender says he is in."""
    if not (name := text_of(context, "area")):
        return None
    area = ar.async_get(hass).async_get_area_by_name(name)
    return f"The user is in this area: {plain(area.name if area else name)}"


def text_of(context: Mapping[str, object], key: str) -> str | None:
    """Return a field that a sender may fill with anything, as one short line of text."""
    value = context.get(key)
    return plain(value) or None if isinstance(value, str) else None


def plain(text: str, limit: int = MAX_SHOWN) -> str:
    """Return a text as one line: others in a prompt would pass for the house's own words."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:limit]

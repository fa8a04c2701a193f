"""Where a stranger's words may stand, and what changes while somebody thinks."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er

_LAMP: Final = "light.test_reading_lamp"
_NOTE: Final = "sensor.test_note"
_RADIO: Final = "media_player.test_radio"


def _name(hass: HomeAssistant, text: str) -> None:
    er.async_get(hass).async_update_entity(_LAMP, name=text)
    hass.states.async_set(_LAMP, "off", {"friendly_name": text})


def _alias(hass: HomeAssistant, text: str) -> None:
    er.async_get(hass).async_update_entity(_LAMP, aliases=[er.COMPUTED_NAME, text])


def _area(hass: HomeAssistant, text: str) -> None:
    ar.async_get(hass).async_update("buro", name=text)


def _state(hass: HomeAssistant, text: str) -> None:
    hass.states.async_set(_NOTE, text, {"friendly_name": "Note"})


def _title(hass: HomeAssistant, text: str) -> None:
    attributes = {"friendly_name": "Radio", "media_title": text, "supported_features": 0xFFFF}
    hass.states.async_set(_RADIO, "playing", attributes)


def _told(hass: HomeAssistant, text: str) -> None:
    """Told by a tool; the house has it already."""


#: By name; those that tools tell are made with the house.
PLACES: Final[Mapping[str, Callable[[HomeAssistant, str], None]]] = {
    "name": _name,
    "alias": _alias,
    "area": _area,
    "state": _state,
    "title": _title,
    **dict.fromkeys(("calendar", "todo", "tool", "script"), _told),
}


def _another_lock(hass: HomeAssistant) -> None:
    """Let the name that was asked for mean one lock more."""
    hass.states.async_set("lock.new", "locked", {"friendly_name": "Front door"})
    async_expose_entity(hass, "conversation", "lock.new", should_expose=True)


def _hide(hass: HomeAssistant) -> None:
    """Let the lock be one that Assist may not know."""
    async_expose_entity(hass, "conversation", "lock.test_front_door", should_expose=False)


CHANGES: Final[Mapping[str, Callable[[HomeAssistant], None]]] = {
    "another lock": _another_lock,
    "hidden": _hide,
}

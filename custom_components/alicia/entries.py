"""The two kinds of config entry: a bus, and an account at xAI."""

from typing import TYPE_CHECKING, Any, TypeGuard

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import service

from .const import CONF_KIND, DOMAIN, KIND_GROK

if TYPE_CHECKING:
    from .coordinator import AliciaConfigEntry
    from .grok.account import GrokConfigEntry


def is_account(entry: ConfigEntry[Any]) -> TypeGuard[GrokConfigEntry]:
    """Tell whether an entry is an account; those of a bus say nothing of their kind."""
    return entry.data.get(CONF_KIND) == KIND_GROK


@callback
def async_loaded_buses(hass: HomeAssistant) -> list[AliciaConfigEntry]:
    """Return the buses that are loaded."""
    entries: list[AliciaConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [entry for entry in entries if not is_account(entry)]


@callback
def async_get_bus(hass: HomeAssistant, entry_id: str | None) -> AliciaConfigEntry:
    """Return a bus, the only one where none is named; raises ServiceValidationError."""
    buses = async_loaded_buses(hass)
    if entry_id is None and len(buses) == 1:
        return buses[0]
    entry: AliciaConfigEntry = service.async_get_config_entry(hass, DOMAIN, entry_id)
    if is_account(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_a_bus",
            translation_placeholders={"title": entry.title},
        )
    return entry

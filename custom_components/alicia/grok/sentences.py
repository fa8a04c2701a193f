"""What is said in place of Grok, in the language of whoever asked."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN


async def async_sentence(hass: HomeAssistant, language: str, key: str) -> str:
    """Return a sentence; in English where it isn't translated."""
    family = language.replace("_", "-").partition("-")[0].lower()
    texts = await async_get_translations(hass, family, "exceptions", {DOMAIN})
    return texts[f"component.{DOMAIN}.exceptions.{key}.message"]

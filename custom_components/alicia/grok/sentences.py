"""What is said in place of Grok, in the language of whoever asked."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN


async def async_sentence(hass: HomeAssistant, language: str, key: str, **words: str) -> str:
    """Return a sentence with words in their places; in English where it isn't translated."""
    texts = await async_get_translations(hass, family(language), "exceptions", {DOMAIN})
    return texts[f"component.{DOMAIN}.exceptions.{key}.message"].format(**words)


def family(language: str) -> str:
    """Return a language without its country."""
    return language.replace("_", "-").partition("-")[0].lower()

"""The question that is asked before something sensitive is done, in the language of who spoke."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..house import async_area_of, plain
from ..sentences import async_sentence
from .deeds import Touch

#: Things that a question names; of more it says how many.
MAX_NAMED: Final = 5


async def async_question(
    hass: HomeAssistant, language: str, touches: Iterable[Touch], *, has_pin: bool
) -> str:
    """Return a question that names each thing, and what is to be done to it."""
    deeds = []
    for deed, group in groupby(sorted(touches, key=lambda each: (each.deed, each)), _deed):
        names = sorted({_name(hass, each.thing) for each in group})
        listed = await _async_list(hass, language, names)
        deeds.append(await async_sentence(hass, language, deed, names=listed))
    key = "grok_ask_pin" if has_pin else "grok_ask"
    actions = await _async_list(hass, language, deeds)
    return await async_sentence(hass, language, key, actions=actions)


async def _async_list(hass: HomeAssistant, language: str, parts: list[str]) -> str:
    """Return parts as they are spoken one after the other."""
    if len(parts) > MAX_NAMED:
        names, count = ", ".join(parts[:MAX_NAMED]), str(len(parts) - MAX_NAMED)
        return await async_sentence(hass, language, "grok_list_more", names=names, count=count)
    if len(parts) < 2:
        return "".join(parts)
    names, last = ", ".join(parts[:-1]), parts[-1]
    return await async_sentence(hass, language, "grok_list", names=names, last=last)


def _deed(touch: Touch) -> str:
    return touch.deed.value


def _name(hass: HomeAssistant, thing: str) -> str:
    """Return what Home Assistant calls a thing, with its area where several are called so."""
    state = hass.states.get(thing)
    if state is None:
        return plain(thing)
    name = plain(state.name) or thing
    alike = sum(each.name.casefold() == state.name.casefold() for each in hass.states.async_all())
    area = async_area_of(hass, er.async_get(hass).async_get(thing)) if alike > 1 else ""
    return f"{name} ({area})" if area else name

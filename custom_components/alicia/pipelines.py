"""The Assist pipeline that set-up offers to create."""

from dataclasses import dataclass

from homeassistant.components import assist_pipeline, stt, tts
from homeassistant.components.conversation import HOME_ASSISTANT_AGENT
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN, NAME


@dataclass(frozen=True, slots=True)
class Engines:
    """What a pipeline is made of."""

    stt: str
    tts: str
    agent: str = HOME_ASSISTANT_AGENT


@callback
def async_find_engines(hass: HomeAssistant) -> Engines | None:
    """Return Alicia's engines where they are there, else Home Assistant's choice.

    None without both. Engines from before there were entities can't be picked in a form.
    """
    hears = _own_engine(hass, Platform.STT) or stt.async_default_engine(hass) or ""
    speaks = _own_engine(hass, Platform.TTS) or tts.async_default_engine(hass) or ""
    found = hears.startswith("stt.") and speaks.startswith("tts.")
    return Engines(hears, speaks) if found else None


def _own_engine(hass: HomeAssistant, domain: str) -> str | None:
    registry = er.async_get(hass)
    for state in hass.states.async_all(domain):
        entry = registry.async_get(state.entity_id)
        if entry and entry.platform == DOMAIN and state.state != STATE_UNAVAILABLE:
            return state.entity_id
    return None


@callback
def async_find_pipeline(hass: HomeAssistant) -> str | None:
    """Return the id of the pipeline that is named after Alicia."""
    pipelines = assist_pipeline.async_get_pipelines(hass)
    return next((each.id for each in pipelines if each.name == NAME), None)


async def async_create_pipeline(hass: HomeAssistant, engines: Engines) -> str | None:
    """Create the pipeline; None where an engine doesn't speak Home Assistant's language."""
    pipeline = await assist_pipeline.async_create_default_pipeline(
        hass, engines.stt, engines.tts, NAME
    )
    if pipeline is None:
        return None
    if engines.agent != HOME_ASSISTANT_AGENT:
        await assist_pipeline.async_update_pipeline(
            hass, pipeline, conversation_engine=engines.agent
        )
    return pipeline.id

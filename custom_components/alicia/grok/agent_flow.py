"""Agents that the user adds to an account, or changes."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL, CONF_NAME, CONF_PROMPT
from homeassistant.helpers import llm, selector
import probatio as vol

from .account import GrokConfigEntry
from .flow import TITLE
from .options import (
    CONF_ACKNOWLEDGE,
    CONF_CAMERAS,
    CONF_EFFORT,
    CONF_MAX_TOKENS,
    DEFAULTS,
    SERVER_TOOLS,
)
from .subentry_flow import (
    EFFORT_SELECTOR,
    TOKENS_SELECTOR,
    GrokSubentryFlow,
    async_models,
    model_selector,
)


class GrokAgentFlow(GrokSubentryFlow):
    """Adds an agent, or changes one."""

    title = TITLE
    defaults = DEFAULTS

    @override
    async def async_schema(self, entry: GrokConfigEntry) -> vol.Schema:
        """Return the form's fields."""
        apis = [
            selector.SelectOptionDict(value=api.id, label=api.name)
            for api in llm.async_get_apis(self.hass)
        ]
        return vol.Schema(
            {
                vol.Required(CONF_NAME): selector.TextSelector(),
                vol.Required(CONF_MODEL): model_selector(await async_models(entry)),
                vol.Optional(CONF_LLM_HASS_API, default=list): selector.SelectSelector(
                    selector.SelectSelectorConfig(options=apis, multiple=True)
                ),
                vol.Optional(CONF_PROMPT, default=""): selector.TemplateSelector(),
                vol.Required(CONF_EFFORT): EFFORT_SELECTOR,
                vol.Required(CONF_ACKNOWLEDGE): selector.BooleanSelector(),
                vol.Required(CONF_MAX_TOKENS): TOKENS_SELECTOR,
                **{vol.Required(name): selector.BooleanSelector() for name in SERVER_TOOLS},
                vol.Required(CONF_CAMERAS): selector.BooleanSelector(),
            }
        )

    @override
    def shown(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what stands in the form, without the APIs that are no more."""
        there = {api.id for api in llm.async_get_apis(self.hass)}
        chosen = [api for api in values.get(CONF_LLM_HASS_API, ()) if api in there]
        return {**values, CONF_LLM_HASS_API: chosen}

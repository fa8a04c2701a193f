"""Agents that the user adds to an account, or changes."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL, CONF_NAME, CONF_PROMPT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm, selector
import probatio as vol

from .account import GrokConfigEntry
from .errors import GrokError
from .flow import TITLE
from .models import EFFORTS, MODELS, find, is_known
from .options import (
    CONF_ACKNOWLEDGE,
    CONF_CAMERAS,
    CONF_CODE,
    CONF_EFFORT,
    CONF_MAX_TOKENS,
    CONF_WEB_SEARCH,
    CONF_X_SEARCH,
    DEFAULTS,
    EFFORT_FOR_VOICE,
)

TOKENS_SELECTOR: Final = vol.All(
    selector.NumberSelector(
        selector.NumberSelectorConfig(
            min=64, max=32_768, step=1, mode=selector.NumberSelectorMode.BOX
        )
    ),
    vol.Coerce(int),
)
EFFORT_SELECTOR: Final = selector.SelectSelector(
    selector.SelectSelectorConfig(
        options=[EFFORT_FOR_VOICE, *EFFORTS],
        mode=selector.SelectSelectorMode.DROPDOWN,
        translation_key="effort",
    )
)


class GrokAgentFlow(ConfigSubentryFlow):
    """Adds an agent, or changes one."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what a new agent is to be."""
        if user_input is None:
            return await self._async_show("user", {CONF_NAME: TITLE, **DEFAULTS})
        if errors := effort_errors(user_input):
            return await self._async_show("user", user_input, errors)
        return self.async_create_entry(title=user_input[CONF_NAME], data=_data(user_input))

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what an agent is to be from now on."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            values = {CONF_NAME: subentry.title, **DEFAULTS, **subentry.data}
            return await self._async_show("reconfigure", values)
        if errors := effort_errors(user_input):
            return await self._async_show("reconfigure", user_input, errors)
        return self.async_update_and_abort(
            self._get_entry(), subentry, title=user_input[CONF_NAME], data=_data(user_input)
        )

    async def _async_show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> SubentryFlowResult:
        entry: GrokConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        apis = {api.id: api.name for api in llm.async_get_apis(self.hass)}
        chosen = [api for api in values.get(CONF_LLM_HASS_API, ()) if api in apis]
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                _schema(self.hass, await async_models(entry)),
                {**values, CONF_LLM_HASS_API: chosen},
            ),
            errors=errors,
        )


def _schema(hass: HomeAssistant, models: list[str]) -> vol.Schema:
    apis = [
        selector.SelectOptionDict(value=api.id, label=api.name) for api in llm.async_get_apis(hass)
    ]
    return vol.Schema(
        {
            vol.Required(CONF_NAME): selector.TextSelector(),
            vol.Required(CONF_MODEL): model_selector(models),
            vol.Optional(CONF_LLM_HASS_API, default=list): selector.SelectSelector(
                selector.SelectSelectorConfig(options=apis, multiple=True)
            ),
            vol.Optional(CONF_PROMPT, default=""): selector.TemplateSelector(),
            vol.Required(CONF_EFFORT): EFFORT_SELECTOR,
            vol.Required(CONF_ACKNOWLEDGE): selector.BooleanSelector(),
            vol.Required(CONF_MAX_TOKENS): TOKENS_SELECTOR,
            vol.Required(CONF_WEB_SEARCH): selector.BooleanSelector(),
            vol.Required(CONF_X_SEARCH): selector.BooleanSelector(),
            vol.Required(CONF_CODE): selector.BooleanSelector(),
            vol.Required(CONF_CAMERAS): selector.BooleanSelector(),
        }
    )


def model_selector(models: list[str]) -> selector.SelectSelector:
    """Return what lets the user choose a model, or name another."""
    return selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=models, custom_value=True, mode=selector.SelectSelectorMode.DROPDOWN
        )
    )


async def async_models(entry: GrokConfigEntry) -> list[str]:
    """Return the models that there are; while xAI can't be reached, those that we know of."""
    try:
        return [model.name for model in await entry.runtime_data.client.async_models()]
    except GrokError:
        return [model.prefix for model in MODELS if model.efforts]


def effort_errors(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with an effort."""
    model, effort = user_input[CONF_MODEL], user_input[CONF_EFFORT]
    if effort == EFFORT_FOR_VOICE or not is_known(model) or effort in find(model).efforts:
        return {}
    return {CONF_EFFORT: "effort_not_supported"}


def _data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    return {name: user_input[name] for name in DEFAULTS}

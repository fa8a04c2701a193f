"""Tasks that the user adds to an account, or changes."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_MODEL, CONF_NAME
from homeassistant.helpers import selector
import probatio as vol

from .account import GrokConfigEntry
from .agent_flow import (
    EFFORT_SELECTOR,
    TOKENS_SELECTOR,
    async_models,
    effort_errors,
    model_selector,
)
from .errors import GrokError
from .flow import TASK_TITLE
from .models import IMAGE_MODELS
from .options import CONF_EFFORT, CONF_MAX_TOKENS, SERVER_TOOLS
from .task_options import CONF_IMAGE_MODEL, TASK_DEFAULTS


class GrokTaskFlow(ConfigSubentryFlow):
    """Adds a task, or changes one."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what a new task is to be."""
        if user_input is None:
            return await self._async_show("user", {CONF_NAME: TASK_TITLE, **TASK_DEFAULTS})
        if errors := effort_errors(user_input):
            return await self._async_show("user", user_input, errors)
        return self.async_create_entry(title=user_input[CONF_NAME], data=_data(user_input))

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what a task is to be from now on."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            values = {CONF_NAME: subentry.title, **TASK_DEFAULTS, **subentry.data}
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
        schema = _schema(await async_models(entry), await _async_image_models(entry))
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )


def _schema(models: list[str], image_models: list[str]) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_NAME): selector.TextSelector(),
            vol.Required(CONF_MODEL): model_selector(models),
            vol.Optional(CONF_IMAGE_MODEL, default=""): model_selector(image_models),
            vol.Required(CONF_EFFORT): EFFORT_SELECTOR,
            vol.Required(CONF_MAX_TOKENS): TOKENS_SELECTOR,
            **{vol.Required(name): selector.BooleanSelector() for name in SERVER_TOOLS},
        }
    )


async def _async_image_models(entry: GrokConfigEntry) -> list[str]:
    """Return the models that draw; while xAI can't be reached, those that we know of."""
    try:
        return await entry.runtime_data.client.async_image_models() or list(IMAGE_MODELS)
    except GrokError:
        return list(IMAGE_MODELS)


def _data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    return {name: user_input[name] for name in TASK_DEFAULTS}

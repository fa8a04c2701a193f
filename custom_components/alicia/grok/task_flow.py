"""Tasks that the user adds to an account, or changes."""

from typing import override

from homeassistant.const import CONF_MODEL, CONF_NAME
from homeassistant.helpers import selector
import probatio as vol

from .account import GrokConfigEntry
from .errors import GrokError
from .flow import TASK_TITLE
from .models import IMAGE_MODELS
from .options import CONF_EFFORT, CONF_MAX_TOKENS, SERVER_TOOLS
from .subentry_flow import (
    EFFORT_SELECTOR,
    TOKENS_SELECTOR,
    GrokSubentryFlow,
    async_models,
    model_selector,
)
from .task_options import CONF_IMAGE_MODEL, TASK_DEFAULTS


class GrokTaskFlow(GrokSubentryFlow):
    """Adds a task, or changes one."""

    title = TASK_TITLE
    defaults = TASK_DEFAULTS

    @override
    async def async_schema(self, entry: GrokConfigEntry) -> vol.Schema:
        """Return the form's fields."""
        models, image_models = await async_models(entry), await _async_image_models(entry)
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

"""What the flows of agents and tasks share: the steps, and how a model is chosen."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_MODEL, CONF_NAME
from homeassistant.helpers import selector
import probatio as vol

from .account import GrokConfigEntry
from .errors import GrokError
from .models import EFFORTS, MODELS, find, is_known
from .options import CONF_EFFORT, EFFORT_FOR_VOICE

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


class GrokSubentryFlow(ConfigSubentryFlow):
    """Adds a subentry to an account, or changes one; each kind has its own form."""

    #: what a new one is called, and what it is created with
    title: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]]

    @abstractmethod
    async def async_schema(self, entry: GrokConfigEntry) -> vol.Schema:
        """Return the form's fields."""

    def shown(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what stands in the form."""
        return values

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what a new one is to be."""
        if user_input is None:
            return await self._async_show("user", {CONF_NAME: self.title, **self.defaults})
        if errors := _effort_errors(user_input):
            return await self._async_show("user", user_input, errors)
        return self.async_create_entry(title=user_input[CONF_NAME], data=self._data(user_input))

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what one is to be from now on."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            values = {CONF_NAME: subentry.title, **self.defaults, **subentry.data}
            return await self._async_show("reconfigure", values)
        if errors := _effort_errors(user_input):
            return await self._async_show("reconfigure", user_input, errors)
        title, data = user_input[CONF_NAME], self._data(user_input)
        return self.async_update_and_abort(self._get_entry(), subentry, title=title, data=data)

    async def _async_show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> SubentryFlowResult:
        entry: GrokConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        schema = self.add_suggested_values_to_schema(
            await self.async_schema(entry), self.shown(values)
        )
        return self.async_show_form(step_id=step_id, data_schema=schema, errors=errors)

    def _data(self, user_input: Mapping[str, Any]) -> dict[str, Any]:
        return {name: user_input[name] for name in self.defaults}


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


def _effort_errors(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with an effort."""
    model, effort = user_input[CONF_MODEL], user_input[CONF_EFFORT]
    if effort == EFFORT_FOR_VOICE or not is_known(model) or effort in find(model).efforts:
        return {}
    return {CONF_EFFORT: "effort_not_supported"}

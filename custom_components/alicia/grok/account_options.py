"""The options of an account: a row each, and the form that asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector
import probatio as vol

from .guard.safety import CONF_MARKED, CONF_PIN, CONF_TOOLS, CONF_UNASKED, UNCHANGED, is_pin

CONF_SPENDING_CAP: Final = "spending_cap"

_ENTITIES: Final = selector.EntitySelector(selector.EntitySelectorConfig(multiple=True))
#: To add an option, add a row here.
OPTIONS: Final[Mapping[str, selector.Selector[Any]]] = {
    CONF_SPENDING_CAP: selector.NumberSelector(
        selector.NumberSelectorConfig(
            min=0,
            max=10_000,
            step="any",
            unit_of_measurement="USD",
            mode=selector.NumberSelectorMode.BOX,
        )
    ),
    CONF_PIN: selector.TextSelector(
        selector.TextSelectorConfig(
            type=selector.TextSelectorType.PASSWORD, autocomplete="new-password"
        )
    ),
    CONF_MARKED: _ENTITIES,
    CONF_TOOLS: selector.SelectSelector(
        selector.SelectSelectorConfig(options=[], multiple=True, custom_value=True)
    ),
    CONF_UNASKED: _ENTITIES,
}
#: Those of which there may be several.
_LISTS: Final = frozenset({CONF_MARKED, CONF_TOOLS, CONF_UNASKED})

ACCOUNT_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(name, default=list) if name in _LISTS else vol.Optional(name): row
        for name, row in OPTIONS.items()
    }
)


@dataclass(frozen=True, slots=True)
class AccountOptions:
    """What the user chose for an account, beyond how it is guarded."""

    #: USD a day; 0 is no cap
    spending_cap: float

    @classmethod
    def from_entry(cls, options: Mapping[str, Any]) -> Self:
        """Return an entry's options, with the default for each that is not set."""
        return cls(spending_cap=float(options.get(CONF_SPENDING_CAP, 0.0)))


class AccountOptionsFlow(OptionsFlow):
    """Changes what an account may do; the entry is reloaded by its own listener."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        return await self.async_step_account(user_input)

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options; in a step of its own, since the bus has texts for the first.

        A PIN that is kept is never shown.
        """
        kept = self.config_entry.options
        if user_input is None:
            shown = {name: value for name, value in kept.items() if name != CONF_PIN}
            return self._show(shown | ({CONF_PIN: UNCHANGED} if kept.get(CONF_PIN) else {}))
        pin = user_input.get(CONF_PIN, "").strip()
        pin = kept.get(CONF_PIN, "") if pin == UNCHANGED else pin
        if pin and not is_pin(pin):
            return self._show(user_input, {CONF_PIN: "invalid_pin"})
        return self.async_create_entry(data={**user_input, CONF_PIN: pin})

    def _show(
        self, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="account",
            data_schema=self.add_suggested_values_to_schema(ACCOUNT_SCHEMA, values),
            errors=errors,
        )

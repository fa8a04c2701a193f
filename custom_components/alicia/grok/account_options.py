"""The options of an account: a row each, and the form that asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector
import probatio as vol

CONF_SPENDING_CAP: Final = "spending_cap"


@dataclass(frozen=True, slots=True)
class Option:
    """A field of the form."""

    selector: selector.Selector[Any]
    #: what a field means that was left empty
    default: object


#: To add an option, add a row here and a field below.
OPTIONS: Final[Mapping[str, Option]] = {
    CONF_SPENDING_CAP: Option(
        selector.NumberSelector(
            selector.NumberSelectorConfig(
                min=0,
                max=10_000,
                step="any",
                unit_of_measurement="USD",
                mode=selector.NumberSelectorMode.BOX,
            )
        ),
        default=0.0,
    ),
}

ACCOUNT_SCHEMA: Final = vol.Schema(
    {vol.Optional(name): row.selector for name, row in OPTIONS.items()}
)


@dataclass(frozen=True, slots=True)
class AccountOptions:
    """What the user chose for an account."""

    #: USD a day; 0 is no cap
    spending_cap: float

    @classmethod
    def from_entry(cls, options: Mapping[str, Any]) -> Self:
        """Return an entry's options, with the default for each that is not set."""
        chosen = {name: options.get(name, row.default) for name, row in OPTIONS.items()}
        return cls(spending_cap=float(chosen[CONF_SPENDING_CAP]))


class AccountOptionsFlow(OptionsFlow):
    """Changes what an account may do; the entry is reloaded by its own listener."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        return await self.async_step_account(user_input)

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options; in a step of its own, since the bus has texts for the first."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        values = self.config_entry.options
        return self.async_show_form(
            step_id="account",
            data_schema=self.add_suggested_values_to_schema(ACCOUNT_SCHEMA, values),
        )

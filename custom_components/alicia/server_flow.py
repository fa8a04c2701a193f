"""Wyoming servers that the user adds to a bus."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PORT
from homeassistant.helpers import selector
import probatio as vol

from .speech.abilities import Service, async_ask
from .speech.wire import Address, ServerError

#: Home Assistant's integration for one Wyoming server each.
WYOMING: Final = "wyoming"

SERVER_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_HOST): selector.TextSelector(),
        vol.Required(CONF_PORT): vol.All(
            selector.NumberSelector(
                selector.NumberSelectorConfig(
                    min=1, max=65_535, mode=selector.NumberSelectorMode.BOX
                )
            ),
            vol.Coerce(int),
        ),
    }
)


class WyomingServerFlow(ConfigSubentryFlow):
    """Adds a server, or changes where one is; it is asked what it can do first."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the server is."""
        if user_input is None:
            return self._show("user", self._suggestion(), {})
        if _unique_id(user_input) in self._taken():
            return self.async_abort(reason="already_configured")
        if error := await _async_error(user_input):
            return self._show("user", user_input, {"base": error})
        return self.async_create_entry(
            title=_title(user_input), data=_data(user_input), unique_id=_unique_id(user_input)
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask where the server is now."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            values = {CONF_NAME: subentry.title, **subentry.data}
            return self._show("reconfigure", values, {})
        if _unique_id(user_input) in self._taken() - {subentry.unique_id}:
            return self.async_abort(reason="already_configured")
        if error := await _async_error(user_input):
            return self._show("reconfigure", user_input, {"base": error})
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            title=_title(user_input),
            data=_data(user_input),
            unique_id=_unique_id(user_input),
        )

    def _taken(self) -> set[str | None]:
        return {each.unique_id for each in self._get_entry().subentries.values()}

    def _suggestion(self) -> Mapping[str, Any]:
        """Return a server of Home Assistant's own Wyoming integration that isn't here yet."""
        taken = self._taken()
        known = self.hass.config_entries.async_entries(WYOMING)
        return next((_known(each) for each in known if _unique_id(each.data) not in taken), {})

    def _show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str]
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(SERVER_SCHEMA, values),
            errors=errors,
        )


def _known(entry: ConfigEntry) -> Mapping[str, Any]:
    return {CONF_NAME: entry.title, **_data(entry.data)}


def _data(values: Mapping[str, Any]) -> dict[str, Any]:
    return {CONF_HOST: values[CONF_HOST].strip(), CONF_PORT: values[CONF_PORT]}


def _unique_id(values: Mapping[str, Any]) -> str:
    return f"{values[CONF_HOST].strip().lower()}:{values[CONF_PORT]}"


def _title(values: Mapping[str, Any]) -> str:
    return values.get(CONF_NAME, "").strip() or _unique_id(values)


async def _async_error(values: Mapping[str, Any]) -> str | None:
    """Return why a server can't be used, or None."""
    try:
        abilities = await async_ask(Address(**_data(values)))
    except ServerError:
        return "cannot_connect"
    return None if any(abilities.offers(each) for each in Service) else "no_speech"

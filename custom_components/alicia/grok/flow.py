"""Set-up, reauthentication and reconfiguration of an account; the key is checked for free."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, ConfigSubentryData
from homeassistant.const import CONF_API_KEY, CONF_URL
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
import probatio as vol
from yarl import URL

from ..const import CONF_KIND, KIND_GROK, SUBENTRY_AGENT, SUBENTRY_TASK
from .account import LIMITS, async_make_session
from .client import BASE_URL, GrokClient, KeyInfo
from .errors import GrokError, Kind
from .options import DEFAULTS
from .task_options import TASK_DEFAULTS

CONF_ADVANCED: Final = "advanced"
TITLE: Final = "Grok"
TASK_TITLE: Final = "Grok AI task"

_KEY: Final = selector.TextSelector(
    selector.TextSelectorConfig(type=selector.TextSelectorType.PASSWORD, autocomplete="off")
)
_ADDRESS: Final = vol.Schema(
    {
        vol.Required(CONF_URL, default=BASE_URL): selector.TextSelector(
            selector.TextSelectorConfig(type=selector.TextSelectorType.URL)
        )
    }
)
GROK_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_API_KEY): _KEY,
        vol.Required(CONF_ADVANCED): section(_ADDRESS, {"collapsed": True}),
    }
)
RECONFIGURE_GROK_SCHEMA: Final = GROK_SCHEMA
REAUTH_CONFIRM_SCHEMA: Final = vol.Schema({vol.Required(CONF_API_KEY): _KEY})

#: What an account comes with.
_FIRST: Final = (
    (SUBENTRY_AGENT, TITLE, DEFAULTS),
    (SUBENTRY_TASK, TASK_TITLE, TASK_DEFAULTS),
)

#: What is told of a key that can't be checked; of all else, that xAI can't be reached.
_ERRORS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.AUTH: (CONF_API_KEY, "invalid_auth"),
    Kind.BLOCKED: (CONF_API_KEY, "key_blocked"),
    Kind.WRONG_ADDRESS: ("base", "wrong_address"),
    Kind.INVALID: ("base", "wrong_address"),
}
_OTHERWISE: Final = ("base", "cannot_reach_xai")


class GrokSteps(ConfigFlow):
    """The steps of a flow that are about an account."""

    async def async_step_grok(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the key of a new account."""
        if user_input is None:
            return self._show_grok("grok", GROK_SCHEMA, {})
        data = _data(user_input)
        if errors := await self._async_check(data):
            return self._show_grok("grok", GROK_SCHEMA, user_input, errors)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=TITLE,
            data={CONF_KIND: KIND_GROK, **data},
            subentries=[
                ConfigSubentryData(subentry_type=kind, title=title, data=defaults, unique_id=None)
                for kind, title, defaults in _FIRST
            ],
        )

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for another key, since this one is no good."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another key of the same account."""
        entry = self._get_reauth_entry()
        if user_input is None:
            return self._show_grok("reauth_confirm", REAUTH_CONFIRM_SCHEMA, {})
        data = {CONF_URL: entry.data[CONF_URL], CONF_API_KEY: _key_of(user_input)}
        if errors := await self._async_check(data):
            return self._show_grok("reauth_confirm", REAUTH_CONFIRM_SCHEMA, user_input, errors)
        self._abort_if_unique_id_mismatch(reason="wrong_account")
        return self.async_update_and_abort(entry, data_updates=data)

    async def async_step_reconfigure_grok(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another key or address."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            values = {CONF_ADVANCED: {CONF_URL: entry.data[CONF_URL]}}
            return self._show_grok("reconfigure_grok", RECONFIGURE_GROK_SCHEMA, values)
        data = _data(user_input)
        if errors := await self._async_check(data):
            return self._show_grok("reconfigure_grok", RECONFIGURE_GROK_SCHEMA, user_input, errors)
        self._abort_if_unique_id_mismatch(reason="wrong_account")
        return self.async_update_and_abort(entry, data_updates=data)

    async def _async_check(self, data: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with an account; where nothing is, the flow is about it."""
        url = data[CONF_URL]
        if not _is_address(url):
            return {"base": "wrong_address"}
        if not data[CONF_API_KEY].isprintable():
            return {CONF_API_KEY: "invalid_auth"}
        async with async_make_session() as session:
            client = GrokClient(session, data[CONF_API_KEY], url, LIMITS)
            try:
                key = _usable(await client.async_key())
            except GrokError as err:
                place, error = _ERRORS.get(err.kind, _OTHERWISE)
                return {place: error}
        await self.async_set_unique_id(f"{KIND_GROK}_{key.team_id}", raise_on_progress=False)
        return {}

    def _show_grok(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any],
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={"console": "console.x.ai"},
        )


def _usable(key: KeyInfo) -> KeyInfo:
    """Return a key that may be used; raises GrokError, also where nothing says whose it is."""
    if not key.is_usable:
        raise GrokError(Kind.BLOCKED)
    if not key.team_id:
        raise GrokError(Kind.WRONG_ADDRESS)
    return key


def _data(user_input: Mapping[str, Any]) -> dict[str, str]:
    return {
        CONF_API_KEY: _key_of(user_input),
        CONF_URL: user_input[CONF_ADVANCED][CONF_URL].strip().rstrip("/"),
    }


def _key_of(user_input: Mapping[str, Any]) -> str:
    """Return a key as it was, whatever lines it was copied in."""
    return "".join(user_input[CONF_API_KEY].split())


def _is_address(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return url.scheme in {"http", "https"} and bool(url.host) and url.user is None

"""An account as diagnostics tell of it: without the key, and without a word that anybody wrote."""

from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_API_KEY, CONF_PROMPT
from homeassistant.core import callback

from .account import GrokConfigEntry
from .guard.guard import Settings
from .guard.safety import CONF_PIN

TO_REDACT: Final = frozenset({CONF_API_KEY, CONF_PIN, CONF_PROMPT})


@callback
def describe_account(entry: GrokConfigEntry) -> dict[str, Any]:
    """Return the state of an account."""
    return {
        "data": async_redact_data(dict(entry.data), TO_REDACT),
        "safety": _describe(entry.runtime_data.guard.settings),
        "trouble": entry.runtime_data.troubles.last,
        "usage": entry.runtime_data.meters.account.as_dict(),
        "agents": [
            async_redact_data(dict(subentry.data), TO_REDACT)
            for subentry in entry.subentries.values()
        ],
    }


def _describe(settings: Settings) -> dict[str, int | bool]:
    """Return how an account is guarded, and nothing that would help to get in."""
    policy = settings.policy
    return {
        "has_pin": bool(settings.pin),
        "marked": len(policy.marked),
        "marked_tools": len(policy.tools),
        "unasked": len(policy.unasked),
    }

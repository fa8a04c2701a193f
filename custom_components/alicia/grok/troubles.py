"""What the user has to do about an account, and what the log tells of it."""

import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .errors import GrokError, Kind

_LOGGER: Final = logging.getLogger(__name__)

_ASKS_FOR_A_KEY: Final = frozenset({Kind.AUTH, Kind.BLOCKED})
#: These say nothing of the next answer.
_OF_ONE_ANSWER: Final = frozenset(
    {
        Kind.ANSWER_TOO_LONG,
        Kind.PROMPT_TOO_LONG,
        Kind.TOOK_TOO_LONG,
        Kind.TOO_MANY_STEPS,
        Kind.NOT_AS_ASKED,
        Kind.SEES_NOTHING,
    }
)


class Troubles:
    """Asks for another key, raises an issue for what the user can mend, and drops it once it is."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._hass = hass
        self._entry = entry
        self._raised: set[str] = set()
        self._last: Kind | None = None

    @property
    def last(self) -> Kind | None:
        """What is wrong now, as far as is known."""
        return self._last

    @callback
    def async_report(self, err: GrokError, model: str = "") -> None:
        """Take note of a failure."""
        if err.kind in _OF_ONE_ANSWER:
            return
        if self._last is None:
            _LOGGER.info("%s does not answer: %s", self._entry.title, err)
        self._last = err.kind
        if err.kind in _ASKS_FOR_A_KEY:
            self._entry.async_start_reauth(self._hass)
        elif err.kind is Kind.NO_CREDITS:
            self._raise("grok_no_credits", "")
        elif err.kind is Kind.MODEL_GONE:
            self._raise("grok_model_gone", model)

    @callback
    def async_settle(self, model: str) -> None:
        """Take note of an answer."""
        if self._last is not None:
            _LOGGER.info("%s answers again", self._entry.title)
            self._last = None
        for issue_id in self._raised & {
            self._issue_id("grok_no_credits", ""),
            self._issue_id("grok_model_gone", model),
        }:
            self._drop(issue_id)

    @callback
    def async_drop(self) -> None:
        """Drop all issues."""
        for issue_id in set(self._raised):
            self._drop(issue_id)

    def _raise(self, what: str, model: str) -> None:
        issue_id = self._issue_id(what, model)
        if issue_id in self._raised:
            return
        self._raised.add(issue_id)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=what,
            translation_placeholders={"account": self._entry.title, "model": model},
        )

    def _drop(self, issue_id: str) -> None:
        self._raised.remove(issue_id)
        ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    def _issue_id(self, what: str, model: str) -> str:
        return f"{self._entry.entry_id}_{what}_{model}"

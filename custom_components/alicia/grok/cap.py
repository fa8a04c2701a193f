"""What an account may cost a day."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .errors import GrokError, Kind
from .meter import Meter
from .usage import TICKS_PER_USD

ISSUE: Final = "grok_spent"


class Cap:
    """Lets nothing more be asked once a day's money is spent, and tells the user of it.

    What runs already is finished; so a day may cost a little more.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], meter: Meter, usd: float
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._meter = meter
        #: 0 is no cap
        self._usd = usd
        self._is_raised = False

    @property
    def is_reached(self) -> bool:
        """Whether today's money is spent."""
        # Half a tick is what a fraction of a dollar may be off by.
        return self._usd > 0 and self._meter.today.ticks >= self._usd * TICKS_PER_USD - 0.5

    @callback
    def async_check(self) -> None:
        """Raise GrokError if nothing more may be asked today."""
        self._tell()
        if self.is_reached:
            raise GrokError(Kind.SPENT)

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow what is spent; returns what stops it, and drops the issue."""
        unsubscribe = self._meter.changes.add(self._on_change)
        self._tell()

        @callback
        def stop() -> None:
            unsubscribe()
            self._show(is_shown=False)

        return stop

    @callback
    def _on_change(self, _: None) -> None:
        self._tell()

    def _tell(self) -> None:
        if self.is_reached is not self._is_raised:
            self._show(is_shown=self.is_reached)

    def _show(self, *, is_shown: bool) -> None:
        self._is_raised = is_shown
        issue_id = f"{self._entry.entry_id}_{ISSUE}"
        if not is_shown:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE,
            translation_placeholders={"account": self._entry.title, "cap": f"{self._usd:g}"},
        )

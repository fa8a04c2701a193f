"""The meters of an account, kept over restarts."""

from collections.abc import Mapping
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .meter import Meter

_LOGGER: Final = logging.getLogger(__name__)

VERSION: Final = 1
SAVE_DELAY: Final = 30.0  # s after a change
#: No subentry is called so.
ACCOUNT: Final = "account"


class Meters:
    """A meter for each agent, and one for all of them, whether they are still there or not."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._hass = hass
        self._store = _store(hass, entry.entry_id)
        self._is_waiting = False
        self._is_closed = False
        self.account = Meter(hass.loop.time, dt_util.now)
        self._meters: dict[str, Meter] = {}
        for subentry_id in entry.subentries:
            self.of(subentry_id)

    def of(self, subentry_id: str) -> Meter:
        """Return the meter of an agent."""
        if subentry_id not in self._meters:
            meter = Meter(self._hass.loop.time, dt_util.now, self.account)
            self._meters[subentry_id] = meter
        return self._meters[subentry_id]

    async def async_restore(self) -> None:
        """Go on from where it was left; what can't be read begins anew."""
        try:
            stored = await self._store.async_load()
        except (HomeAssistantError, KeyError, NotImplementedError, TypeError, ValueError) as err:
            _LOGGER.warning("Could not read %s: %s", self._store.path, err)
            return
        if isinstance(stored, Mapping):
            for name, meter in self._named().items():
                if name in stored:
                    meter.restore(stored[name])

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the meters and the days; returns what stops it."""
        unsubscribes = (
            self.account.changes.add(self._on_change),
            # Midnight is a full hour, wherever one is; where clocks are put forward at midnight
            # there is no such hour, but one o'clock.
            async_track_time_change(self._hass, self._on_hour, minute=0, second=0),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    async def async_close(self) -> None:
        """Write what is known now, and nothing later: there may be another of us by then."""
        self._is_closed = True
        await self._store.async_save(self._content())

    @callback
    def _on_change(self, _: None) -> None:
        if not (self._is_waiting or self._is_closed):
            # Not put off by each answer: who talks all day is to be counted, too.
            self._is_waiting = True
            self._store.async_delay_save(self._content, SAVE_DELAY)

    @callback
    def _on_hour(self, _now: datetime) -> None:
        for meter in self._named().values():
            meter.changes.notify(None)

    def _content(self) -> dict[str, Any]:
        self._is_waiting = False
        return {name: meter.as_dict() for name, meter in self._named().items()}

    def _named(self) -> dict[str, Meter]:
        return {ACCOUNT: self.account, **self._meters}


async def async_remove_usage(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of an account that was removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, VERSION, f"{DOMAIN}.usage.{entry_id}", atomic_writes=True)

"""Tells the user that nobody is there to listen or to speak."""

from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN
from ..coordinator import AliciaConfigEntry
from .abilities import Service
from .entity import async_is_known
from .servers import SpeechServers

PATIENCE: Final = 60.0  # s that a server may take to start again
ISSUES: Final = {Service.STT: "no_stt_server", Service.TTS: "no_tts_server"}


class NoServerIssues:
    """Raises an issue where a house has had servers and has none, and drops it with the next."""

    def __init__(
        self, hass: HomeAssistant, entry: AliciaConfigEntry, servers: SpeechServers
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._servers = servers
        self._waiting: dict[Service, CALLBACK_TYPE] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the servers; returns what ends it, and drops all issues."""
        unsubscribe = self._servers.changes.add(self._on_change)
        self._on_change(None)

        @callback
        def stop() -> None:
            unsubscribe()
            for service in Service:
                self._settle(service)

        return stop

    @callback
    def _on_change(self, _: None) -> None:
        for service in Service:
            if self._servers.pool.is_served(service):
                self._settle(service)
            elif service not in self._waiting:
                self._wait(service)

    def _wait(self, service: Service) -> None:
        @callback
        def on_time(_now: datetime) -> None:
            if async_is_known(self._hass, self._entry, service):
                self._raise(service)

        self._waiting[service] = async_call_later(self._hass, PATIENCE, on_time)

    def _raise(self, service: Service) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(service),
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=ISSUES[service],
            translation_placeholders={"bus": self._entry.title},
        )

    def _settle(self, service: Service) -> None:
        if cancel := self._waiting.pop(service, None):
            cancel()
        ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(service))

    def _issue_id(self, service: Service) -> str:
        return f"{self._entry.entry_id}_{ISSUES[service]}"

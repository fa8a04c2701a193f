"""Tells the user of devices and services that need something done."""

from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later

from .bus.messages import CONTRACT, Register
from .bus.registry import Change, ChangeKind
from .const import DOMAIN
from .coordinator import AliciaCoordinator

#: The versions understood here: this one, and the one before it.
OLDEST: Final = CONTRACT - 1
UNAVAILABLE: Final = "unavailable"
MAX_WORDS: Final = 500  # characters of a device's own words
PATIENCE: Final = 60.0  # s that an engine may take to load before the user hears of it


class Issues:
    """Raises an issue for each who is in need, and drops it once they aren't."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._raised: set[str] = set()
        self._waiting: dict[str, CALLBACK_TYPE] = {}
        #: The last words of those who aren't ready.
        self._words: dict[str, dict[str, str]] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it, and drops all issues."""
        unsubscribes = (
            self._coordinator.hub.on(Register, self._on_register),
            self._coordinator.async_add_device_listener(self._on_change),
            self._coordinator.presence.claims.add(self._on_claim),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            for device_id in self._raised | set(self._waiting):
                self._settle(device_id)

        return stop

    @callback
    def _on_register(self, message: Register) -> None:
        device_id = message.device_id
        placeholders = {
            "name": str(message.metadata.get("name", device_id))[:MAX_WORDS],
            "detail": str(message.metadata.get("detail", UNAVAILABLE))[:MAX_WORDS],
            "ours": str(CONTRACT),
            "theirs": str(message.contract),
        }
        if message.contract > CONTRACT:
            self._raise("contract_newer", device_id, placeholders)
        elif message.contract < OLDEST:
            self._raise("contract_older", device_id, placeholders)
        elif message.status != UNAVAILABLE:
            self._settle(device_id)
        elif device_id in self._raised:
            self._raise("not_ready", device_id, placeholders)
        else:
            self._wait(device_id, placeholders)

    @callback
    def _on_claim(self, message: Register) -> None:
        device_id = message.device_id
        self._raise("id_claimed", device_id, {"device": device_id})

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._settle(change.entry.device_id)

    def _wait(self, device_id: str, placeholders: dict[str, str]) -> None:
        """Give an engine time to load; its last words then say why it hasn't."""
        self._words[device_id] = placeholders
        if device_id in self._waiting:
            return

        @callback
        def on_time(_now: datetime) -> None:
            self._waiting.pop(device_id)
            self._raise("not_ready", device_id, self._words.pop(device_id))

        self._waiting[device_id] = async_call_later(self._coordinator.hass, PATIENCE, on_time)

    def _raise(self, key: str, device_id: str, placeholders: dict[str, str]) -> None:
        self._raised.add(device_id)
        ir.async_create_issue(
            self._coordinator.hass,
            DOMAIN,
            self._issue_id(device_id),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders=placeholders,
        )

    def _settle(self, device_id: str) -> None:
        if cancel := self._waiting.pop(device_id, None):
            cancel()
            self._words.pop(device_id)
        if device_id in self._raised:
            self._raised.remove(device_id)
            ir.async_delete_issue(self._coordinator.hass, DOMAIN, self._issue_id(device_id))

    def _issue_id(self, device_id: str) -> str:
        return f"{self._coordinator.entry.entry_id}_{device_id}"

"""The speech servers of a house: those on the bus, and those that the user added."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import time
from typing import Final
from urllib.parse import urlsplit

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval

from ..bus.balancer import POLICIES
from ..bus.registry import Change, Entry
from ..const import DOMAIN, SUBENTRY_SERVER
from ..coordinator import AliciaCoordinator
from ..listeners import Listeners
from .pool import Member, Pool, Server
from .wire import Address

LOOK_INTERVAL: Final = timedelta(seconds=30)
SEARCH_INTERVAL: Final = timedelta(seconds=5)  # between two looks at one that doesn't answer


class SpeechServers:
    """Keeps the pool as the bus and the user have it, and asks the servers how they are."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self.pool = Pool(POLICIES[coordinator.options.speech_policy], time.monotonic)
        self.pool.on_change = lambda: self.changes.notify(None)
        self.pool.on_failure = self._look
        self.changes = Listeners[None]()
        self._coordinator = coordinator
        self._looking: set[str] = set()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the bus and the user; returns what ends it."""
        hass, coordinator = self._coordinator.hass, self._coordinator
        unsubscribes = (
            coordinator.async_add_device_listener(self._on_device),
            coordinator.async_add_any_presence_listener(self._on_presence),
            async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry),
            async_track_time_interval(hass, self._on_time, LOOK_INTERVAL),
            async_track_time_interval(hass, self._on_search, SEARCH_INTERVAL),
        )
        self._refresh()

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    @callback
    def _refresh(self) -> None:
        for member in self.pool.set_servers(list(self._find())):
            self._look(member)

    def _find(self) -> Iterator[Server]:
        """Yield the servers; of two at one address only the first."""
        taken: set[Address] = set()
        for server in (*self._on_bus(), *self._added()):
            if server.address not in taken:
                taken.add(server.address)
                yield server

    def _on_bus(self) -> Iterator[Server]:
        registry = self._coordinator.registry
        for entry in registry:
            placement = registry.placement(entry.device_id)
            if not placement.disabled and (address := read_address(entry)):
                name = placement.name or entry.name
                yield Server(entry.device_id, name, address, "sidecar")

    def _added(self) -> Iterator[Server]:
        for subentry in self._coordinator.entry.subentries.values():
            if subentry.subentry_type == SUBENTRY_SERVER:
                address = Address(subentry.data[CONF_HOST], subentry.data[CONF_PORT])
                yield Server(subentry.subentry_id, subentry.title, address, "user")

    @callback
    def _look(self, member: Member) -> None:
        if member.server.id not in self._looking:
            self._coordinator.entry.async_create_background_task(
                self._coordinator.hass, self._async_look(member), f"{DOMAIN} look"
            )

    async def _async_look(self, member: Member) -> None:
        self._looking.add(member.server.id)
        try:
            await self.pool.async_look(member)
        finally:
            self._looking.discard(member.server.id)

    @callback
    def _on_time(self, _now: datetime) -> None:
        for member in self.pool:
            self._look(member)

    @callback
    def _on_search(self, _now: datetime) -> None:
        for member in self.pool:
            if not member.alive:
                self._look(member)

    @callback
    def _on_device(self, change: Change) -> None:
        if read_address(change.entry):
            self._refresh()

    @callback
    def _on_presence(self, device_id: str) -> None:
        for member in self.pool:
            if member.server.id == device_id:
                self._look(member)

    @callback
    def _on_entry(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if change is ConfigEntryChange.UPDATED and entry is self._coordinator.entry:
            self._refresh()


def read_address(entry: Entry) -> Address | None:
    """Return where a sidecar says that its Wyoming server listens."""
    try:
        parts = urlsplit(str(entry.endpoints.get("wyoming", "")))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return Address(host, port) if parts.scheme == "tcp" and host and port else None


def conversation_key() -> str | None:
    """Return what stays the same while somebody speaks with Home Assistant.

    It tells its speech entities no device; a satellite keeps its conversation for a while.
    """
    session = current_session.get()
    return session.conversation_id if session else None

"""Who is on the bus, by what they say of themselves; answers those who ask."""

from collections.abc import Callable
import logging
from typing import Final

from .bus.errors import CommandError
from .bus.health import OFFLINE, Liveness
from .bus.hub import Hub, reply_meta
from .bus.messages import (
    AudioStart,
    HealthCheck,
    Heartbeat,
    Query,
    QueryResponse,
    Register,
    Unregister,
)
from .bus.registry import Change, Registry
from .listeners import KeyedListeners, Listeners

_LOGGER: Final = logging.getLogger(__name__)

ASK_AGAIN: Final = 30.0  # s between two calls to register
PROBE_AFTER: Final = 65.0  # s of silence: two heartbeats are missing


class Presence:
    """Keeps the registry and the liveness of a bus."""

    def __init__(self, hub: Hub, clock: Callable[[], float]) -> None:
        self.registry = Registry()
        self.liveness = Liveness(clock)
        #: Devices that came, changed or left.
        self.devices = Listeners[Change]()
        #: Whether one is online, by its id, when that changes.
        self.online = KeyedListeners[str, bool]()
        #: Ids of those who went online or offline.
        self.changes = Listeners[str]()
        self._hub = hub
        self._clock = clock
        self._asked_at = float("-inf")

    def start(self) -> Callable[[], None]:
        """Listen to the hub; returns what stops it."""
        unsubscribes = (
            self._hub.on(Register, self._on_register),
            self._hub.on(Unregister, self._on_unregister),
            self._hub.on(Query, self._on_query),
            self._hub.on(Heartbeat, self._on_heartbeat),
            self._hub.on(AudioStart, self._on_audio),
        )

        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    def ask_everyone(self) -> None:
        """Have every device and service register again."""
        self._asked_at = self._clock()
        # The silence may have been ours: each countdown starts anew.
        for entry in self.registry:
            if self.liveness.is_online(entry.device_id):
                self.liveness.heard(entry.device_id)
        self._hub.send(Query())

    def tell_everybody(self) -> None:
        """Tell each listener anew whether its device is online."""
        for device_id in self.online:
            self.online.notify(device_id, self.liveness.is_online(device_id))

    def forget(self, device_id: str) -> None:
        """Drop a device as if it had left for good."""
        self._on_unregister(Unregister(device_id=device_id))

    def sweep(self) -> None:
        """Ask those who have gone quiet for a heartbeat; give up on those who stay so."""
        for device_id in self.liveness.sweep():
            self._went(device_id, online=False)
        if any(self._is_quiet(entry.device_id) for entry in self.registry):
            self._hub.send(HealthCheck())

    def _is_quiet(self, device_id: str) -> bool:
        seen = self.liveness.last_seen(device_id)
        silent = seen is not None and self._clock() - seen > PROBE_AFTER
        return silent and self.liveness.is_online(device_id)

    def _on_register(self, message: Register) -> None:
        try:
            change = self.registry.apply(message, self._clock())
        except CommandError as err:
            self._hub.answer_error(message, err)
            return
        changed = self.liveness.heard(message.device_id, message.status)
        if change is not None:
            self.devices.notify(change)
        if changed:
            self._went(message.device_id, online=message.status != OFFLINE)

    def _on_unregister(self, message: Unregister) -> None:
        self.liveness.forget(message.device_id)
        if (change := self.registry.apply(message, self._clock())) is not None:
            self.devices.notify(change)

    def _on_heartbeat(self, message: Heartbeat) -> None:
        online = message.status != OFFLINE
        if self.registry.get(message.device_id) is None:
            if online and self._clock() - self._asked_at >= ASK_AGAIN:
                self.ask_everyone()
        elif self.liveness.heard(message.device_id, message.status):
            self._went(message.device_id, online=online)

    def _on_audio(self, message: AudioStart) -> None:
        """Whoever speaks is there."""
        known = self.registry.get(message.device_id) is not None
        if known and self.liveness.heard(message.device_id):
            self._went(message.device_id, online=True)

    def _on_query(self, message: Query) -> None:
        if message.asks_everyone:
            return
        devices = tuple(entry.as_dict() for entry in self.registry.find(message))
        self._hub.send(QueryResponse(meta=reply_meta(message.meta), devices=devices))

    def _went(self, device_id: str, *, online: bool) -> None:
        _LOGGER.info("%s is %s", device_id, "online" if online else "offline")
        self.changes.notify(device_id)
        self.online.notify(device_id, online)

"""Who is on the bus, by what they say of themselves; answers those who ask."""

from collections.abc import Callable, Iterable
import logging
from typing import Final

from .bus.errors import CommandError, ErrorCode
from .bus.health import OFFLINE, Liveness, timeout_of
from .bus.hub import Hub, reply_meta
from .bus.messages import (
    AudioStart,
    DeviceEvent,
    DeviceResponse,
    DeviceStatus,
    HealthCheck,
    Heartbeat,
    Query,
    QueryResponse,
    Register,
    Unregister,
)
from .bus.registry import Change, Entry, Placement, Registry
from .listeners import KeyedListeners, Listeners

_LOGGER: Final = logging.getLogger(__name__)

ASK_AGAIN: Final = 30.0  # s between two calls to register
MAX_LISTED: Final = 500  # devices in an answer, unless fewer are asked for


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
        #: Registrations under an id that somebody else has.
        self.claims = Listeners[Register]()
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
            self._hub.on(AudioStart, self._on_word),
            self._hub.on(DeviceStatus, self._on_word),
            self._hub.on(DeviceEvent, self._on_word),
            self._hub.on(DeviceResponse, self._on_word),
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
        if any(self.liveness.is_quiet(entry.device_id) for entry in self.registry):
            self._hub.send(HealthCheck())

    def restore(self, registrations: Iterable[tuple[Register, float, float]]) -> None:
        """Take who was here before a restart, each with when it registered and was seen last."""
        for message, registered_at, last_seen in registrations:
            change = self.registry.restore(message, registered_at)
            if change is not None:
                self.liveness.expect(message.device_id, timeout_of(change.entry))
                self.liveness.restore(message.device_id, last_seen)
                self.devices.notify(change)

    def place(self, device_id: str, placement: Placement) -> None:
        """Take the name and the area that the user gave a device, and whether it is disabled."""
        if (change := self.registry.place(device_id, placement)) is not None:
            self.devices.notify(change)

    def tell(self, device_id: str, *, online: bool) -> None:
        """Take who is there from one who knows, as of a group by its members."""
        if self.liveness.heard(device_id, "online" if online else OFFLINE):
            self._went(device_id, online=online)

    def describe(self, entry: Entry) -> dict[str, object]:
        """Return what is known of a device, as the answer to a query lists it."""
        placement = self.registry.placement(entry.device_id)
        return entry.as_dict() | {
            "name": placement.name or entry.name,
            "area": placement.area,
            "status": self.status(entry.device_id),
        }

    def status(self, device_id: str) -> str:
        """Return whether a device is online, offline, or disabled by the user."""
        if self.registry.placement(device_id).disabled:
            return "disabled"
        return "online" if self.liveness.is_online(device_id) else OFFLINE

    def _on_register(self, message: Register) -> None:
        try:
            self._check_claim(message)
            change = self.registry.apply(message, self._clock())
        except CommandError as err:
            self._hub.answer_error(message, err)
            return
        if change is not None:
            self.liveness.expect(message.device_id, timeout_of(change.entry))
        changed = self.liveness.heard(message.device_id, message.status)
        if change is not None:
            self.devices.notify(change)
        if changed:
            self._went(message.device_id, online=message.status != OFFLINE)

    def _check_claim(self, message: Register) -> None:
        """Let nobody have the id of somebody else who is here; raises CommandError."""
        known = self.registry.get(message.device_id)
        if known is None or not self.liveness.is_online(message.device_id):
            return
        if not known.is_same(message):
            self.claims.notify(message)
            raise CommandError(
                ErrorCode.CONFLICT, f"another device has the id {message.device_id}, and is online"
            )

    def _on_unregister(self, message: Unregister) -> None:
        self.liveness.forget(message.device_id)
        if (change := self.registry.apply(message, self._clock())) is not None:
            self.devices.notify(change)

    def _on_heartbeat(self, message: Heartbeat) -> None:
        online = message.status != OFFLINE
        if self.registry.get(message.device_id) is None:
            if online:
                self._ask_strangers()
        elif self.liveness.heard(message.device_id, message.status):
            self._went(message.device_id, online=online)

    def _on_word(self, message: AudioStart | DeviceStatus | DeviceEvent | DeviceResponse) -> None:
        """Whoever says something is there, unless the broker says it for him."""
        if message.retained:
            return
        if self.registry.get(message.device_id) is None:
            self._ask_strangers()
        elif self.liveness.heard(message.device_id):
            self._went(message.device_id, online=True)

    def _ask_strangers(self) -> None:
        if self._clock() - self._asked_at >= ASK_AGAIN:
            self.ask_everyone()

    def _on_query(self, message: Query) -> None:
        if message.asks_everyone:
            return
        found = self.registry.find(message)
        start = max(message.offset or 0, 0)
        limit = MAX_LISTED if message.limit is None else max(0, min(message.limit, MAX_LISTED))
        devices = tuple(self.describe(entry) for entry in found[start : start + limit])
        self._hub.send(
            QueryResponse(meta=reply_meta(message.meta), devices=devices, total=len(found))
        )

    def _went(self, device_id: str, *, online: bool) -> None:
        _LOGGER.info("%s is %s", device_id, "online" if online else "offline")
        self.changes.notify(device_id)
        self.online.notify(device_id, online)

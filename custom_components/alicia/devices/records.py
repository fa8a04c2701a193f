"""What was heard of each device lately, for its diagnostic sensors and for diagnostics."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_time_interval

from ..bus.messages import DeviceEvent, DeviceResponse, DeviceStatus
from ..bus.registry import Change, ChangeKind
from ..coordinator import AliciaCoordinator
from ..listeners import Listeners

_LOGGER: Final = logging.getLogger(__name__)

KEPT: Final = 5  # messages of each device
TICK: Final = timedelta(seconds=30)
MAX_LOGGED: Final = 1_000  # problems that the log tells of

Heard = DeviceStatus | DeviceEvent | DeviceResponse


@dataclass(slots=True)
class Record:
    """What was counted of one device."""

    messages: int = 0
    errors: int = 0
    #: messages a minute, over the last tick
    rate: float = 0.0
    last: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT))
    at_tick: int = 0


class Records:
    """Counts the messages and the errors of each device that has registered."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._records: dict[str, Record] = {}
        self._logged: set[tuple[str, str]] = set()
        self._ticks = Listeners[None]()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        coordinator = self._coordinator
        unsubscribes = (
            coordinator.hub.on(DeviceStatus, self._on_message),
            coordinator.hub.on(DeviceEvent, self._on_message),
            coordinator.hub.on(DeviceResponse, self._on_message),
            coordinator.async_add_device_listener(self._on_change),
            async_track_time_interval(coordinator.hass, self._on_tick, TICK),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    def get(self, device_id: str) -> Record:
        """Return what was counted of a device."""
        return self._records.get(device_id) or Record()

    @callback
    def async_add_listener(self, listener: Callable[[None], None]) -> CALLBACK_TYPE:
        """Tell a listener every now and then that the counts are others."""
        return self._ticks.add(listener)

    def problem(self, device_id: str, problem: str) -> None:
        """Count something that a device said wrongly, and log it the first time."""
        self._coordinator.hub.counters["device_error"] += 1
        if (record := self._records.get(device_id)) is not None:
            record.errors += 1
        key = (device_id, problem)
        if key not in self._logged and len(self._logged) < MAX_LOGGED:
            self._logged.add(key)
            _LOGGER.warning("%s: %s", device_id, problem)

    @callback
    def _on_message(self, message: Heard) -> None:
        device_id = message.device_id
        record = self._records.get(device_id)
        if record is None:
            if self._coordinator.registry.get(device_id) is None:
                return  # anybody can make up ids without end
            record = self._records[device_id] = Record()
        record.messages += 1
        record.last.append(message)

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._records.pop(change.entry.device_id, None)

    @callback
    def _on_tick(self, _now: datetime) -> None:
        minutes = TICK.total_seconds() / 60
        for record in self._records.values():
            record.rate = round((record.messages - record.at_tick) / minutes, 1)
            record.at_tick = record.messages
        self._ticks.notify(None)


def described(message: Heard) -> Mapping[str, object]:
    """Return a message as diagnostics show it."""
    if isinstance(message, DeviceStatus):
        shown: Mapping[str, object] = message.values
    elif isinstance(message, DeviceEvent):
        shown = {"capability": message.capability, "event": message.event}
    else:
        shown = {"result": message.result, "state": message.state}
    return {
        "kind": type(message).__name__,
        "timestamp": message.meta.timestamp,
        "retained": message.retained,
        "content": dict(shown),
    }

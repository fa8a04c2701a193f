"""What devices say, for the entities that show it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..bus.capabilities import State
from ..bus.messages import DeviceEvent, DeviceStatus
from ..bus.registry import Change, ChangeKind
from ..bus.states import DeviceStates
from ..coordinator import AliciaCoordinator
from ..listeners import KeyedListeners
from .commander import Commander
from .factory import EntityFactory
from .groups import Groups
from .parameters import problems
from .records import Records

MAX_EARLY: Final = 1_000  # devices that told their state before they registered


class DeviceManager:
    """Follows the states and events of the devices of a bus."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self.states = DeviceStates()
        self.groups = Groups(coordinator, self.states, self._on_status)
        self.commander = Commander(coordinator, self.states, self._on_status, self.groups)
        self.factory = EntityFactory(coordinator)
        self.records = Records(coordinator)
        self._coordinator = coordinator
        self._state = KeyedListeners[tuple[str, str], State]()
        self._events = KeyedListeners[tuple[str, str], DeviceEvent]()
        #: The last status of those who have not registered yet.
        self._early: OrderedDict[str, DeviceStatus] = OrderedDict()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        unsubscribes = (
            self.records.async_start(),
            self._coordinator.hub.on(DeviceStatus, self._on_status),
            # After the states have taken a status.
            self.commander.async_start(),
            self._coordinator.hub.on(DeviceEvent, self._on_event),
            self._coordinator.async_add_device_listener(self._on_change),
            self.groups.async_start(),
            self.factory.async_start(),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    @callback
    def async_add_state_listener(
        self, device_id: str, capability: str, listener: Callable[[State], None]
    ) -> CALLBACK_TYPE:
        """Tell a listener the state of a device's capability whenever it changes."""
        return self._state.add((device_id, capability), listener)

    @callback
    def async_add_event_listener(
        self, device_id: str, capability: str, listener: Callable[[DeviceEvent], None]
    ) -> CALLBACK_TYPE:
        """Tell a listener the events of a device's capability."""
        return self._events.add((device_id, capability), listener)

    @callback
    def _on_status(self, message: DeviceStatus) -> None:
        entry = self._coordinator.registry.get(message.device_id)
        if entry is None:
            self._keep_early(message)
            return
        applied = self.states.apply(entry, message.values)
        for problem in applied.problems:
            self.records.problem(entry.device_id, problem)
        for capability in applied.changed:
            state = self.states.of(entry.device_id)[capability]
            self._state.notify((entry.device_id, capability), state)
        if applied.changed:
            self.groups.async_follow(entry.device_id, applied.changed)

    def _keep_early(self, message: DeviceStatus) -> None:
        """Keep a status for when its device registers, which it is asked to do."""
        self._coordinator.hub.counters["unregistered"] += 1
        self._early[message.device_id] = message
        self._early.move_to_end(message.device_id)
        if len(self._early) > MAX_EARLY:
            self._early.popitem(last=False)

    @callback
    def _on_event(self, message: DeviceEvent) -> None:
        self._events.notify((message.device_id, message.capability), message)

    @callback
    def _on_change(self, change: Change) -> None:
        entry = change.entry
        if change.kind is ChangeKind.REMOVED:
            self.states.forget(entry.device_id)
            return
        if change.kind is not ChangeKind.PLACED:
            for problem in problems(entry):
                self.records.problem(entry.device_id, problem)
        if (early := self._early.pop(entry.device_id, None)) is not None:
            self._on_status(early)

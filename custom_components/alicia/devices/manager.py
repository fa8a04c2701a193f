"""What devices say, for the entities that show it."""

from collections import OrderedDict
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..bus.messages import DeviceEvent, DeviceStatus
from ..bus.registry import Change, ChangeKind
from ..bus.states import DeviceStates
from ..coordinator import AliciaCoordinator
from .commander import Commander
from .factory import EntityFactory
from .groups import Groups
from .parameters import problems
from .records import Records
from .shown import ShownEntities

MAX_EARLY: Final = 1_000  # devices that told their state before they registered


class DeviceManager:
    """Follows the states and events of the devices of a bus."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self.states = DeviceStates()
        self.shown = ShownEntities()
        self.groups = Groups(coordinator, self.states, self._on_status)
        self.commander = Commander(coordinator, self.states, self._on_status, self.groups)
        self.factory = EntityFactory(coordinator, self.shown)
        self.records = Records(coordinator)
        self._coordinator = coordinator
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
            self._coordinator.async_add_any_presence_listener(self._on_presence),
            self._coordinator.async_add_connection_listener(self._on_connection),
            self.groups.async_start(),
            self.factory.async_start(),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    @callback
    def _on_status(self, message: DeviceStatus) -> None:
        entry = self._coordinator.registry.get(message.device_id)
        if entry is None:
            self._keep_early(message)
            return
        applied = self.states.apply(entry, message.values)
        for problem in applied.problems:
            self.records.problem(entry.device_id, problem)
        states = self.states.of(entry.device_id)
        for capability in applied.changed:
            if (entity := self.shown.get(entry.device_id, capability)) is not None:
                entity.async_take_state(states[capability])
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
        if (entity := self.shown.get(message.device_id, message.capability)) is not None:
            entity.async_take_event(message)

    @callback
    def _on_presence(self, device_id: str) -> None:
        for entity in self.shown.of(device_id):
            entity.async_write_ha_state()

    @callback
    def _on_connection(self, _connected: bool) -> None:  # noqa: FBT001 - a listener's signature
        for entity in self.shown:
            entity.async_write_ha_state()

    @callback
    def _on_change(self, change: Change) -> None:
        entry = change.entry
        if change.kind is ChangeKind.REMOVED:
            self.states.forget(entry.device_id)
            return
        if change.kind in (ChangeKind.ADDED, ChangeKind.UPDATED):
            for problem in problems(entry):
                self.records.problem(entry.device_id, problem)
        if (early := self._early.pop(entry.device_id, None)) is not None:
            self._on_status(early)

"""What devices say, for the entities that show it."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback

from ..bus.capabilities import State
from ..bus.messages import DeviceEvent, DeviceStatus
from ..bus.registry import Change, ChangeKind
from ..bus.states import DeviceStates
from ..coordinator import AliciaCoordinator
from ..listeners import KeyedListeners
from .commander import Commander
from .factory import EntityFactory


class DeviceManager:
    """Follows the states and events of the devices of a bus."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self.states = DeviceStates()
        self.commander = Commander(coordinator, self.states, self._on_status)
        self.factory = EntityFactory(coordinator)
        self._coordinator = coordinator
        self._state = KeyedListeners[tuple[str, str], State]()
        self._events = KeyedListeners[tuple[str, str], DeviceEvent]()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        unsubscribes = (
            self._coordinator.hub.on(DeviceStatus, self._on_status),
            # After the states have taken a status.
            self.commander.async_start(),
            self._coordinator.hub.on(DeviceEvent, self._on_event),
            self._coordinator.async_add_device_listener(self._on_change),
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
            self._coordinator.hub.counters["unregistered"] += 1
            return
        applied = self.states.apply(entry, message.values)
        for capability in applied.changed:
            state = self.states.of(entry.device_id)[capability]
            self._state.notify((entry.device_id, capability), state)

    @callback
    def _on_event(self, message: DeviceEvent) -> None:
        self._events.notify((message.device_id, message.capability), message)

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self.states.forget(change.entry.device_id)

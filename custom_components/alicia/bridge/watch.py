"""What becomes of states while an action runs, and until its answer."""

import asyncio
from collections.abc import Callable
from typing import Final

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.entity import entity_sources
from homeassistant.helpers.event import async_track_state_report_event

#: What a device says anew changes no state of this integration's, and some of its lights are
#: written as they were while a command is sent to them: its unchanged states tell of no device.
_MQTT: Final = "mqtt"


class Watch:
    """Looks at states from now on, until it ends.

    With `reports`, each of the entities is pending until it has told its state.
    """

    def __init__(
        self, hass: HomeAssistant, context: Context, entity_ids: tuple[str, ...], *, reports: bool
    ) -> None:
        self._hass = hass
        self._context = context
        self._before = {entity_id: hass.states.get(entity_id) for entity_id in entity_ids}
        self._changed: set[str] = set()
        self._pending = set(entity_ids if reports else ())
        self._then: Callable[[], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unsubscribes = [hass.bus.async_listen(EVENT_STATE_CHANGED, self._on_change)]
        if self._pending:
            self._unsubscribes.append(
                async_track_state_report_event(hass, entity_ids, self._on_report)
            )

    @property
    def changed(self) -> set[str]:
        """What the action changed, and those of its entities that have another state now."""
        return self._changed | {
            entity_id
            for entity_id, state in self._before.items()
            if self._hass.states.get(entity_id) is not state
        }

    @property
    def pending(self) -> tuple[str, ...]:
        """The entities that have told nothing yet."""
        return tuple(sorted(self._pending))

    def wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Call back once none is pending, or after so many seconds, or at the end."""
        self._then = then
        self._timer = self._hass.loop.call_later(seconds, self.end)

    @callback
    def end(self) -> None:
        """Look no longer."""
        while self._unsubscribes:
            self._unsubscribes.pop()()
        if self._timer is not None:
            self._timer.cancel()
        then, self._then = self._then, None
        if then is not None:
            then()

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        if event.context == self._context:
            self._changed.add(event.data["entity_id"])
        self._hear(event.data["entity_id"], event.data["new_state"])

    @callback
    def _on_report(self, event: Event[EventStateReportedData]) -> None:
        entity_id = event.data["entity_id"]
        if self._platform(entity_id) != _MQTT:
            self._hear(entity_id, event.data["new_state"])

    def _platform(self, entity_id: str) -> str | None:
        source = entity_sources(self._hass).get(entity_id)
        return source["domain"] if source else None

    def _hear(self, entity_id: str, state: State | None) -> None:
        # Of an entity that is gone or can't be reached, Home Assistant speaks, not the device.
        if entity_id not in self._pending or state is None or state.state == STATE_UNAVAILABLE:
            return
        self._pending.remove(entity_id)
        if not self._pending and self._then is not None:
            self.end()

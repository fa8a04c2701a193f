"""The states of exposed entities, retained on the bus."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
import uuid

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import (
    async_listen_entity_updates,
    async_should_expose,
)
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store

from ..bus.messages import HaState, Meta
from ..bus.topics import Kind
from ..const import DOMAIN
from ..coordinator import AliciaCoordinator
from .snapshot import attributes

DELAY: Final = 0.2  # s; a lamp that fades says little in between
BATCH: Final = 50
PACE: Final = 0.05  # s between batches
REMEMBERED: Final = 1_024  # ids of states that were sent
SAVE_DELAY: Final = 10.0  # s
VERSION: Final = 1


class StateMirror:
    """Publishes states as they change, and clears those that nobody may see any more."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._options = coordinator.options
        #: Entities whose state is on the bus.
        self._mirrored: set[str] = set()
        self._due: dict[str, None] = {}
        self._sent: deque[str] = deque(maxlen=REMEMBERED)
        self._cancel: CALLBACK_TYPE | None = None
        self._store = _store(self._hass, coordinator.entry.entry_id)
        self._unsaved = False

    async def async_start(self) -> CALLBACK_TYPE:
        """Follow the states; returns what stops it."""
        self._mirrored = set(await self._store.async_load() or ())
        self._coordinator.entry.async_on_unload(self._async_save)
        unsubscribes = [
            self._coordinator.async_add_ready_listener(self._on_ready),
            self._coordinator.async_add_unsent_listener(Kind.HA_STATE, self._on_unsent),
        ]
        if self._options.mirror_states:
            unsubscribes += [
                self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._on_state),
                async_listen_entity_updates(self._hass, ASSISTANT, self._on_exposure),
            ]

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            if self._cancel:
                self._cancel()

        return stop

    def is_sent(self, message_id: str | None) -> bool:
        """Tell whether an id is that of a state which was sent from here."""
        return message_id in self._sent

    @callback
    def _on_ready(self, _: None) -> None:
        """Bring the broker up to date, whatever happened while we or it were away."""
        for entity_id in self._mirrored:
            self._due[entity_id] = None
        self._on_exposure()

    @callback
    def _on_unsent(self, ids: Mapping[str, str]) -> None:
        """Do it again: where it was to be cleared, the broker still has a state."""
        entity_id = f"{ids['domain']}.{ids['object_id']}"
        self._remember(entity_id, mirrored=True)
        self._due[entity_id] = None
        self._schedule(DELAY)

    @callback
    def _on_exposure(self) -> None:
        for entity_id in (*self._mirrored, *self._hass.states.async_entity_ids()):
            self._due[entity_id] = None
        self._schedule(DELAY)

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        self._due[event.data["entity_id"]] = None
        self._schedule(DELAY)

    @callback
    def _schedule(self, delay: float) -> None:
        if self._cancel is None:
            self._cancel = async_call_later(self._hass, delay, self._publish)

    @callback
    def _publish(self, _now: datetime) -> None:
        self._cancel = None
        if not self._coordinator.connected:
            return  # all are looked at once the broker is back
        for entity_id in tuple(self._due)[:BATCH]:
            del self._due[entity_id]
            self._update(entity_id)
        if self._due:
            self._schedule(PACE)

    def _update(self, entity_id: str) -> None:
        domain, _, object_id = entity_id.partition(".")
        state = self._hass.states.get(entity_id)
        if state is None or not self._is_shown(entity_id):
            if entity_id in self._mirrored:
                self._remember(entity_id, mirrored=False)
                self._coordinator.async_clear(Kind.HA_STATE, domain=domain, object_id=object_id)
            return
        self._remember(entity_id, mirrored=True)
        message_id = uuid.uuid4().hex
        self._sent.append(message_id)
        self._coordinator.async_send(
            HaState(
                meta=Meta(message_id=message_id),
                domain=domain,
                object_id=object_id,
                state=state.state,
                attributes=attributes(state) if self._options.mirror_attributes else {},
                last_changed=round(state.last_changed_timestamp, 3),
            )
        )

    def _is_shown(self, entity_id: str) -> bool:
        if not self._options.mirror_states or not async_should_expose(
            self._hass, ASSISTANT, entity_id
        ):
            return False
        entity = er.async_get(self._hass).async_get(entity_id)
        # What a device of the bus says is on the bus already.
        return entity is None or entity.platform != DOMAIN

    def _remember(self, entity_id: str, *, mirrored: bool) -> None:
        if mirrored is (entity_id in self._mirrored):
            return
        (self._mirrored.add if mirrored else self._mirrored.discard)(entity_id)
        self._unsaved = True
        self._store.async_delay_save(self._saved, SAVE_DELAY)

    @callback
    def _saved(self) -> list[str]:
        self._unsaved = False
        return sorted(self._mirrored)

    async def _async_save(self) -> None:
        """Write the list down for whoever follows: it may have to clear what is on it."""
        if self._unsaved:
            await self._store.async_save(self._saved())


def _store(hass: HomeAssistant, entry_id: str) -> Store[list[str]]:
    return Store[Any](hass, VERSION, f"{DOMAIN}.mirror.{entry_id}", atomic_writes=True)


async def async_mirrored(hass: HomeAssistant, entry_id: str) -> list[str]:
    """Return the entities whose state a bus may have left on the broker."""
    return await _store(hass, entry_id).async_load() or []


async def async_remove_mirrored(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the list of a bus that was removed."""
    await _store(hass, entry_id).async_remove()

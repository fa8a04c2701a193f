"""The names that may be said, retained on the bus for its recognisers."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
import logging
from typing import Any, Final

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import (
    async_listen_entity_updates,
    async_should_expose,
)
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE, EVENT_STATE_CHANGED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    intent,
)
from homeassistant.helpers.debounce import Debouncer
from homeassistant.util.event_type import EventType

from .bus.messages import Vocabulary
from .bus.topics import Kind
from .coordinator import AliciaCoordinator

_LOGGER: Final = logging.getLogger(__name__)

BATCH: Final = 100  # entities that are looked at before others have their turn
COOLDOWN: Final = 1.0  # s; a start or a renamed area touches many entities at once
REGISTRY_EVENTS: Final[tuple[EventType[Any] | str, ...]] = (
    ar.EVENT_AREA_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    EVENT_CORE_CONFIG_UPDATE,
)


async def async_build_vocabulary(hass: HomeAssistant) -> Vocabulary:
    """Return the names and areas that are exposed to Assist."""
    entities: list[dict[str, object]] = []
    states = sorted(hass.states.async_all(), key=lambda state: state.entity_id)
    for some in batched(states, BATCH, strict=False):
        entities += _entities(hass, some)
        await asyncio.sleep(0)
    areas: set[str] = set()
    for area in ar.async_get(hass).async_list_areas():
        areas |= {area.name, *area.aliases}
    return Vocabulary(
        language=hass.config.language,
        entities=tuple(entities),
        areas=tuple(sorted(areas)),
    )


def _entities(hass: HomeAssistant, states: Iterable[State]) -> Iterator[dict[str, object]]:
    entities = er.async_get(hass)
    for state in states:
        if not async_should_expose(hass, ASSISTANT, state.entity_id):
            continue
        entity = entities.async_get(state.entity_id)
        area = _area(hass, entity)
        for name in intent.async_get_entity_aliases(hass, entity, state=state):
            if name:
                named: dict[str, object] = {"name": name, "domain": state.domain}
                yield named | ({"area": area} if area else {})


def _area(hass: HomeAssistant, entity: er.RegistryEntry | None) -> str | None:
    if entity is None:
        return None
    area_id = entity.area_id
    if area_id is None and entity.device_id is not None:
        device = dr.async_get(hass).async_get(entity.device_id)
        area_id = device.area_id if device else None
    area = ar.async_get(hass).async_get_area(area_id) if area_id else None
    return area.name if area else None


@callback
def _comes_or_goes(event_data: EventStateChangedData) -> bool:
    return event_data["old_state"] is None or event_data["new_state"] is None


class VocabularyPublisher:
    """Publishes the vocabulary when it has changed, and whenever the broker is back."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._is_ready = False
        self._published: Vocabulary | None = None
        self._debouncer = Debouncer(
            coordinator.hass, _LOGGER, cooldown=COOLDOWN, immediate=False, function=self._publish
        )

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the house; returns what stops it."""
        hass = self._coordinator.hass
        unsubscribes = [
            self._coordinator.async_add_ready_listener(self._on_ready),
            self._coordinator.async_add_unsent_listener(Kind.VOCABULARY, self._on_unsent),
            async_listen_entity_updates(hass, ASSISTANT, self._debouncer.async_schedule_call),
            hass.bus.async_listen(EVENT_STATE_CHANGED, self._on_event, event_filter=_comes_or_goes),
            *(hass.bus.async_listen(each, self._on_event) for each in REGISTRY_EVENTS),
            self._debouncer.async_shutdown,
        ]

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    @callback
    def _on_ready(self, _: None) -> None:
        self._is_ready = True
        self._published = None
        self._debouncer.async_schedule_call()

    @callback
    def _on_unsent(self, _ids: Mapping[str, str]) -> None:
        self._published = None
        self._debouncer.async_schedule_call()

    @callback
    def _on_event(self, _event: Event[Any]) -> None:
        self._debouncer.async_schedule_call()

    async def _publish(self) -> None:
        if not self._is_ready:
            return
        vocabulary = await async_build_vocabulary(self._coordinator.hass)
        if vocabulary != self._published and self._coordinator.connected:
            self._published = vocabulary
            self._coordinator.async_send(vocabulary)

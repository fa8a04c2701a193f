"""What is exposed of the house, made up anew only where something of it has changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    intent,
)

from .house import Thing, async_area_of, plain

#: Those that Home Assistant offers as tools of their own.
_LEFT_OUT: Final = frozenset({"calendar", "script"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """A thing, and what it was made from."""

    entity: er.RegistryEntry | None
    name: str
    device_class: object
    thing: Thing


class ExposedThings:
    """The entities that are exposed to an assistant; to make up all their names takes a while."""

    def __init__(self, hass: HomeAssistant, assistant: str) -> None:
        self._hass = hass
        self._assistant = assistant
        self._seen: dict[str, _Seen] = {}
        self._sorted: Sequence[Thing] = ()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Keep what was made up until a device or an area changes; returns the unsubscribe."""
        listen, forget = self._hass.bus.async_listen, self._async_forget
        unsubscribe_device = listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, forget)
        unsubscribe_area = listen(ar.EVENT_AREA_REGISTRY_UPDATED, forget)

        def unsubscribe() -> None:
            unsubscribe_device()
            unsubscribe_area()

        return unsubscribe

    @callback
    def async_all(self) -> Sequence[Thing]:
        """Return all, sorted: the same as long as nothing comes or goes."""
        seen = {state.entity_id: self._look(state) for state in self._states()}
        is_same = len(seen) == len(self._seen) and all(
            self._seen.get(entity_id) is each for entity_id, each in seen.items()
        )
        if not is_same:
            self._seen = seen
            self._sorted = tuple(sorted(each.thing for each in seen.values()))
        return self._sorted

    def _states(self) -> Iterator[State]:
        for state in self._hass.states.async_all():
            if state.domain not in _LEFT_OUT and async_should_expose(
                self._hass, self._assistant, state.entity_id
            ):
                yield state

    def _look(self, state: State) -> _Seen:
        entity = er.async_get(self._hass).async_get(state.entity_id)
        device_class = state.attributes.get(ATTR_DEVICE_CLASS)
        known = self._seen.get(state.entity_id)
        # An entity of the registry is another whenever anything of it changes.
        if (
            known is not None
            and known.entity is entity
            and known.name == state.name
            and known.device_class == device_class
        ):
            return known
        thing = Thing(
            async_area_of(self._hass, entity),
            state.domain,
            _name(self._hass, entity, state),
            str(device_class or ""),
        )
        return _Seen(entity, state.name, device_class, thing)

    @callback
    def _async_forget(self, _event: object) -> None:
        self._seen = {}


def _name(hass: HomeAssistant, entity: er.RegistryEntry | None, state: State) -> str:
    """Return a name and its aliases as what they are: names, and not a text of several lines."""
    names = intent.async_get_entity_aliases(hass, entity, state=state) or [state.name]
    return "/".join(plain(name) for name in names if name)

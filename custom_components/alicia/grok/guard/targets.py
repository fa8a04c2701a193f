"""The entities that the arguments of a call may mean: rather one too many than one too few."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_ENTITY_ID, EntityStateAttribute
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, intent
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .deeds import Thing

#: What Home Assistant takes for "whatever its name".
ALL: Final = "all"
_ENTITY_ID: Final = re.compile(r"(?<![\w.])[a-z_]\w*\.\w+(?![\w.])", re.ASCII)
_POSITIONS: Final = ("current_position", "position")
#: Where groups tell what they consist of.
_MEMBERS: Final = (ATTR_ENTITY_ID, "group_entities")
#: How deep a group of groups is followed.
_DEPTH: Final = 8


@callback
def async_match(
    hass: HomeAssistant, arguments: Mapping[str, Any], domains: Iterable[str] | None = None
) -> set[str]:
    """Return what an intent's slots mean; with a name that several have, each of them.

    Where an intent is for some domains, what has no name is all that is in them.
    """
    name = _text(arguments.get("name"))
    is_any = name is not None and name.strip().casefold() == ALL
    constraints = intent.MatchTargetsConstraints(
        name=None if is_any else name,
        area_name=_text(arguments.get("area")),
        floor_name=_text(arguments.get("floor")),
        domains=_texts(arguments.get("domain")) or (set(domains) if domains else None),
        device_classes=_texts(arguments.get("device_class")),
        assistant=conversation.DOMAIN,
        allow_duplicate_names=True,
    )
    if not (is_any or constraints.has_constraints):
        return set()
    states = intent.async_match_targets(hass, constraints).states
    return set(async_expand(hass, (state.entity_id for state in states)))


@dataclass(frozen=True, slots=True)
class Named:
    """What arguments name by an id."""

    entities: frozenset[str]
    #: the entities of devices
    of_devices: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.entities | self.of_devices


@callback
def async_named(hass: HomeAssistant, arguments: Mapping[str, Any]) -> Named:
    """Return what is named by an id anywhere in arguments."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    found: set[str] = set()
    of_devices: set[str] = set()
    for text in leaves(arguments):
        # There are letters beyond ASCII that are within it once they are small.
        found |= set(_ENTITY_ID.findall(text.lower()))
        if entry := entities.entities.get_entry(text):
            found.add(entry.entity_id)
        if devices.async_get(text) is not None:
            of_devices |= {each.entity_id for each in er.async_entries_for_device(entities, text)}
    known = frozenset(each for each in found if hass.states.get(each) is not None)
    return Named(known, frozenset(of_devices))


@callback
def async_select(hass: HomeAssistant, target: Mapping[str, Any]) -> set[str] | None:
    """Return the entities of an action's target, or None where nobody can tell before it runs."""
    if not all(_is_plain(value) for value in target.values()):
        return None
    entity_ids = list(_listed(target.get(ATTR_ENTITY_ID, [])))
    if ALL in entity_ids:
        return set(hass.states.async_entity_ids())
    selection = TargetSelection({**target, ATTR_ENTITY_ID: entity_ids})
    selected = async_extract_referenced_entity_ids(hass, selection)
    found = selected.referenced | selected.indirectly_referenced
    registry = er.async_get(hass)
    resolved = (er.async_resolve_entity_id(registry, each) or each for each in found)
    return set(async_expand(hass, resolved))


@callback
def async_expand(hass: HomeAssistant, entity_ids: Iterable[str]) -> Iterator[str]:
    """Yield entities, and what those that are groups consist of."""
    seen: set[str] = set()
    pending = [(each, 0) for each in entity_ids]
    while pending:
        entity_id, depth = pending.pop()
        if entity_id in seen:
            continue
        seen.add(entity_id)
        yield entity_id
        if depth < _DEPTH:
            pending += [(each, depth + 1) for each in _members(hass.states.get(entity_id))]


def _members(state: State | None) -> Iterator[str]:
    """Yield what a group consists of; what a scene names is moved as the scene says."""
    if state is None or state.domain == "scene":
        return
    for name in _MEMBERS:
        members = state.attributes.get(name)
        if isinstance(members, list | tuple | set):
            yield from (str(each).lower() for each in members)


@callback
def async_thing(hass: HomeAssistant, entity_id: str) -> Thing:
    """Return an entity; what is unavailable keeps its class."""
    state, entry = hass.states.get(entity_id), er.async_get(hass).async_get(entity_id)
    told = state.attributes.get(EntityStateAttribute.DEVICE_CLASS) if state else None
    known = (entry.device_class or entry.original_device_class) if entry else None
    return Thing(entity_id, told or known, _position(state))


@callback
def async_is_exposed(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether Assist may know an entity, now."""
    return async_should_expose(hass, conversation.DOMAIN, entity_id)


def leaves(value: object) -> Iterator[str]:
    """Yield every text in arguments, their names included, however deep it lies."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            pending += [*each, *each.values()]
        elif isinstance(each, list | tuple | set):
            pending += each


def _listed(entity_ids: str | list[str]) -> Iterator[str]:
    """Yield ids as Home Assistant reads them: also those of one text, with commas between."""
    for text in [entity_ids] if isinstance(entity_ids, str) else entity_ids:
        yield from (each.strip().lower() for each in text.split(","))


def _position(state: State | None) -> int | None:
    values = (state.attributes.get(name) for name in _POSITIONS) if state else ()
    return next((int(value) for value in values if isinstance(value, int | float)), None)


def _is_plain(value: object) -> bool:
    """Tell whether a value is known before a script runs: a template is no text any more."""
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return isinstance(value, str) and "{" not in value


def _text(value: object) -> str | None:
    """Return a slot as Home Assistant reads it, which takes a number for a text."""
    if value is None or isinstance(value, list | dict):
        return None
    return str(value) if str(value).strip() else None


def _texts(value: object) -> set[str] | None:
    values = value if isinstance(value, list) else [value]
    found = {str(each) for each in values if each is not None and str(each).strip()}
    return found or None

"""What the policy is told of an entity, and of what it has in it."""

from collections.abc import Iterator
from typing import Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State, callback

from .policy import Target

#: What has others in it by the user's own wish, and isn't a group of them.
NO_GROUPS: Final = frozenset({"automation", "scene", "script"})


@callback
def async_target(
    hass: HomeAssistant, assistant: str, entity_id: str, within: tuple[str, ...] = ()
) -> Target:
    """Return an entity as an action's target, with the members of a group."""
    state = hass.states.get(entity_id)
    if state is None:
        return Target(entity_id, None, is_known=False, is_exposed=False)
    return Target(
        entity_id,
        state.attributes.get(ATTR_DEVICE_CLASS),
        is_known=True,
        is_exposed=async_should_expose(hass, assistant, entity_id),
        members=tuple(
            async_target(hass, assistant, member, (*within, entity_id))
            for member in _members(state)
            if member not in within and member != entity_id
        ),
    )


def _members(state: State) -> Iterator[str]:
    members = state.attributes.get(ATTR_ENTITY_ID)
    if state.domain not in NO_GROUPS and isinstance(members, list | tuple):
        yield from (each for each in members if isinstance(each, str))

"""Which actions the bus may have Home Assistant perform, and on what."""

from dataclasses import dataclass
import re
from typing import Final

from ..bus.errors import CommandError, ErrorCode

_ACTION: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+\Z")
#: What may stand in the list of allowed actions.
ACTION_OR_ALL: Final = re.compile(r"[a-z0-9_]+\.([a-z0-9_]+|\*)\Z")

#: What anybody on the bus may use, if it is exposed to Assist.
DEFAULT_DOMAINS: Final = frozenset(
    {
        "button", "climate", "cover", "fan", "humidifier", "input_boolean", "input_button",
        "input_number", "input_select", "light", "media_player", "number", "scene", "select",
        "switch", "todo", "vacuum", "water_heater", "weather",
    }
)  # fmt: skip
#: Actions of Home Assistant's own for entities of any domain; each entity is looked at.
GENERIC: Final = frozenset(
    f"homeassistant.{service}" for service in ("turn_on", "turn_off", "toggle")
)
#: Domains of which the bus may use certain actions only, unless the user lists others.
ONLY: Final = {"scene": frozenset({"scene.turn_on"})}
#: What opens the house, by the name that the options give it.
GUARDED: Final = ("alarm_control_panel", "door", "lock", "valve")
DOORS: Final = frozenset({"door", "garage", "gate"})


@dataclass(frozen=True, slots=True)
class Target:
    """An entity that an action is for, as far as the policy looks at it."""

    entity_id: str
    device_class: str | None
    is_known: bool
    is_exposed: bool
    #: What a group consists of: an action for the group is one for them.
    members: tuple[Target, ...] = ()

    @property
    def domain(self) -> str:
        """The domain of the entity."""
        return self.entity_id.partition(".")[0]

    @property
    def guards(self) -> frozenset[str]:
        """The guarded classes that this and its members belong to."""
        found = frozenset[str]().union(*(member.guards for member in self.members))
        if self.domain == "cover" and self.device_class in DOORS:
            return found | {"door"}
        return found | {self.domain} if self.domain in GUARDED else found


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user allows."""

    #: ``domain.action``, or ``domain.*``
    actions: frozenset[str] = frozenset()
    #: Guarded classes that may be used all the same.
    unguarded: frozenset[str] = frozenset()

    def check(self, action: str, targets: tuple[Target, ...]) -> None:
        """Raise CommandError for an action that is not allowed on its targets."""
        domain = action.partition(".")[0]
        listed = action in self.actions or f"{domain}.*" in self.actions
        if not targets:
            if not listed:
                raise _refused(f"{action} without an entity is not on the list of allowed actions")
            return
        for target in targets:
            self._check_target(action, target, listed=listed)

    def _check_target(self, action: str, target: Target, *, listed: bool) -> None:
        if not target.is_known:
            raise CommandError(ErrorCode.NOT_FOUND, f"there is no entity {target.entity_id}")
        if not target.is_exposed:
            raise _refused(f"{target.entity_id} is not exposed to Assist")
        # One of Home Assistant's own may do anything to anything: it opens no lock by itself.
        if listed and action not in GENERIC:
            return
        if not target.guards <= self.unguarded:
            raise _refused(f"{target.entity_id} guards the house, and the options don't allow it")
        if not listed:
            self._check_everyday(action, target)

    def _check_everyday(self, action: str, target: Target) -> None:
        if target.domain not in DEFAULT_DOMAINS | self.unguarded:
            raise _refused(f"{action} on {target.entity_id} is not on the list of allowed actions")
        if action in GENERIC:
            return
        if action.partition(".")[0] != target.domain:
            raise _refused(f"{action} is not an action of {target.entity_id}")
        if action not in ONLY.get(target.domain, {action}):
            raise _refused(f"{action} is not on the list of allowed actions")


def action_of(service: str, entity_ids: tuple[str, ...]) -> str:
    """Return the whole name of an action; its domain may be left to the entities'.

    Raises CommandError for what can't be one.
    """
    domains = {entity_id.partition(".")[0] for entity_id in entity_ids}
    action = service if "." in service or len(domains) != 1 else f"{domains.pop()}.{service}"
    if len(action) > 128 or _ACTION.match(action) is None:
        raise CommandError(ErrorCode.INVALID_FIELD, "service: expected domain.action")
    return action


def _refused(reason: str) -> CommandError:
    return CommandError(ErrorCode.NOT_ALLOWED, reason)

"""What scripts, automations and scenes would do to what guards the house, step by step."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from homeassistant.components.automation import (
    DATA_COMPONENT as AUTOMATIONS,
    AutomationEntity,
)
from homeassistant.components.homeassistant.scene import DATA_PLATFORM as SCENES, HomeAssistantScene
from homeassistant.components.script import ScriptEntity
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES, EntityComponent
from homeassistant.helpers.script import Script

from .deeds import SERVICES, STATES, Deed, Move, Thing, Touch, deed_of
from .sensitive import async_touches
from .targets import async_expand, async_select

INTENT_SCRIPT: Final = "intent_script"
SCRIPT: Final = "script"
#: What runs other things.
RUNNERS: Final = frozenset({"automation", "scene", "script"})

#: Where a step keeps further steps.
_BRANCHES: Final = ("choose", "default", "else", "parallel", "repeat", "sequence", "then")
#: Where a step may name what it is for.
_TARGETS: Final = ("entity_id", "device_id", "area_id", "floor_id", "label_id")
_GENERIC: Final = "homeassistant"
#: These run what somebody else makes of a text.
_CONVERSES: Final = frozenset({"alicia.process_command", "conversation.process"})
_STARTS: Final = frozenset({"automation.trigger", "scene.turn_on", "script.turn_on"})
_EITHER: Final = frozenset({"homeassistant.toggle", "homeassistant.turn_on", "script.toggle"})
#: Actions that are none of a script's own.
_OF_ALL_SCRIPTS: Final = frozenset({"reload", "toggle", "turn_off", "turn_on"})
_PLATFORMS: Final = frozenset(each.value for each in Platform)
_NOBODY_CAN_TELL: Final = Touch("", Deed.RUN)

#: What an action of a device is called, where it is not called like the action of its domain.
_DEVICE_TYPES: Final = {
    "arm_away": "alarm_arm_away",
    "arm_home": "alarm_arm_home",
    "arm_night": "alarm_arm_night",
    "arm_vacation": "alarm_arm_vacation",
    "trigger": "alarm_trigger",
    "set_position": "set_cover_position",
    "stop": "stop_cover",
}

type Steps = Iterable[Mapping[str, Any]]


@callback
def async_reach(hass: HomeAssistant, entity_id: str, marked: frozenset[str]) -> frozenset[Touch]:
    """Return what running a script, an automation or a scene asks first for; itself among it."""
    return _named(_Reader(hass, marked).run(entity_id), entity_id)


@callback
def async_reach_of_intent(
    hass: HomeAssistant, intent_type: str, marked: frozenset[str]
) -> frozenset[Touch] | None:
    """Return the same of the script that handles an intent, or None where no script does."""
    configs = hass.data.get(INTENT_SCRIPT)
    config = configs.get(intent_type) if isinstance(configs, Mapping) else None
    if config is None:
        return None
    script = config.get("action")
    steps = script.sequence if isinstance(script, Script) else ()
    return _named(_Reader(hass, marked).steps(steps), intent_type)


def _named(touches: Iterator[Touch], runner: str) -> frozenset[Touch]:
    """Return touches with what runs them in the place of what has no name."""
    found = set(touches)
    return frozenset({*found, Touch(runner, Deed.RUN)} - {_NOBODY_CAN_TELL} if found else ())


class _Reader:
    """Reads steps; each script is read once, though it may call itself."""

    def __init__(self, hass: HomeAssistant, marked: frozenset[str]) -> None:
        self._hass = hass
        self._marked = marked
        self._read: set[str] = set()
        #: Kinds of entities; an action of one of them does nothing to another.
        self._components = hass.data.get(DATA_INSTANCES, {})

    def run(self, entity_id: str) -> Iterator[Touch]:
        """Yield what one that runs other things does."""
        if entity_id in self._read:
            return
        self._read.add(entity_id)
        if entity_id in self._marked:
            yield Touch(entity_id, Deed.RUN)
        if entity_id.startswith("scene."):
            yield from self._scene(entity_id)
        elif (script := self._script(entity_id)) is not None:
            yield from self.steps(script.sequence)

    def steps(self, steps: Steps) -> Iterator[Touch]:
        """Yield what steps do, whichever way they go."""
        for step in steps:
            service = step.get("action", step.get("service", step.get("service_template")))
            if service is not None:
                yield from self._service(service, step)
            elif "device_id" in step and "type" in step:
                yield from self._device(step)
            elif isinstance(scene := step.get("scene"), str):
                yield from self.run(scene)
            for name in _BRANCHES:
                branch = step.get(name) or ()
                yield from self.steps([branch] if isinstance(branch, Mapping) else branch)

    def _service(self, service: object, step: Mapping[str, Any]) -> Iterator[Touch]:
        """Yield what an action does; of a template nobody can tell."""
        if not isinstance(service, str) or "{" in service or service in _CONVERSES:
            yield _NOBODY_CAN_TELL
            return
        domain, _, name = service.partition(".")
        if domain == SCRIPT and name not in _OF_ALL_SCRIPTS:
            yield from self.run(self._script_id(name))
        data = {**_mapping(step.get("data")), **_mapping(step.get("data_template"))}
        entity_ids = async_select(self._hass, _target(step, data))
        if entity_ids is None:
            yield from self._anything(service)
            return
        for entity_id in entity_ids:
            yield from self._act(service, entity_id, data.get("position"))
        yield from self._states(data.get("entities"))

    def _act(self, service: str, entity_id: str, position: object) -> Iterator[Touch]:
        domain = entity_id.partition(".")[0]
        if domain in RUNNERS and service in _STARTS | _EITHER:
            yield from self.run(entity_id)
            return
        given, _, name = service.partition(".")
        if given != domain and (given in _PLATFORMS or given in self._components):
            return
        if given == _GENERIC:
            # These do nothing to a thing whose own kind has no such action.
            if not self._hass.services.has_service(domain, name):
                return
            service = f"{domain}.{name}"
        yield from self._touches(entity_id, _move(service), position)

    def _touches(self, entity_id: str, move: Move, position: object = None) -> Iterator[Touch]:
        yield from async_touches(self._hass, self._marked, entity_id, move, position)

    def _all_touches(self, entity_id: str, move: Move, position: object = None) -> Iterator[Touch]:
        """Yield what a move of a thing, and of what it consists of, asks for."""
        for each in async_expand(self._hass, [entity_id.strip().lower()]):
            yield from self._touches(each, move, position)

    def _anything(self, service: str) -> Iterator[Touch]:
        """Yield what an action may do whose target is a template: the worst there is."""
        domain = service.partition(".")[0]
        if domain in RUNNERS and service in _STARTS | _EITHER:
            yield _NOBODY_CAN_TELL
        of_domain = None if domain == _GENERIC else domain
        for entity_id in self._hass.states.async_entity_ids(of_domain):
            if any(self._act(service, entity_id, None)):
                yield _NOBODY_CAN_TELL

    def _device(self, step: Mapping[str, Any]) -> Iterator[Touch]:
        """Yield what an action of a device does."""
        entity_id = str(step.get(ATTR_ENTITY_ID) or "")
        entity_id = er.async_resolve_entity_id(er.async_get(self._hass), entity_id) or entity_id
        domain, kind = str(step.get("domain")), str(step["type"])
        names = {"open": f"{domain}.open_{domain}", "close": f"{domain}.close_{domain}"}
        service = names.get(kind, f"{domain}.{_DEVICE_TYPES.get(kind, kind)}")
        if "." in entity_id:
            yield from self._all_touches(entity_id, _move(service), step.get("position"))
        elif deed := deed_of(_move(service), Thing(f"{domain}.", device_class="door")):
            yield Touch(f"{domain}.", deed)

    def _scene(self, entity_id: str) -> Iterator[Touch]:
        platform = self._hass.data.get(SCENES)
        scene = platform.entities.get(entity_id) if platform else None
        if isinstance(scene, HomeAssistantScene):
            yield from self._states(scene.scene_config.states)
            return
        state = self._hass.states.get(entity_id)
        members = state.attributes.get(ATTR_ENTITY_ID) if state else None
        for member in members if isinstance(members, list | tuple) else ():
            yield from self._all_touches(str(member), Move.UNKNOWN)

    def _states(self, states: object) -> Iterator[Touch]:
        """Yield what has to be done for things to be in states."""
        for entity_id, state in states.items() if isinstance(states, Mapping) else ():
            wanted = state.get("state") if isinstance(state, Mapping) else state
            wanted = getattr(wanted, "state", wanted)
            yield from self._all_touches(str(entity_id), STATES.get(str(wanted), Move.UNKNOWN))

    def _script(self, entity_id: str) -> Script | None:
        scripts = self._hass.data.get(SCRIPT)
        if isinstance(scripts, EntityComponent):
            entity = scripts.get_entity(entity_id)
            if isinstance(entity, ScriptEntity):
                return entity.script
        automations = self._hass.data.get(AUTOMATIONS)
        automation = automations.get_entity(entity_id) if automations else None
        return automation.action_script if isinstance(automation, AutomationEntity) else None

    def _script_id(self, key: str) -> str:
        """Return the entity of a script by its key, which a renamed one still has."""
        found = er.async_get(self._hass).async_get_entity_id(SCRIPT, SCRIPT, key)
        return found or f"{SCRIPT}.{key}"


def _target(step: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step is for, wherever it says so."""
    given = {**step, **data, **_mapping(step.get("target"))}
    target = {name: given[name] for name in _TARGETS if given.get(name) is not None}
    unknown = [each for each in (step.get("target"), step.get("data")) if not _is_known(each)]
    return {"entity_id": unknown[0]} if unknown else target


def _is_known(value: object) -> bool:
    return value is None or isinstance(value, Mapping)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _move(service: str) -> Move:
    return SERVICES.get(service, Move.UNKNOWN)

"""Performs actions for those on the bus, and tells them what came of it."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import logging
import time
from typing import Any, Final

from homeassistant.components.conversation import DOMAIN as ASSISTANT
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant, State, SupportsResponse, valid_entity_id
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceNotFound,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers.template import Template
import probatio as vol

from ..bus.errors import CommandError, ErrorCode
from ..bus.messages import HaCommand, HaResponse
from .policy import Policy, Target, action_of
from .snapshot import attributes, plain
from .targets import async_target
from .watch import Watch

_LOGGER: Final = logging.getLogger(__name__)

TIMEOUT: Final = 30.0  # s that an action may take
MAX_ENTITIES: Final = 100
#: Ways to name entities that would go past the look at each of them.
INDIRECT: Final = ("area_id", "device_id", "floor_id", "label_id", "target")
_TEMPLATE_MARKS: Final = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True, eq=False)
class Performed:
    """An action that was performed; its states are watched until it is answered."""

    action: str
    response: Mapping[str, Any]
    watch: Watch
    #: s, of the performance counter
    started: float


class Caller:
    """Performs one action at a time for whoever calls it; raises CommandError."""

    def __init__(self, hass: HomeAssistant, policy: Policy, user_id: str) -> None:
        self._hass = hass
        self._policy = policy
        self._user_id = user_id

    async def async_call(self, command: HaCommand) -> Performed:
        """Perform an action."""
        started = time.perf_counter()
        data = dict(command.data)
        entity_ids = entities_of(command)
        data.pop(ATTR_ENTITY_ID, None)
        action = action_of(command.service, entity_ids)
        self._policy.check(action, tuple(map(self._target, entity_ids)))
        answers = self._answers(action, wanted=command.return_response)
        if entity_ids:
            data[ATTR_ENTITY_ID] = list(entity_ids)
        self._check_named(data)
        self._check_templates(action, data)
        context = Context(user_id=self._user_id)
        watch = Watch(self._hass, context, entity_ids, reports=command.wait > 0)
        try:
            response = await self._async_perform(action, data, context, answers=answers)
        except CommandError, asyncio.CancelledError:
            watch.end()
            raise
        return Performed(action, response, watch, started)

    def answer(self, performed: Performed) -> HaResponse:
        """Return the outcome of an action, as it is now."""
        performed.watch.end()
        return HaResponse(
            service=performed.action,
            states=tuple(self._states(performed.watch.changed)),
            pending=performed.watch.pending,
            response=performed.response,
            duration_ms=round((time.perf_counter() - performed.started) * 1000, 3),
        )

    def _target(self, entity_id: str) -> Target:
        return async_target(self._hass, ASSISTANT, entity_id)

    def _check_named(self, data: Mapping[str, Any]) -> None:
        """Refuse entities that nobody exposes, wherever an action takes some."""
        for text in _texts(data):
            for name in text.lower().split(",") if "." in text else ():
                entity_id = name.strip()
                if self._hass.states.get(entity_id) and not async_should_expose(
                    self._hass, ASSISTANT, entity_id
                ):
                    raise CommandError(
                        ErrorCode.NOT_ALLOWED, f"{entity_id} is not exposed to Assist"
                    )

    def _answers(self, action: str, *, wanted: bool) -> bool:
        """Tell whether response data is asked for; raises CommandError where there is none."""
        domain, service = action.split(".")
        if not self._hass.services.has_service(domain, service):
            raise CommandError(ErrorCode.NOT_FOUND, f"there is no action {action}")
        supports = self._hass.services.supports_response(domain, service)
        if wanted and supports is SupportsResponse.NONE:
            raise CommandError(ErrorCode.INVALID_FIELD, f"{action} gives no response data")
        return wanted or supports is SupportsResponse.ONLY

    def _check_templates(self, action: str, data: Mapping[str, Any]) -> None:
        """Refuse text that the action would take for a template: it runs with our rights."""
        if not any(mark in text for text in _texts(data) for mark in _TEMPLATE_MARKS):
            return
        domain, service = action.split(".")
        schema = self._hass.services.async_services_for_domain(domain)[service].schema
        try:
            checked = schema(dict(data)) if schema else data
        except vol.Invalid as err:
            raise CommandError(ErrorCode.INVALID_FIELD, str(err)[:500]) from err
        if any(isinstance(value, Template) for value in _values(checked)):
            raise CommandError(
                ErrorCode.NOT_ALLOWED, f"{action} would take this text for a template"
            )

    async def _async_perform(
        self, action: str, data: dict[str, Any], context: Context, *, answers: bool
    ) -> Mapping[str, Any]:
        """Run an action; returns its response data."""
        domain, service = action.split(".")
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await self._hass.services.async_call(
                    domain, service, data, blocking=True, context=context, return_response=answers
                )
        except TimeoutError as err:
            raise CommandError(ErrorCode.TIMEOUT, f"{action} took over {TIMEOUT:g} s") from err
        except HOME_ASSISTANT_ERRORS as err:
            raise _translated(err) from err
        except Exception as err:  # an action of any integration may raise anything
            _LOGGER.exception("%s failed", action)
            raise CommandError(ErrorCode.FAILED, f"{action} failed: {type(err).__name__}") from err
        try:
            return plain(response) if response else {}
        except (TypeError, ValueError) as err:
            raise CommandError(
                ErrorCode.FAILED, f"{action} is done, but its response can't be sent"
            ) from err

    def _states(self, entity_ids: set[str]) -> Iterator[Mapping[str, object]]:
        for entity_id in sorted(entity_ids)[:MAX_ENTITIES]:
            state = self._hass.states.get(entity_id)
            if state is not None and async_should_expose(self._hass, ASSISTANT, entity_id):
                yield _described(state)


HOME_ASSISTANT_ERRORS: Final = (HomeAssistantError, vol.Invalid, ValueError)


def _translated(err: Exception) -> CommandError:
    """Return an error of Home Assistant's as the bus tells it."""
    codes: tuple[tuple[type[Exception], ErrorCode], ...] = (
        (Unauthorized, ErrorCode.NOT_ALLOWED),
        (ServiceNotFound, ErrorCode.NOT_FOUND),
        (ServiceValidationError, ErrorCode.INVALID_FIELD),
        (vol.Invalid, ErrorCode.INVALID_FIELD),
    )
    code = next((code for kind, code in codes if isinstance(err, kind)), ErrorCode.FAILED)
    return CommandError(code, str(err)[:500] or type(err).__name__)


def entities_of(command: HaCommand) -> tuple[str, ...]:
    """Return the entities of a command, wherever they stand in it; raises CommandError."""
    indirect = next((key for key in INDIRECT if key in command.data), None)
    if indirect is not None:
        raise CommandError(ErrorCode.INVALID_FIELD, f"data: name entities, not {indirect}")
    inner = command.data.get(ATTR_ENTITY_ID, ())
    named = tuple(inner) if isinstance(inner, list | tuple) else (inner,)
    found: dict[str, None] = {}
    for each in (*command.entity_id, *named):
        # Home Assistant finds a state by its id in capitals too, but not whether it is exposed.
        if not isinstance(each, str) or not valid_entity_id(entity_id := each.lower()):
            raise CommandError(ErrorCode.INVALID_FIELD, "entity_id: expected ids of entities")
        found[entity_id] = None
    if len(found) > MAX_ENTITIES:
        raise CommandError(ErrorCode.TOO_LARGE, f"at most {MAX_ENTITIES} entities at a time")
    return tuple(found)


def _values(value: object) -> Iterator[object]:
    """Return all that is in a value, however deep, with the keys of its objects."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            left += (*each, *each.values())
        elif isinstance(each, list | tuple):
            left += each
        else:
            yield each


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    return (value for value in _values(data) if isinstance(value, str))


def _described(state: State) -> Mapping[str, object]:
    return {
        "entity_id": state.entity_id,
        "state": state.state,
        "attributes": attributes(state),
    }

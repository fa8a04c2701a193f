"""Commands to devices: checked, sent in their order, and acknowledged or failed."""

import asyncio
from collections.abc import Callable, Mapping
import logging
from typing import Final
import uuid

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..bus.capabilities import Parameters
from ..bus.command_rules import capability_for, check_command
from ..bus.commands import MAX_PENDING, Pending, PendingCommands, timeout_of
from ..bus.errors import CommandError, ErrorCode
from ..bus.groups import is_group
from ..bus.messages import DeviceCommand, DeviceResponse, DeviceStatus, Meta
from ..bus.registry import Change, ChangeKind, Entry
from ..bus.states import DeviceStates
from ..coordinator import SOURCE, AliciaCoordinator
from .command_errors import DeviceCommandError, Failure
from .groups import Groups
from .registry import device_identifier

_LOGGER: Final = logging.getLogger(__name__)


class Commander:
    """Sends commands to the devices of a bus, and waits for what comes of them."""

    def __init__(
        self,
        coordinator: AliciaCoordinator,
        states: DeviceStates,
        take_status: Callable[[DeviceStatus], None],
        groups: Groups,
    ) -> None:
        self._coordinator = coordinator
        self._states = states
        self._take_status = take_status
        self._groups = groups
        self._pending = PendingCommands()
        self._answers: dict[Pending, asyncio.Future[DeviceResponse]] = {}
        self._stopped = True

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        coordinator = self._coordinator
        self._stopped = False
        unsubscribes = (
            coordinator.hub.on(DeviceResponse, self._on_response),
            coordinator.hub.on(DeviceStatus, self._on_status),
            coordinator.hub.on(DeviceCommand, self._on_command),
            coordinator.async_add_device_listener(self._on_change),
            coordinator.async_add_any_presence_listener(self._on_presence),
            coordinator.async_add_connection_listener(self._on_connection),
        )

        @callback
        def stop() -> None:
            self._stopped = True
            for unsubscribe in unsubscribes:
                unsubscribe()
            self._fail(self._pending.all(), Failure.STOPPED)

        return stop

    async def async_send(
        self,
        device_id: str,
        capability: str | None,
        command: str,
        parameters: Mapping[str, object] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends in an error that names the device
    ) -> DeviceResponse:
        """Have a device do something, and return its answer; raises HomeAssistantError.

        The publishes of commands to one device leave in the order of the calls.
        """
        try:
            return await self.async_request(device_id, capability, command, parameters, timeout)
        except DeviceCommandError as err:
            raise err.translated() from err

    async def async_request(
        self,
        device_id: str,
        capability: str | None,
        command: str,
        parameters: Mapping[str, object] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> DeviceResponse:
        """Do what async_send does; raises DeviceCommandError, which the bus understands too."""
        entry = self._entry(device_id)
        name = self.name_of(device_id)
        capability, checked = _checked(entry, name, capability, command, parameters or {})
        self._check_ready(device_id, name)
        limit = timeout_of(entry.metadata) if timeout is None else timeout
        if is_group(entry):
            outcome = await self._groups.async_request(
                self, entry, name, capability, command, checked, timeout
            )
            return outcome.accepted(self._coordinator.hass, name, command)
        pending = Pending(
            device_id=device_id,
            request_id=uuid.uuid4().hex,
            capability=capability,
            command=command,
            kind=entry.types.get(capability),
            parameters=checked,
            before=self._states.get(device_id, capability),
        )
        return _accepted(await self._async_exchange(pending, limit, name), name, command)

    async def async_group_response(self, message: DeviceCommand) -> DeviceResponse:
        """Have a group do what somebody on the bus tells it; each member's failure is told."""
        entry, name = self._entry(message.device_id), self.name_of(message.device_id)
        capability, checked = _checked(
            entry, name, message.capability, message.command, message.parameters
        )
        outcome = await self._groups.async_request(
            self, entry, name, capability, message.command, checked, None
        )
        return outcome.response

    def name_of(self, device_id: str) -> str:
        """Return what the user calls a device."""
        device = self._device(device_id)
        return (device and (device.name_by_user or device.name)) or device_id

    async def _async_exchange(self, pending: Pending, limit: float, name: str) -> DeviceResponse:
        if not self._pending.add(pending):
            raise DeviceCommandError(Failure.BUSY, name, limit=str(MAX_PENDING))
        answer: asyncio.Future[DeviceResponse] = self._coordinator.hass.loop.create_future()
        self._answers[pending] = answer
        try:
            async with asyncio.timeout(limit):
                # Nothing is awaited before paho has it, and so commands keep their order.
                await self._coordinator.async_publish(
                    self._coordinator.hub.outgoing(_message(pending, limit))
                )
                return await answer
        except TimeoutError as err:
            raise DeviceCommandError(
                Failure.NO_ANSWER, name, command=pending.command, seconds=f"{limit:g}"
            ) from err
        except HomeAssistantError as err:
            raise DeviceCommandError(Failure.NOT_CONNECTED, name) from err
        finally:
            self._pending.remove(pending)
            del self._answers[pending]

    def _entry(self, device_id: str) -> Entry:
        entry = self._coordinator.registry.get(device_id)
        if entry is None:
            raise DeviceCommandError(Failure.UNKNOWN, device_id)
        return entry

    def _check_ready(self, device_id: str, name: str) -> None:
        if self._stopped:
            raise DeviceCommandError(Failure.STOPPED, name)
        if not self._coordinator.connected:
            raise DeviceCommandError(Failure.NOT_CONNECTED, name)
        device = self._device(device_id)
        if device is not None and device.disabled_by is not None:
            raise DeviceCommandError(Failure.DISABLED, name)
        self._check_online(device_id, name)

    def _check_online(self, device_id: str, name: str) -> None:
        if not self._coordinator.liveness.is_online(device_id):
            raise DeviceCommandError(Failure.OFFLINE, name)

    def _device(self, device_id: str) -> dr.DeviceEntry | None:
        entry = self._coordinator.entry
        return dr.async_get(self._coordinator.hass).async_get_device_by_identifier(
            device_identifier(entry, device_id), entry.entry_id
        )

    @callback
    def _on_response(self, message: DeviceResponse) -> None:
        if message.meta.source == SOURCE:
            return
        pending = self._pending.respond(message)
        if message.state:
            self._take_status(DeviceStatus(device_id=message.device_id, state=message.state))
        if pending is None:
            # Somebody else's, or a second answer, or one that came too late.
            self._coordinator.hub.counters["unawaited"] += 1
            return
        self._answer(pending, message)

    @callback
    def _on_status(self, message: DeviceStatus) -> None:
        states = self._states.of(message.device_id)
        for pending in self._pending.status(message.device_id, message.values, states):
            state = {pending.capability: states[pending.capability]}
            self._answer(pending, DeviceResponse(device_id=message.device_id, state=state))

    @callback
    def _on_command(self, message: DeviceCommand) -> None:
        """Tell somebody on the bus why a command can't work; the device answers the others."""
        if message.meta.source == SOURCE:
            return
        try:
            entry = self._entry(message.device_id)
            name = self.name_of(message.device_id)
            _checked(entry, name, message.capability, message.command, message.parameters)
            self._check_online(message.device_id, name)
            if is_group(entry):
                self._coordinator.entry.async_create_background_task(
                    self._coordinator.hass,
                    self._groups.async_answer(self, message),
                    f"alicia group {message.device_id}",
                )
        except DeviceCommandError as err:
            self._coordinator.hub.answer_error(message, err)

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._fail(self._pending.of(change.entry.device_id), Failure.WENT_OFFLINE)

    @callback
    def _on_presence(self, device_id: str) -> None:
        if not self._coordinator.liveness.is_online(device_id):
            self._fail(self._pending.of(device_id), Failure.WENT_OFFLINE)

    @callback
    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 - a listener's signature
        if not connected:
            self._fail(self._pending.all(), Failure.LOST)

    def _answer(self, pending: Pending, response: DeviceResponse) -> None:
        self._pending.remove(pending)
        answer = self._answers.get(pending)
        if answer is not None and not answer.done():
            answer.set_result(response)

    def _fail(self, commands: tuple[Pending, ...], failure: Failure) -> None:
        for pending in commands:
            self._pending.remove(pending)
            answer = self._answers.get(pending)
            if answer is not None and not answer.done():
                answer.set_exception(DeviceCommandError(failure, self.name_of(pending.device_id)))


def _accepted(response: DeviceResponse, name: str, command: str) -> DeviceResponse:
    """Return an answer that says that it was done; raises DeviceCommandError for another."""
    if response.error is None:
        return response
    raise DeviceCommandError(
        Failure.REFUSED, name, response.error.message, code=response.error.code, command=command
    )


def _checked(
    entry: Entry, name: str, capability: str | None, command: str, parameters: Parameters
) -> tuple[str, Parameters]:
    """Return the capability of a command and its parameters; raises DeviceCommandError."""
    try:
        found = capability_for(entry, command, capability)
        return found, check_command(entry, found, command, parameters)
    except CommandError as err:
        failure = _FAILURES.get(err.code, Failure.INVALID)
        raise DeviceCommandError(
            failure, name, err.message, code=err.code, command=command
        ) from err


_FAILURES: Final = {
    ErrorCode.UNSUPPORTED: Failure.UNSUPPORTED,
    ErrorCode.NOT_FOUND: Failure.UNSUPPORTED,
}


def _message(pending: Pending, limit: float) -> DeviceCommand:
    return DeviceCommand(
        meta=Meta(
            request_id=pending.request_id,
            expires_at=round(dt_util.utcnow().timestamp() + limit, 3),
        ),
        device_id=pending.device_id,
        command=pending.command,
        capability=pending.capability,
        parameters=pending.parameters,
    )

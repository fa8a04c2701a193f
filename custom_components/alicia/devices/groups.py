"""Groups of devices: a command to one goes to each member, and their states make its own."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..bus.capabilities import Parameters
from ..bus.groups import is_group, members_of, merge
from ..bus.hub import reply_meta
from ..bus.messages import DeviceCommand, DeviceResponse, DeviceStatus
from ..bus.registry import Change, ChangeKind, Entry
from ..bus.states import DeviceStates
from ..coordinator import AliciaCoordinator
from .command_errors import DeviceCommandError, Failure
from .group_outcome import GroupOutcome

if TYPE_CHECKING:
    from .commander import Commander

KEEP_ALIVE: Final = float("inf")


class Groups:
    """Keeps each group's state and presence, and has its members do what it is told."""

    def __init__(
        self,
        coordinator: AliciaCoordinator,
        states: DeviceStates,
        take_status: Callable[[DeviceStatus], None],
    ) -> None:
        self._coordinator = coordinator
        self._states = states
        self._take_status = take_status
        #: The groups of each member.
        self._groups: dict[str, set[str]] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the devices; returns what stops it."""
        coordinator = self._coordinator
        for entry in coordinator.registry:
            self._async_join(entry)
        unsubscribes = (
            coordinator.async_add_device_listener(self._on_change),
            coordinator.async_add_any_presence_listener(self._on_presence),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    @callback
    def async_follow(self, device_id: str, capabilities: Iterable[str]) -> None:
        """Bring the groups of a device to what its capabilities have become."""
        for group_id in self._groups.get(device_id, ()):
            if (group := self._coordinator.registry.get(group_id)) is not None:
                self._merge(group, set(capabilities) & set(group.types))

    async def async_request(
        self,
        commander: Commander,
        group: Entry,
        name: str,
        capability: str,
        command: str,
        parameters: Parameters,
        timeout: float | None,  # noqa: ASYNC109 - each member's own
    ) -> GroupOutcome:
        """Have each member do something; raises DeviceCommandError where there is none."""
        members = members_of(group)
        if not members:
            raise DeviceCommandError(Failure.MEMBERS, name, "it has no members")

        async def one(member: str) -> DeviceResponse | DeviceCommandError:
            try:
                self._check_member(member, commander.name_of(member))
                return await commander.async_request(
                    member, capability, command, parameters, timeout
                )
            except DeviceCommandError as err:
                return err

        answers = await asyncio.gather(*map(one, members))
        return GroupOutcome(group.device_id, dict(zip(members, answers, strict=True)))

    def _check_member(self, member: str, name: str) -> None:
        """Refuse groups of groups, which could be each other's."""
        entry = self._coordinator.registry.get(member)
        if entry is not None and is_group(entry):
            raise DeviceCommandError(Failure.MEMBERS, name, "a group has no groups in it")

    async def async_answer(self, commander: Commander, message: DeviceCommand) -> None:
        """Do what somebody on the bus tells a group, and answer once for all."""
        hub = self._coordinator.hub
        try:
            response = await commander.async_group_response(message)
        except DeviceCommandError as err:
            hub.answer_error(message, err)
            return
        hub.send(
            DeviceResponse(
                meta=reply_meta(message.meta),
                device_id=message.device_id,
                result=response.result,
                error=response.error,
            )
        )

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._async_leave(change.entry.device_id)
        else:
            self._async_join(change.entry)
        self._on_presence(change.entry.device_id)

    @callback
    def _async_join(self, entry: Entry) -> None:
        if not is_group(entry):
            return
        self._async_leave(entry.device_id)
        for member in members_of(entry):
            self._groups.setdefault(member, set()).add(entry.device_id)
        # Nobody sends its heartbeats: it is there as long as one of its members is.
        self._coordinator.liveness.expect(entry.device_id, KEEP_ALIVE)
        self._merge(entry, set(entry.types))
        self._async_tell(entry)

    @callback
    def _async_leave(self, group_id: str) -> None:
        for groups in self._groups.values():
            groups.discard(group_id)

    @callback
    def _on_presence(self, device_id: str) -> None:
        for group_id in self._groups.get(device_id, ()):
            if (group := self._coordinator.registry.get(group_id)) is not None:
                self._async_tell(group)

    @callback
    def _async_tell(self, group: Entry) -> None:
        online = any(map(self._coordinator.liveness.is_online, members_of(group)))
        self._coordinator.presence.tell(group.device_id, online=online)

    @callback
    def _merge(self, group: Entry, capabilities: set[str]) -> None:
        members = members_of(group)
        state = {}
        for capability in capabilities:
            known = (self._states.get(member, capability) for member in members)
            if merged := merge(each for each in known if each):
                state[capability] = merged
        if state:
            self._take_status(DeviceStatus(device_id=group.device_id, state=state))

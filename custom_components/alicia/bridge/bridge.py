"""Takes commands for Home Assistant from the bus, and answers each."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..bus.errors import CommandError, ErrorCode
from ..bus.hub import reply_meta
from ..bus.messages import HaCommand
from ..coordinator import SOURCE, AliciaCoordinator
from ..lanes import Lanes
from .caller import Caller, Performed, entities_of
from .events import async_forward_events
from .mirror import StateMirror
from .policy import Policy
from .user import async_get_user_id
from .watch import Watch

WORKERS: Final = 16  # actions at a time
WAITING: Final = 256  # commands that may wait for their turn
LATE: Final = 256  # answers that may wait for reports


class Bridge:
    """Lets those on the bus use what the user allows of Home Assistant."""

    def __init__(self, hass: HomeAssistant, coordinator: AliciaCoordinator) -> None:
        self._hass = hass
        self._coordinator = coordinator
        self._mirror = StateMirror(coordinator)
        self._lanes = Lanes(self._spawn, WAITING, WORKERS)
        self._caller: Caller | None = None
        #: The last command for each entity, until it is done.
        self._last: dict[str, asyncio.Future[None]] = {}
        #: What the answers that are still to come wait for.
        self._late: set[Watch] = set()

    async def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        options = self._coordinator.options
        policy = Policy(options.bridge_actions, options.bridge_unguarded)
        self._caller = Caller(self._hass, policy, await async_get_user_id(self._hass))
        unsubscribes = (
            self._coordinator.hub.on(HaCommand, self._on_command),
            await self._mirror.async_start(),
            async_forward_events(self._coordinator),
            self._lanes.close,
            self._answer_late,
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    def _spawn(self, run: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self._coordinator.entry.async_create_background_task(self._hass, run, name)

    @callback
    def _on_command(self, command: HaCommand) -> None:
        if command.meta.source == SOURCE:
            return
        try:
            self._check_loop(command)
            self._submit(command, entities_of(command))
        except CommandError as err:
            self._coordinator.hub.answer_error(command, err)

    def _check_loop(self, command: HaCommand) -> None:
        if any(map(self._mirror.is_sent, (command.meta.request_id, command.meta.message_id))):
            raise CommandError(ErrorCode.NOT_ALLOWED, "this is a mirrored state, and no command")

    def _submit(self, command: HaCommand, entity_ids: tuple[str, ...]) -> None:
        """Have one entity's commands done in their order; another's don't wait for them."""
        earlier = {self._last[each] for each in entity_ids if each in self._last}

        @callback
        def on_done(done: asyncio.Future[None]) -> None:
            for entity_id in entity_ids:
                if self._last.get(entity_id) is done:
                    del self._last[entity_id]
            if isinstance(error := done.exception(), CommandError):
                self._coordinator.hub.answer_error(command, error)

        future = self._lanes.submit(
            "+".join(entity_ids) or command.service, lambda: self._async_perform(command, earlier)
        )
        self._last.update(dict.fromkeys(entity_ids, future))
        future.add_done_callback(on_done)

    async def _async_perform(self, command: HaCommand, earlier: set[asyncio.Future[None]]) -> None:
        if self._caller is None:
            return
        if earlier:
            await asyncio.wait(earlier)
        try:
            performed = await self._caller.async_call(command)
        except CommandError as err:
            self._coordinator.hub.answer_error(command, err)
            return
        self._answer_in_time(self._caller, command, performed)

    def _answer_in_time(self, caller: Caller, command: HaCommand, performed: Performed) -> None:
        """Answer when the entities have reported; the next command doesn't wait for that."""
        watch = performed.watch

        @callback
        def answer() -> None:
            self._late.discard(watch)
            response = replace(caller.answer(performed), meta=reply_meta(command.meta))
            self._coordinator.async_send(response)

        if watch.pending and len(self._late) < LATE:
            self._late.add(watch)
            watch.wait(command.wait, answer)
        else:
            answer()

    @callback
    def _answer_late(self) -> None:
        """Wait for no report any more."""
        for watch in tuple(self._late):
            watch.end()

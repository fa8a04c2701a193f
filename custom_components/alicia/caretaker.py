"""Looks after the services of a bus: how they are, what their logs say, and their restarts."""

import asyncio
from typing import Final
import uuid

from homeassistant.core import CALLBACK_TYPE, callback

from .bus.errors import CommandError, ErrorCode
from .bus.health import SERVICE_TYPES
from .bus.messages import AdminCommand, AdminResponse, Heartbeat, LogLines, Meta
from .bus.registry import Change, ChangeKind, Entry
from .coordinator import AliciaCoordinator

TIMEOUT: Final = 10.0  # s that a service may take to answer
MAX_PENDING: Final = 32

type _Answer = AdminResponse | LogLines


class Caretaker:
    """Tells services what to do, and waits for what they answer."""

    def __init__(self, coordinator: AliciaCoordinator, timeout: float = TIMEOUT) -> None:
        self._coordinator = coordinator
        self._timeout = timeout
        self._heartbeats: dict[str, Heartbeat] = {}
        self._pending: dict[tuple[str, str], asyncio.Future[_Answer]] = {}

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it."""
        hub = self._coordinator.hub
        unsubscribes = (
            hub.on(AdminResponse, self._on_response),
            hub.on(LogLines, self._on_answer),
            hub.on(Heartbeat, self._on_heartbeat),
            self._coordinator.async_add_device_listener(self._on_change),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            error = CommandError(ErrorCode.UNAVAILABLE, "Home Assistant left the bus")
            for key in tuple(self._pending):
                self._fail(key, error)

        return stop

    @property
    def services(self) -> tuple[Entry, ...]:
        """The services that have registered."""
        return tuple(filter(_is_service, self._coordinator.registry))

    def heartbeat(self, device_id: str) -> Heartbeat | None:
        """Return what a service said last of how it is."""
        return self._heartbeats.get(device_id)

    async def async_tell(
        self, device_id: str, command: str, *, level: str | None = None, limit: int | None = None
    ) -> _Answer:
        """Have a service do something; returns its answer, of logs the lines.

        Raises CommandError.
        """
        self._check(device_id)
        request_id = uuid.uuid4().hex
        answer: asyncio.Future[_Answer] = self._coordinator.hass.loop.create_future()
        self._pending[device_id, request_id] = answer
        meta = Meta(request_id=request_id, ttl=self._timeout)
        self._coordinator.async_send(
            AdminCommand(device_id=device_id, command=command, level=level, limit=limit, meta=meta)
        )
        try:
            async with asyncio.timeout(self._timeout):
                return await answer
        except TimeoutError as err:
            raise CommandError(ErrorCode.TIMEOUT, f"{device_id} did not answer") from err
        finally:
            del self._pending[device_id, request_id]

    def _check(self, device_id: str) -> None:
        """Raise CommandError for one that can't be told anything."""
        entry = self._coordinator.registry.get(device_id)
        if entry is None or not _is_service(entry):
            raise CommandError(ErrorCode.NOT_FOUND, f"there is no service {device_id[:64]!r}")
        if not self._coordinator.connected:
            raise CommandError(ErrorCode.UNAVAILABLE, "there is no connection to the broker")
        if not self._coordinator.liveness.is_online(device_id):
            raise CommandError(ErrorCode.UNAVAILABLE, f"{device_id} is offline")
        if len(self._pending) >= MAX_PENDING:
            raise CommandError(ErrorCode.BUSY, "too many commands wait for an answer")

    @callback
    def _on_response(self, message: AdminResponse) -> None:
        if message.error is not None:
            code = _code(message.error.code)
            self._fail(_key(message), CommandError(code, message.error.message))
        elif message.command != "logs":
            self._on_answer(message)  # the answer to that one is the lines

    @callback
    def _on_answer(self, message: _Answer) -> None:
        answer = self._pending.get(_key(message))
        if answer is None:
            self._coordinator.hub.counters["unawaited"] += 1
        elif not answer.done():
            answer.set_result(message)

    def _fail(self, key: tuple[str, str], error: CommandError) -> None:
        answer = self._pending.get(key)
        if answer is not None and not answer.done():
            answer.set_exception(error)

    @callback
    def _on_heartbeat(self, message: Heartbeat) -> None:
        entry = self._coordinator.registry.get(message.device_id)
        if entry is not None and _is_service(entry):
            self._heartbeats[message.device_id] = message

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._heartbeats.pop(change.entry.device_id, None)


def _is_service(entry: Entry) -> bool:
    return entry.device_type in SERVICE_TYPES


def _key(message: _Answer) -> tuple[str, str]:
    return message.device_id, message.meta.request_id or ""


def _code(code: str) -> ErrorCode:
    return ErrorCode(code) if code in set(ErrorCode) else ErrorCode.FAILED

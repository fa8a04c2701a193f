"""Does what those who look after the servers ask of this one, over the bus."""

import asyncio
from collections.abc import Callable, Mapping
import logging
from typing import Final

from alicia_bus.errors import BusError, CommandError, ErrorCode
from alicia_bus.hub import Hub, reply_meta
from alicia_bus.messages import AdminCommand, AdminResponse, LogLines
from alicia_bus.topics import Kind

from .control import Control
from .log import LEVELS, MAX_LINES, Log
from .options import OptionsError

_LOGGER: Final = logging.getLogger(__name__)
_LINES: Final = 100  # of the log, unless more are asked for
_LONGEST: Final = 86_400.0  # s for which a level may be another than the configured one
_RESTARTING: Final = "restarting, once what is in hand is done"


class Admin:
    """Takes commands for this instance; each is answered with what comes of it, or why not."""

    def __init__(self, hub: Hub, instance: str, control: Control, log: Log) -> None:
        self._hub = hub
        self._instance = instance
        self._control = control
        self._log = log
        self._reset: asyncio.TimerHandle | None = None
        self._commands: Mapping[str, Callable[[AdminCommand], str]] = {
            "reload": self._reload,
            "restart": self._restart,
            "set_log_level": self._set_log_level,
            "logs": self._logs,
        }

    def listen(self) -> tuple[str, ...]:
        """Take commands from the hub; returns the topics to subscribe to."""
        self._hub.on(AdminCommand, self._on_command)
        return (self._hub.topics.build(Kind.ADMIN, device_id=self._instance),)

    def close(self) -> None:
        """Wait for nothing more."""
        if self._reset is not None:
            self._reset.cancel()

    def _on_command(self, message: AdminCommand) -> None:
        try:
            detail = self._do(message)
        except BusError as err:
            self._hub.answer_error(message, err)
            return
        self._hub.send(
            AdminResponse(
                device_id=self._instance,
                command=message.command,
                detail=detail,
                meta=reply_meta(message.meta),
            )
        )

    def _do(self, message: AdminCommand) -> str:
        do = self._commands.get(message.command)
        if do is None:
            known = ", ".join(self._commands)
            raise CommandError(ErrorCode.UNSUPPORTED, f"command: expected one of {known}")
        detail = do(message)
        _LOGGER.info("Told over the bus to %s: %s", message.command, detail)
        return detail

    def _reload(self, _message: AdminCommand) -> str:
        """Begin anew only with a configuration that can be used."""
        try:
            self._control.check()
        except OptionsError as err:
            raise CommandError(ErrorCode.FAILED, f"kept as it is: {err}") from err
        self._control.begin_anew()
        return f"the configuration is in order; {_RESTARTING}"

    def _restart(self, _message: AdminCommand) -> str:
        self._control.begin_anew()
        return _RESTARTING

    def _set_log_level(self, message: AdminCommand) -> str:
        level, duration = _level(message.level), message.duration
        if duration is not None and not 0 < duration <= _LONGEST:
            raise _invalid(f"duration: expected up to {_LONGEST:.0f} s")
        self.close()
        self._log.set_level(level)
        if duration is None:
            return f"the log's level is {level} until the next start"
        self._reset = asyncio.get_running_loop().call_later(duration, self._log.reset)
        return f"the log's level is {level} for {duration:g} s"

    def _logs(self, message: AdminCommand) -> str:
        limit = _LINES if message.limit is None else message.limit
        if not 1 <= limit <= MAX_LINES:
            raise _invalid(f"limit: expected 1 to {MAX_LINES}")
        lines = self._log.latest(limit, _level(message.level or LEVELS[0]))
        meta = reply_meta(message.meta)
        self._hub.send(LogLines(device_id=self._instance, lines=lines, meta=meta))
        return f"{len(lines)} lines"


def _level(level: str | None) -> str:
    if level not in LEVELS:
        raise _invalid(f"level: expected one of {', '.join(LEVELS)}")
    return level


def _invalid(reason: str) -> CommandError:
    return CommandError(ErrorCode.INVALID_FIELD, reason)

"""Ends this process, or has it begin anew."""

import asyncio
from collections.abc import Callable
import logging
import os
import sys
from typing import Final

from alicia_bus.errors import CommandError, ErrorCode

_LOGGER: Final = logging.getLogger(__name__)


class Control:
    """Whether the process is to end, and what follows; `check` raises OptionsError."""

    def __init__(self, check: Callable[[], None], *, is_pipe: bool) -> None:
        self.check = check
        self.stopping = asyncio.Event()
        #: Whether it starts again in place of ending: no supervisor is needed for that.
        self.begins_anew = False
        self._is_pipe = is_pipe

    def stop(self) -> None:
        """End for good: whoever sends a signal has the last word."""
        self.begins_anew = False
        self.stopping.set()

    def begin_anew(self) -> None:
        """End, and start again; raises CommandError where that can't be."""
        if self._is_pipe:
            raise CommandError(
                ErrorCode.UNSUPPORTED, "this server's one client is on its standard input"
            )
        if not self.stopping.is_set():
            self.begins_anew = True
            self.stopping.set()


def begin_anew() -> None:
    """Become a new process of the same command; returns only if that can't be."""
    logging.shutdown()
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
    except OSError as err:
        _LOGGER.error("Can't start again: %s", err)

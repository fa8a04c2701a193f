"""Keeps the list of voices true while the server runs: new ones, gone ones, those on their way."""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
from dataclasses import replace
import logging
from threading import Thread
from typing import Final, TypeVar, cast

from alicia_bus.errors import BusError, CommandError, ErrorCode

from .engines.base import Cancellation, Voice
from .engines.load import EngineOptions, Loaded, fetch_voice, look_again, renew_list

_LOGGER: Final = logging.getLogger(__name__)
_EVERY: Final = 2.0  # seconds between two looks into the folder
_AFTER_FAILURE: Final = 60.0  # seconds until a download is tried again

T = TypeVar("T")


class Stock:
    """Watches the folder of voices, and downloads one at a time when it is asked for."""

    def __init__(self, options: EngineOptions, changed: Callable[[Loaded], None]) -> None:
        self._options = options
        self._changed = changed
        self._loaded: Loaded | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._coming: str | None = None
        self._not_before = 0.0

    def start(self, loaded: Loaded) -> None:
        """Begin with what was found."""
        self._loaded = loaded
        self._begin(self._watch())

    def want(self, name: str | None) -> None:
        """A request named a voice: fetch it, if it is published and nothing else is on its way."""
        if self._loaded is None or self._options.offline or self._coming is not None:
            return
        if asyncio.get_running_loop().time() < self._not_before:
            return
        if any(voice.name == name for voice in self._loaded.absent) and name is not None:
            self._coming = name
            self._begin(self._fetch(name))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        if self._loaded is None:
            return
        await _in_thread(renew_list, self._loaded, self._options)
        while True:
            found = await _in_thread(look_again, self._loaded, self._options)
            if found != self._loaded:
                self._loaded = found
                self._changed(found)
            await asyncio.sleep(_EVERY)

    async def _fetch(self, name: str) -> None:
        stopping, loop = Cancellation(), asyncio.get_running_loop()

        def report(detail: str) -> None:
            if stopping.cancelled:
                raise CommandError(ErrorCode.CANCELLED, "the server is stopping")
            loop.call_soon_threadsafe(self._show, name, detail)

        try:
            await _in_thread(fetch_voice, name, self._options, report)
        except CommandError as err:
            self._not_before = loop.time() + _AFTER_FAILURE
            _LOGGER.error("%s", err.message)
            self._show(name, err.message)
        finally:
            stopping.cancel()
            self._coming = None

    def _show(self, name: str, detail: str) -> None:
        """Tell how far it is in the place where the voice is offered."""
        if self._loaded is None:
            return

        def told(voice: Voice) -> Voice:
            return replace(voice, description=detail) if voice.name == name else voice

        self._changed(replace(self._loaded, absent=tuple(map(told, self._loaded.absent))))


async def _in_thread(function: Callable[..., T], *args: object) -> T:
    """Run a function in a thread that nobody waits for when the server stops."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast(T, result))

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (function(*args), None)
        except (OSError, ValueError, BusError) as err:
            outcome = (None, err)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(finish, *outcome)

    Thread(target=run, daemon=True).start()
    return await done

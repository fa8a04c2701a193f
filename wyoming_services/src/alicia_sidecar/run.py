"""Runs a service until it is told to stop."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
import logging
import os
import signal
import sys
from typing import Final, TypeVar

from alicia_bus.errors import BusError
from alicia_bus.messages import Message

from .advertise import Advertiser
from .bus import Bus
from .control import Control, begin_anew
from .farewell import unregister
from .health_check import run_health_check
from .log import Log, set_up_logging
from .memory import give_back, use_one_heap
from .options import OptionsError, Program, Value, parse_options
from .server import WyomingServer
from .service import Service
from .settings import Settings, read_settings

_LOGGER: Final = logging.getLogger(__name__)
_RETRY_SECONDS: Final = 60.0
_TRY_AGAIN: Final = 75  # sysexits.h: whoever started it may start it again
_DRAIN_SECONDS: Final = 6.0  # with the goodbyes less than the ten that init systems give

RequestT = TypeVar("RequestT", bound=Message)


def main(
    program: Program,
    stage: str,
    build: Callable[[Settings, Mapping[str, Value]], Service[RequestT]],
    argv: Sequence[str],
    environ: Mapping[str, str],
) -> int:
    """Run a command and return its exit status."""
    try:
        verb, values = parse_options(program, argv, environ)
        settings = read_settings(stage, values)
    except OptionsError as err:
        print(f"{program.name}: {err}", file=sys.stderr)
        return 2
    if verb == "health-check":
        return run_health_check(settings.uri)
    use_one_heap()
    log = set_up_logging(settings.log_level, as_json=settings.log_json)
    if verb == "unregister":
        return asyncio.run(unregister(settings))

    def check() -> None:
        read_settings(stage, parse_options(program, argv, environ)[1])

    try:
        return asyncio.run(_run(settings, lambda: build(settings, values), check, log))
    except OptionsError as err:
        print(f"{program.name}: {err}", file=sys.stderr)
        return 2


async def _run(
    settings: Settings,
    build: Callable[[], Service[RequestT]],
    check: Callable[[], None],
    log: Log,
) -> int:
    control = Control(check, is_pipe=settings.uri.startswith("stdio:"))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, control.stop)
    service = build()
    server = WyomingServer(settings.uri, service, settings.limits)
    async with AsyncExitStack() as stack:
        bus = None
        if settings.bus:
            bus = Bus(settings, settings.bus, service, server, control, log)
            await stack.enter_async_context(bus)
        serving = asyncio.create_task(_serve(settings, service, server, bus))
        stopping = asyncio.create_task(control.stopping.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        status = await _finish(serving)
        stopping.cancel()
        await _drain(service, server, bus)
    is_busy = service.worker.close()
    if control.begins_anew:
        begin_anew()
        status = _TRY_AGAIN
    if is_busy:
        _leave_at_once(status)
    return status


async def _serve(
    settings: Settings,
    service: Service[RequestT],
    server: WyomingServer,
    bus: Bus[RequestT] | None,
) -> int:
    """Listen once there is something to offer.

    Home Assistant asks again when a connection is refused, but takes what a server that
    listens offers at first for all that it will ever offer.
    """
    while not await _prepare(service):
        if bus is None:
            return 1
        bus.announce()
        await asyncio.sleep(_RETRY_SECONDS)
    try:
        await server.start()
    except OSError as err:
        _LOGGER.error("Can't serve on %s: %s", settings.uri, err)
        return 1
    _LOGGER.info("%s serves on %s", service.profile.title, server.uri)
    if bus:
        bus.announce()
    async with Advertiser(settings, server.uri):
        await server.ended.wait()
    return 0


async def _prepare(service: Service[RequestT]) -> bool:
    """Without an engine the server stays on the bus, and says what is missing to whoever asks."""
    try:
        await service.prepare()
    except BusError as err:
        _LOGGER.error("%s is unavailable: %s", service.profile.title, err.message)
        return False
    give_back()
    _LOGGER.info("%s is ready: %s", service.profile.title, service.state.detail)
    return True


async def _finish(serving: asyncio.Task[int]) -> int:
    serving.cancel()
    try:
        return await serving
    except asyncio.CancelledError:
        return 0


async def _drain(
    service: Service[RequestT], server: WyomingServer, bus: Bus[RequestT] | None
) -> None:
    """Take nothing new, and finish what is in hand."""
    server.stop_listening()
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            if bus:
                await bus.stop_taking()
            await service.worker.drain()
    except TimeoutError:
        _LOGGER.warning("Stopped with a request still in hand")
    await server.close()


def _leave_at_once(status: int) -> None:
    """A thread that computes or downloads can't be stopped, and Python would wait for it."""
    logging.shutdown()
    os._exit(status)

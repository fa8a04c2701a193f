"""Runs a service until it is told to stop."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
import logging
import signal
import sys
from typing import Final, TypeVar

from alicia_bus.errors import BusError
from alicia_bus.messages import Message

from .advertise import Advertiser
from .bus import Bus
from .health_check import run_health_check
from .log import set_up_logging
from .options import OptionsError, Program, Value, parse_options
from .server import WyomingServer
from .service import Service
from .settings import Settings, read_settings

_LOGGER: Final = logging.getLogger(__name__)
_DRAIN_SECONDS: Final = 8.0  # less than the ten that init systems and containers give

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
    set_up_logging(settings.log_level, as_json=settings.log_json)
    try:
        return asyncio.run(_run(settings, lambda: build(settings, values)))
    except OptionsError as err:
        print(f"{program.name}: {err}", file=sys.stderr)
        return 2


async def _run(settings: Settings, build: Callable[[], Service[RequestT]]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    service = build()
    server = WyomingServer(settings.uri, service, settings.limits)
    try:
        await server.start()
    except OSError as err:
        _LOGGER.error("Can't serve on %s: %s", settings.uri, err)
        return 1
    _LOGGER.info("%s serves on %s", service.profile.title, server.uri)
    async with AsyncExitStack() as stack:
        bus = Bus(settings, settings.bus, service, server) if settings.bus else None
        if bus:
            await stack.enter_async_context(bus)
        await stack.enter_async_context(Advertiser(settings, server.uri))
        await _serve(service, server, bus, stop)
        server.stop_listening()
        if bus:
            await bus.stop_taking(_DRAIN_SECONDS)
        if not await service.worker.drain(_DRAIN_SECONDS):
            _LOGGER.warning("Stopped with a request still in hand")
        await server.close()
        service.worker.close()
    return 0


async def _serve(
    service: Service[RequestT],
    server: WyomingServer,
    bus: Bus[RequestT] | None,
    stop: asyncio.Event,
) -> None:
    preparing = asyncio.create_task(_prepare(service, bus))
    ends = [asyncio.create_task(event.wait()) for event in (stop, server.ended)]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in (preparing, *ends):
        task.cancel()
    await asyncio.gather(preparing, *ends, return_exceptions=True)


async def _prepare(service: Service[RequestT], bus: Bus[RequestT] | None) -> None:
    """Without an engine the server stays up, and says what is missing to whoever asks."""
    try:
        await service.prepare()
    except BusError as err:
        _LOGGER.error("%s is unavailable: %s", service.profile.title, err.message)
    else:
        _LOGGER.info("%s is ready: %s", service.profile.title, service.state.detail)
    if bus:
        bus.announce()

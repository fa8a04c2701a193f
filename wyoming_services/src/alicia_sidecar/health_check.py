"""Asks a running server what it is; the answer is its health."""

import asyncio
import sys
from typing import Final

from wyoming.client import AsyncClient
from wyoming.info import Describe, Info

from .server import parse_uri

_TIMEOUT: Final = 5.0
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - bound so, reached so


async def check_health(uri: str) -> Info:
    """Return the info of the server at an address; raises OSError, TimeoutError, EOFError."""
    parts = parse_uri(uri)
    if parts.scheme == "stdio":
        raise OSError("a server on standard input can't be asked from outside")
    if parts.hostname in _ANY:
        uri = f"tcp://{_ANY[parts.hostname]}:{parts.port}"
    async with asyncio.timeout(_TIMEOUT), AsyncClient.from_uri(uri) as client:
        await client.write_event(Describe().event())
        while event := await client.read_event():
            if Info.is_type(event.type):
                return Info.from_event(event)
    raise EOFError("the server hung up")


def run_health_check(uri: str) -> int:
    """Return the exit status: 0 when the server answers and can work, 1 when not."""
    try:
        info = asyncio.run(check_health(uri))
    except (OSError, TimeoutError, EOFError) as err:
        print(f"{uri}: {err or 'no answer in time'}", file=sys.stderr)
        return 1
    programs = [*info.asr, *info.tts]
    for program in programs:
        state = "ready" if program.installed else "not ready"
        print(f"{uri}: {program.name} {program.version}: {state} ({program.description})")
    return 0 if programs and all(program.installed for program in programs) else 1

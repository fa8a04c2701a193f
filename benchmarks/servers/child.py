"""A server as a process of its own: started, watched through /proc, stopped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import socket

from benchmarks.processes import cpu_seconds

from .clients import describe

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class ServerError(Exception):
    """A server that did not come up."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    uri: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time of all its threads so far."""
        return cpu_seconds(self.pid)


@asynccontextmanager
async def serve(name: str, argv: Sequence[str], log: Path) -> AsyncIterator[Server]:
    """Run a server whose arguments name its address as {uri}, once it answers."""
    uri = f"tcp://127.0.0.1:{_free_port()}"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(word.format(uri=uri) for word in argv),
            stdout=output,
            stderr=output,
            # All models are on disk; a server that looks for others would only wait.
            env=os.environ | {"HF_HUB_OFFLINE": "1"},
        )
    try:
        await _wait_until_ready(process, uri, name, log)
        yield Server(name, uri, process.pid)
    finally:
        await _stop(process)


async def _wait_until_ready(
    process: asyncio.subprocess.Process, uri: str, name: str, log: Path
) -> None:
    deadline = asyncio.get_running_loop().time() + _START_SECONDS
    while asyncio.get_running_loop().time() < deadline and process.returncode is None:
        try:
            info = await asyncio.wait_for(describe(uri), 5.0)
        except (OSError, TimeoutError, EOFError):
            info = None
        if info and all(program.installed for program in (*info.asr, *info.tts)):
            return
        await asyncio.sleep(0.2)
    raise ServerError(f"{name} did not become ready; {log} says why")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

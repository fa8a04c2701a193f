"""Real sidecars that can be killed, stopped and started again, as a pool of servers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
import signal
import socket
import subprocess
import time

from custom_components.alicia.bus.balancer import POLICIES
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.pool import Member, Pool, Server
from custom_components.alicia.speech.wire import Address

_START_SECONDS = 180.0


@dataclass(slots=True)
class Sidecar:
    """A server's process, always at the same address."""

    name: str
    argv: Sequence[str]
    address: Address
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, if it doesn't run."""
        if self.process is None or self.process.poll() is not None:
            uri = f"tcp://{self.address.host}:{self.address.port}"
            words = [word.format(uri=uri) for word in self.argv]
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(words, stdout=log, stderr=log)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.process is not None:
            self.process.send_signal(number)

    def end(self) -> None:
        """Kill it, whether it is stopped or not."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Pair:
    """The sidecars, and the pool that stands for them."""

    sidecars: dict[str, Sidecar]
    pool: Pool
    service: Service

    def busy(self) -> Sidecar | None:
        """Return the one that has a request in hand."""
        for member in self.pool:
            if member.workers[self.service].outstanding:
                return self.sidecars[member.server.id]
        return None

    async def ready(self) -> None:
        """Have every sidecar run and answer, and be known for it."""
        for sidecar in self.sidecars.values():
            sidecar.signal(signal.SIGCONT)
        deadline = time.monotonic() + _START_SECONDS
        for member in self.pool:
            await self._await_answer(member, deadline)

    async def _await_answer(self, member: Member, deadline: float) -> None:
        while time.monotonic() < deadline:
            self.sidecars[member.server.id].start()  # one that was killed takes a moment to die
            await self.pool.async_look(member)
            if member.alive and member.offers(self.service):
                return
            await asyncio.sleep(0.1)
        said = self.sidecars[member.server.id].log.read_text("utf-8")[-2000:]
        raise TimeoutError(f"{member.server.name} did not start: {said}")


@asynccontextmanager
async def pair(service: Service, argv: Sequence[str], folder: Path) -> AsyncIterator[Pair]:
    """Run two sidecars alike."""
    sidecars = {
        name: Sidecar(name, argv, Address("127.0.0.1", _free_port()), folder / f"{service}-{name}")
        for name in "ab"
    }
    pool = Pool(POLICIES["fastest"], time.monotonic)
    servers = [Server(each.name, each.name, each.address, "user") for each in sidecars.values()]
    pool.set_servers(servers)
    found = Pair(sidecars, pool, service)
    try:
        await found.ready()
        yield found
    finally:
        for sidecar in sidecars.values():
            with suppress(ProcessLookupError):
                sidecar.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

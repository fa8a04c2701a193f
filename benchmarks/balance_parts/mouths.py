"""Two speech servers on a bus with a Home Assistant, and somebody who asks them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import signal
import tempfile
import time
from typing import Any, Final
import uuid

from benchmarks.crowd.client import connect
from benchmarks.crowd.home import LOOPBACK, ROOT, broker, furnish, home

NAMES: Final = ("tts-one", "tts-two")
PATIENCE: Final = 60.0  # s
_REQUEST: Final = "alicia/voice/tts/request"
_QUERY: Final = "alicia/system/discovery/query"
_FOUND: Final = "alicia/system/discovery/response"
_TOPICS: Final = (
    "alicia/voice/tts/response",
    "alicia/services/+/taken",
    "alicia/services/+/request",
    "alicia/system/health/+",
)


@dataclass(slots=True)
class Request:
    """What became of one request; times in s of one clock."""

    sent: float
    taker: str = ""
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    #: Each with who gave it, and when.
    answers: list[tuple[str, float]] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    resends: int = 0


class Asker:
    """Sends requests and follows them."""

    def __init__(self, port: int) -> None:
        self.requests: dict[str, Request] = {}
        #: Set while a server is there (True), or is gone, by what the broker tells everybody.
        self._known = {
            (name, online): asyncio.Event() for name in NAMES for online in (True, False)
        }
        self._loop = asyncio.get_running_loop()
        self._client = connect(port)
        self._client.on_message = lambda _client, _data, message: self._loop.call_soon_threadsafe(
            self._hear, message.topic, message.payload, time.perf_counter()
        )
        self._client.subscribe([(topic, 1) for topic in _TOPICS])
        self._client.loop_start()

    def ask(self, text: str, topic: str = _REQUEST) -> Request:
        """Send a request."""
        request_id = uuid.uuid4().hex
        request = self.requests[request_id] = Request(time.perf_counter())
        payload = json.dumps({"text": text, "request_id": request_id})
        self._client.publish(topic, payload, qos=1)
        return request

    async def until(self, name: str, *, online: bool = True) -> None:
        """Wait until a server is there, or is gone."""
        async with asyncio.timeout(PATIENCE):
            await self._known[name, online].wait()

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, topic: str, payload: bytes, at: float) -> None:
        message: dict[str, Any] = json.loads(payload) if payload else {}
        if "/health/" in topic:
            self._hear_health(topic.rpartition("/")[2], message)
            return
        request = self.requests.get(message.get("request_id", ""))
        if request is None:
            return
        if topic.endswith("/taken"):
            request.taker = request.taker or message["source"]
            request.taken.set()
        elif topic.endswith("/response"):
            request.answers.append((message["source"], at))
            request.answered.set()
        elif "/services/" in topic:
            request.resends += 1

    def _hear_health(self, name: str, message: dict[str, Any]) -> None:
        if name in NAMES:
            online = message.get("status") == "online"
            self._known[name, online].set()
            self._known[name, not online].clear()


@dataclass(slots=True)
class Mouths:
    """The servers' processes."""

    folder: Path
    port: int
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        """Start one."""
        options = ("--engine", "espeak", "--mqtt-host", LOOPBACK, "--mqtt-port", str(self.port))
        with (self.folder / name).open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                str(ROOT / ".venv-sidecars" / "bin" / "python"),
                *("-m", "alicia_tts", "--uri", "tcp://127.0.0.1:0", "--instance-id", name),
                *options,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT / "wyoming_services" / "src")},
            )

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send one a signal."""
        self.processes[name].send_signal(number)

    async def stop(self) -> None:
        """End all of them."""
        for process in self.processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            await process.wait()


@asynccontextmanager
async def servers(folder: Path, port: int) -> AsyncIterator[tuple[Mouths, Asker]]:
    """Run both servers on a broker."""
    asker, mouths = Asker(port), Mouths(folder, port)
    try:
        for name in NAMES:
            await mouths.start(name)
        for name in NAMES:
            await asker.until(name)
        yield mouths, asker
    finally:
        await mouths.stop()
        asker.close()


async def _until_listening(port: int) -> None:
    """Wait until Home Assistant answers on the bus; it subscribes some time after it has started.

    What is asked before that, it can't know of.
    """
    loop, heard = asyncio.get_running_loop(), asyncio.Event()
    client = connect(port)
    client.on_message = lambda *_: loop.call_soon_threadsafe(heard.set)
    client.subscribe(_FOUND, 1)
    client.loop_start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not heard.is_set():
                client.publish(_QUERY, json.dumps({"device_id": "nobody"}), qos=1)
                await asyncio.sleep(0.1)
    finally:
        client.disconnect()
        client.loop_stop()


@asynccontextmanager
async def house() -> AsyncIterator[tuple[Mouths, Asker]]:
    """Run a broker, a Home Assistant with Alicia, and both servers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with broker(folder) as port, home(furnish(folder, port, ours=True)) as running:
            await running.until("running", 1)
            await _until_listening(port)
            async with servers(folder, port) as found:
                yield found

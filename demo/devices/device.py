"""A device on the bus: says hello, tells its state, takes commands and answers them."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from contextlib import asynccontextmanager
import json
import time
from typing import Final, Self

from alicia_bus.codec import decode
from alicia_bus.errors import BusError, DecodeError
from alicia_bus.freshness import Duplicates, check_fresh
from alicia_bus.messages import DeviceCommand
from alicia_bus.topics import Kind, Topics

from ..bus import Bus, Received
from ..failure import DemoError
from .models import RINGS, Model, Values

TOPICS: Final = Topics()
HEARTBEAT_SECONDS: Final = 30.0
_MOVE_SECONDS: Final = 0.3
_OFFLINE: Final[Values] = {"status": "offline"}


class Device:
    """Lives while its context is open; leaves a last will for when it is torn out of it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._topic = {
            kind: TOPICS.build(kind, device_id=model.device_id)
            for kind in (
                Kind.HEALTH,
                Kind.DEVICE_STATUS,
                Kind.DEVICE_EVENT,
                Kind.DEVICE_COMMAND,
                Kind.DEVICE_RESPONSE,
            )
        }
        self._bus = Bus(will=(self._topic[Kind.HEALTH], _OFFLINE), on_connect=self.greet)
        self._started = time.monotonic()
        self._known = Duplicates(time.monotonic)

    @classmethod
    @asynccontextmanager
    async def join(
        cls, model: Model, host: str, port: int, username: str, password: str
    ) -> AsyncIterator[Self]:
        """Connect, and take commands until the context ends."""
        device = cls(model)
        try:
            # Whoever still answered after its goodbye would be back.
            async with device._listening():
                await device._bus.connect(host, port, username, password)
                yield device
        finally:
            device._send(Kind.HEALTH, _OFFLINE, retain=True)
            await device._bus.close()

    def greet(self) -> None:
        """Say hello, and how everything is."""
        self._publish(TOPICS.build(Kind.REGISTER), self.model.hello)
        self.tell()
        self.beat()

    def leave(self) -> None:
        """Say goodbye for good."""
        self._publish(TOPICS.build(Kind.UNREGISTER), {"device_id": self.model.device_id})

    def tell(self) -> None:
        """Publish the state."""
        if status := self.model.status():
            self._send(Kind.DEVICE_STATUS, {"state": status}, retain=True)

    def beat(self) -> None:
        """Publish a heartbeat."""
        uptime = round(time.monotonic() - self._started, 1)
        self._send(Kind.HEALTH, {"status": "online", "uptime": uptime}, retain=True)

    def _send(self, kind: Kind, message: Values, *, retain: bool = False) -> None:
        self._publish(self._topic[kind], {**message, "timestamp": time.time()}, retain=retain)

    def _publish(self, topic: str, message: Values, *, retain: bool = False) -> None:
        """Publish; where the broker is gone, the greeting will say it all when it is back."""
        with contextlib.suppress(DemoError):
            self._bus.publish(topic, message, retain=retain)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        async with (
            self._bus.listen(self._topic[Kind.DEVICE_COMMAND]) as commands,
            self._bus.listen(TOPICS.build(Kind.QUERY)) as queries,
            self._bus.listen(TOPICS.build(Kind.HEALTH_CHECK)) as checks,
        ):
            work = asyncio.gather(
                self._obey(commands), self._answer(queries), self._stay(checks), self._move()
            )
            try:
                yield
            finally:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work

    async def _obey(self, commands: asyncio.Queue[Received]) -> None:
        while True:
            topic, payload = await commands.get()
            with contextlib.suppress(DecodeError):
                if isinstance(message := decode(TOPICS, topic, payload), DeviceCommand):
                    self._take(message)

    def _take(self, command: DeviceCommand) -> None:
        answer: dict[str, object] = {"request_id": command.meta.request_id}
        if command.meta.request_id and not self._known.is_new("command", command.meta.request_id):
            return
        try:
            check_fresh(command.meta, time.time())
            name = self.model.obey(command)
        except BusError as error:
            answer["error"] = {"code": error.code, "message": error.message}
        else:
            answer |= self._done(name)
        self._send(Kind.DEVICE_RESPONSE, answer)

    def _done(self, name: str) -> Values:
        """Tell what a command did; returns what its answer says of that."""
        if name in RINGS:
            capability, event = RINGS[name]
            self._send(Kind.DEVICE_EVENT, {"capability": capability, "event": event})
        self.tell()
        state = self.model.status().get(name)
        return {"state": {name: state}} if state else {}

    async def _answer(self, queries: asyncio.Queue[Received]) -> None:
        """Register again when everyone is asked to."""
        while True:
            query = _parse((await queries.get())[1])
            if not {"capability", "device_type", "device_id", "area"} & query.keys():
                self.greet()

    async def _stay(self, checks: asyncio.Queue[Received]) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await checks.get()
            self.beat()

    async def _move(self) -> None:
        while True:
            await asyncio.sleep(_MOVE_SECONDS)
            if self.model.move():
                self.tell()


def _parse(payload: bytes) -> Values:
    """Return a message; whatever isn't one is as good as an empty one."""
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

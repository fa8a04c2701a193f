"""The demonstration of devices: one says hello, is commanded, and leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import time
from typing import Final, cast
from uuid import uuid4

from alicia_bus.topics import Kind

from .bus import Bus
from .devices.device import TOPICS, Device
from .devices.models import lamp
from .failure import DemoError
from .home_assistant import Json, Rest, Socket
from .house.furnish import act
from .places import Places
from .ports import LOOPBACK, Ports
from .progress import say

GUEST: Final = "visiting-lamp"
ENTITY: Final = "light.garage_visiting_lamp"
EXPOSED: Final = "light.desk_lamp"
_SECONDS: Final = 10.0


@dataclass(slots=True)
class Watch:
    """Follows the states of one entity as Home Assistant changes them."""

    socket: Socket
    entity: str

    @classmethod
    @asynccontextmanager
    async def open(cls, rest: Rest, entity: str) -> AsyncIterator[Watch]:
        """Listen to Home Assistant's events."""
        socket = await Socket.open(rest)
        try:
            await socket.call("subscribe_events", event_type="state_changed")
            yield cls(socket, entity)
        finally:
            await socket.close()

    async def wait(self, condition: Callable[[Json | None], bool]) -> Json | None:
        """Return the first state that is as wanted; raises DemoError where none comes."""
        try:
            async with asyncio.timeout(_SECONDS):
                while True:
                    message = await self.socket.receive()
                    data = cast(Json, cast(Json, message["event"])["data"])
                    state = cast(Json | None, data["new_state"])
                    if data["entity_id"] == self.entity and condition(state):
                        return state
        except TimeoutError as error:
            raise DemoError(f"Home Assistant shows nothing new of {self.entity}.") from error


async def welcome(rest: Rest, socket: Socket, places: Places, ports: Ports) -> None:
    """Have a lamp join the bus, switch it from Home Assistant, and let it leave."""
    say("\nA lamp that nobody has set up joins the bus:")
    account = (LOOPBACK, ports.mqtt, "operator", places.secret("operator"))
    guest = lamp(GUEST, "Visiting Lamp")
    async with Watch.open(rest, ENTITY) as watch:
        started = time.monotonic()
        async with Device.join(guest, *account) as device:
            await watch.wait(lambda state: state is not None and state["state"] == "off")
            _tell("says hello", f"{ENTITY} is there", started)
            started = time.monotonic()
            await act(socket, "light.turn_on", ENTITY, {"brightness": 64})
            _tell("told to turn on", f"it answered; {guest.state['light']}", started)
            started = time.monotonic()
            device.leave()
            await watch.wait(lambda state: state is None)
            _tell("says goodbye", f"{ENTITY} is gone", started)


async def command(socket: Socket, places: Places, ports: Ports) -> None:
    """Have Home Assistant switch one of its own lights for somebody on the bus."""
    await act(socket, "light.turn_off", EXPOSED, {})
    bus = Bus()
    await bus.connect(LOOPBACK, ports.mqtt, "operator", places.secret("operator"))
    try:
        started = time.monotonic()
        answer = await _ask(bus, {"service": "light.turn_on", "entity_id": EXPOSED})
        states = cast(list[Json], answer.get("states") or [])
        seen = ", ".join(f"{each['entity_id']} is {each['state']}" for each in states)
        _tell("asks on the bus", f"Home Assistant did it: {seen or answer.get('error')}", started)
    finally:
        await bus.close()


async def _ask(bus: Bus, request: Json) -> Json:
    request_id = uuid4().hex
    async with bus.listen(TOPICS.build(Kind.HA_RESPONSE)) as responses:
        bus.publish(TOPICS.build(Kind.HA_COMMAND), {**request, "request_id": request_id})
        try:
            async with asyncio.timeout(_SECONDS):
                while True:
                    response = cast(Json, json.loads((await responses.get())[1]))
                    if response.get("request_id") == request_id:
                        return response
        except TimeoutError as error:
            raise DemoError("Home Assistant doesn't answer commands on the bus.") from error


def _tell(what: str, result: str, started: float) -> None:
    say(f"  {what:18} {(time.monotonic() - started) * 1000:6.0f} ms   {result}")

"""The simulated person: says something in one of the ways, and listens to the answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from ..audio import decode, is_audible
from ..bus import Bus
from ..failure import DemoError
from ..home_assistant import HomeAssistantError, Rest, Socket
from ..house.build import pipeline_id
from ..house.things import THINGS
from ..places import Places
from ..ports import LOOPBACK, Ports
from ..waiting import until
from ..ways import route, satellite
from ..ways.reply import Reply
from ..ways.stream import RoomDevice


class Way(StrEnum):
    """How the audio gets to the house."""

    ROUTE = "bus, one request"
    STREAM = "bus, streamed"
    SATELLITE = "Assist satellite"


_READY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """Everything it takes to speak to the house and to look at it."""

    rest: Rest
    #: For looking at states; a run of the pipeline has a connection of its own.
    socket: Socket
    _bus: Bus
    _device: RoomDevice
    _satellite: Socket
    _pipeline: str

    @classmethod
    @asynccontextmanager
    async def open(cls, rest: Rest, places: Places, ports: Ports) -> AsyncIterator[Self]:
        """Connect to the bus and to Home Assistant."""
        async with AsyncExitStack() as stack:
            bus = Bus()
            await bus.connect(LOOPBACK, ports.mqtt, "operator", places.secret("operator"))
            stack.push_async_callback(bus.close)
            if not await until(lambda: route.ready(bus), _READY_SECONDS):
                raise DemoError("Home Assistant doesn't answer on the bus; is Alicia set up in it?")
            if not await until(lambda: route.knows_names(bus, len(THINGS)), _READY_SECONDS):
                raise DemoError("The recogniser hasn't been told the house's names.")
            device = await stack.enter_async_context(RoomDevice.join(bus))
            sockets = [await Socket.open(rest) for _ in range(2)]
            for each in sockets:
                stack.push_async_callback(each.close)
            yield cls(rest, sockets[0], bus, device, sockets[1], await pipeline_id(sockets[0]))

    async def say(self, samples: bytes, way: Way) -> Reply:
        """Speak, and return what came of it."""
        match way:
            case Way.ROUTE:
                return await route.speak(self._bus, samples)
            case Way.STREAM:
                return await self._device.speak(samples)
            case Way.SATELLITE:
                return await satellite.speak(self._satellite, self._pipeline, samples)

    async def listen(self, reply: Reply) -> bytes:
        """Return the answer's samples, fetched if they weren't sent; none if there are none."""
        if reply.samples is not None or reply.audio_url is None:
            return reply.samples or b""
        try:
            return await decode(await self.rest.download(reply.audio_url))
        except HomeAssistantError:
            return b""

    async def hears(self, reply: Reply) -> bool:
        """Tell whether the answer is audible."""
        return is_audible(await self.listen(reply))

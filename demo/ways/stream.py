"""Audio on the bus, while it is spoken, from a device that has a microphone and a speaker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import uuid4

from alicia_bus.audio import SAMPLE_RATE
from alicia_bus.topics import Kind

from ..bus import Bus, Received
from .pacing import in_real_time
from .reply import Reply
from .route import TOPICS, wait_for_reply

DEVICE: Final = "demo-room"
_HEARTBEAT_SECONDS: Final = 20.0
_ANSWER_SECONDS: Final = 30.0


@dataclass(slots=True)
class RoomDevice:
    """The simulated device."""

    bus: Bus

    @classmethod
    @asynccontextmanager
    async def join(cls, bus: Bus) -> AsyncIterator[Self]:
        """Register on the bus, and stay known to be there."""
        device = cls(bus)
        presence = asyncio.create_task(device._stay())
        try:
            yield device
        finally:
            presence.cancel()
            device._say_health("offline")

    async def speak(self, samples: bytes) -> Reply:
        """Stream 16 kHz samples, and return the reply with the audio that was sent back."""
        session = uuid4().hex
        out = TOPICS.build(Kind.AUDIO_OUT, device_id=DEVICE)
        async with (
            self.bus.listen(TOPICS.build(Kind.COMMAND_RESPONSE)) as responses,
            self.bus.listen(out) as answer,
        ):
            listening = asyncio.create_task(self._stream(session, samples))
            reply = await wait_for_reply(responses, session)
            listening.cancel()
            self._send(Kind.AUDIO_IN, b"")
            if not reply.acted:
                return reply
            return replace(reply, samples=await self._collect(answer, session))

    async def _stream(self, session: str, samples: bytes) -> None:
        start = {"session_id": session, "sample_rate": SAMPLE_RATE, "language": "en"}
        self.bus.publish(TOPICS.build(Kind.AUDIO_START, device_id=DEVICE), start)
        async for chunk in in_real_time(samples):
            self._send(Kind.AUDIO_IN, chunk)
        self._send(Kind.AUDIO_IN, b"")

    async def _collect(self, answer: asyncio.Queue[Received], session: str) -> bytes:
        collected = b""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                while chunk := (await answer.get())[1]:
                    collected += chunk
        except TimeoutError:
            return collected
        played = {"session_id": session}
        self.bus.publish(TOPICS.build(Kind.AUDIO_PLAYED, device_id=DEVICE), played)
        return collected

    def _send(self, kind: Kind, chunk: bytes) -> None:
        self.bus.publish(TOPICS.build(kind, device_id=DEVICE), chunk, qos=0)

    async def _stay(self) -> None:
        register = {
            "device_id": DEVICE,
            "device_type": "voice_satellite",
            "capabilities": ["microphone", "speaker"],
            "metadata": {"name": "Demo room device", "manufacturer": "Alicia"},
            "status": "online",
        }
        self.bus.publish(TOPICS.build(Kind.REGISTER), register)
        while True:
            self._say_health("online")
            await asyncio.sleep(_HEARTBEAT_SECONDS)

    def _say_health(self, status: str) -> None:
        self.bus.publish(
            TOPICS.build(Kind.HEALTH, device_id=DEVICE), {"device_id": DEVICE, "status": status}
        )

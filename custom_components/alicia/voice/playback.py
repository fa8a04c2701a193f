"""Answers on their way to a device's speaker."""

import asyncio
from collections.abc import Callable
from typing import Final

from ..bus.audio import SAMPLE_RATE, SAMPLE_WIDTH
from ..bus.hub import Hub
from ..bus.messages import AudioListen, AudioOut, AudioPlayed, Meta

CHUNK_SECONDS: Final = 0.1
#: How far a device's buffer is filled before we keep its pace.
AHEAD_SECONDS: Final = 2.0

_BYTES_PER_SECOND: Final = SAMPLE_RATE * SAMPLE_WIDTH
_CHUNK: Final = int(CHUNK_SECONDS * _BYTES_PER_SECOND)


class Player:
    """Sends samples to devices, no faster than they can be kept."""

    def __init__(self, hub: Hub, clock: Callable[[], float]) -> None:
        self._hub = hub
        self._clock = clock
        self._playing: dict[str, asyncio.Event] = {}

    def start(self) -> Callable[[], None]:
        """Listen to what devices say they have played; returns what stops that."""
        return self._hub.on(AudioPlayed, lambda message: self.stop(message.device_id))

    def stop(self, device_id: str) -> None:
        """Have a device's audio end now: it is played, or not wanted any more."""
        if playing := self._playing.get(device_id):
            playing.set()

    def listen(self, device_id: str, session_id: str | None) -> None:
        """Ask a device to open its microphone, and to stream in this session."""
        self._hub.send(AudioListen(meta=Meta(session_id=session_id), device_id=device_id))

    async def async_play(self, device_id: str, session_id: str | None, samples: bytes) -> bool:
        """Send 16 kHz mono samples to a device, and return when it has played them.

        A device that does not say so is given the time that they last. Tells whether
        all was sent.
        """
        stopped = self._playing[device_id] = asyncio.Event()
        started = self._clock()
        try:
            for position in range(0, len(samples), _CHUNK):
                due = started + position / _BYTES_PER_SECOND - AHEAD_SECONDS
                if await self._wait(stopped, due):
                    return False
                self._send(device_id, session_id, samples[position : position + _CHUNK])
            self._send(device_id, session_id, b"")
            await self._wait(stopped, started + len(samples) / _BYTES_PER_SECOND)
            return True
        finally:
            if self._playing.get(device_id) is stopped:
                del self._playing[device_id]

    async def _wait(self, stopped: asyncio.Event, until: float) -> bool:
        """Wait until a time; tell whether it was stopped before."""
        seconds = until - self._clock()
        if seconds > 0 and not stopped.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await stopped.wait()
            except TimeoutError:
                return False
        return stopped.is_set()

    def _send(self, device_id: str, session_id: str | None, data: bytes) -> None:
        self._hub.send(AudioOut(meta=Meta(session_id=session_id), device_id=device_id, data=data))

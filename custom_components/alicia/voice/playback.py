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
    """Sends samples to devices, one sound at a time and no faster than they keep up."""

    def __init__(self, hub: Hub, clock: Callable[[], float]) -> None:
        self._hub = hub
        self._clock = clock
        self._playing: dict[str, _Sound] = {}

    def start(self) -> Callable[[], None]:
        """Listen to what devices say they have played; returns what stops that."""
        return self._hub.on(AudioPlayed, self._on_played)

    def stop(self, device_id: str) -> None:
        """End a device's sound, which nobody wants any more."""
        if sound := self._playing.get(device_id):
            sound.stopped.set()

    def listen(self, device_id: str, session_id: str | None) -> None:
        """Ask a device to open its microphone, and to stream in this session."""
        self._hub.send(AudioListen(meta=Meta(session_id=session_id), device_id=device_id))

    async def async_play(self, device_id: str, session_id: str | None, samples: bytes) -> bool:
        """Send 16 kHz mono samples to a device, and return when it has played them.

        A device that does not say so is given the time that they last. Tells whether
        all was sent: the next sound, or `stop`, ends this one.
        """
        while previous := self._playing.get(device_id):
            previous.stopped.set()
            await previous.over.wait()
        sound = self._playing[device_id] = _Sound(session_id)
        try:
            return await self._send(device_id, sound, samples)
        finally:
            sound.over.set()
            del self._playing[device_id]

    async def _send(self, device_id: str, sound: _Sound, samples: bytes) -> bool:
        started = self._clock()
        for position in range(0, len(samples), _CHUNK):
            due = started + position / _BYTES_PER_SECOND - AHEAD_SECONDS
            if await self._wait(sound.stopped, due):
                break
            self._send_chunk(device_id, sound, samples[position : position + _CHUNK])
        self._send_chunk(device_id, sound, b"")
        sound.sent = not sound.stopped.is_set()
        await self._wait(sound.stopped, started + len(samples) / _BYTES_PER_SECOND)
        return sound.sent

    async def _wait(self, stopped: asyncio.Event, until: float) -> bool:
        """Wait until a time; tell whether the sound was stopped before."""
        seconds = until - self._clock()
        if seconds > 0 and not stopped.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await stopped.wait()
            except TimeoutError:
                return False
        return stopped.is_set()

    def _send_chunk(self, device_id: str, sound: _Sound, data: bytes) -> None:
        meta = Meta(session_id=sound.session_id)
        self._hub.send(AudioOut(meta=meta, device_id=device_id, data=data))

    def _on_played(self, message: AudioPlayed) -> None:
        sound = self._playing.get(message.device_id)
        if sound and sound.sent and message.meta.session_id in (None, sound.session_id):
            sound.stopped.set()


class _Sound:
    """What a device plays."""

    def __init__(self, session_id: str | None) -> None:
        self.session_id = session_id
        self.sent = False
        self.stopped = asyncio.Event()
        self.over = asyncio.Event()

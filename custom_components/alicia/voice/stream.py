"""Audio that a device streams while somebody speaks."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, MutableMapping
from typing import Final

import audioop

from ..bus.audio import MAX_RATE, MIN_RATE, SAMPLE_RATE, SAMPLE_WIDTH
from ..bus.errors import AudioError, CommandError, ErrorCode
from ..bus.messages import AudioCancel, AudioIn, AudioStart
from .deadline import Deadline

MAX_SECONDS: Final = 120.0
IDLE_SECONDS: Final = 5.0


class MicrophoneStream:
    """What one device's microphone hears, as 16 kHz mono samples.

    Keeps what nobody has listened to yet; longer than `MAX_SECONDS` it can't get. From
    its end on, `timeout` seconds are left for the answer.
    """

    def __init__(self, start: AudioStart, timeout: float) -> None:
        rate = start.sample_rate or SAMPLE_RATE
        if not MIN_RATE <= rate <= MAX_RATE:
            raise AudioError(
                ErrorCode.UNSUPPORTED_AUDIO,
                f"a sample rate of {rate} Hz; {MIN_RATE} to {MAX_RATE} are carried",
            )
        self.start = start
        #: Ends the run that listens to the stream, when the stream fails.
        self.deadline = Deadline(MAX_SECONDS + timeout)
        self.closed = False
        self._rate = rate
        self._timeout = timeout
        self._left = int(MAX_SECONDS * rate) * SAMPLE_WIDTH
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._half_sample = b""
        self._resampling: tuple[int, tuple[tuple[int, int], ...]] | None = None

    def feed(self, data: bytes) -> None:
        """Take a chunk from the device; an empty one ends the stream."""
        if self.closed:
            return
        if not data:
            self.close()
            return
        self._left -= len(data)
        if self._left < 0:
            self.fail(CommandError(ErrorCode.TOO_LARGE, f"more than {MAX_SECONDS:g} s of audio"))
            return
        if samples := self._convert(data):
            self._queue.put_nowait(samples)

    def close(self) -> None:
        """Take no more audio."""
        if not self.closed:
            self.closed = True
            self.deadline.reset(self._timeout)
            self._queue.put_nowait(b"")

    def fail(self, error: CommandError) -> None:
        """Give up on the stream, and end the run that listens to it.

        It does not hear the end: half a command must not be taken for a whole one.
        """
        self.closed = True
        self.deadline.fail(error)

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Return the samples as they come."""
        while chunk := await self._next():
            yield chunk

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                return await self._queue.get()
        except TimeoutError:
            self.fail(CommandError(ErrorCode.TIMEOUT, f"no audio came for {IDLE_SECONDS:g} s"))
        # The run is ending; the samples that are missing never come.
        never: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        return await never

    def _convert(self, data: bytes) -> bytes:
        data = self._half_sample + data
        whole = len(data) - len(data) % SAMPLE_WIDTH
        data, self._half_sample = data[:whole], data[whole:]
        if self._rate == SAMPLE_RATE or not data:
            return data
        data, self._resampling = audioop.ratecv(
            data, SAMPLE_WIDTH, 1, self._rate, SAMPLE_RATE, self._resampling
        )
        return data


class MicrophoneStreams:
    """The stream that each device has open, if any."""

    def __init__(self, counters: MutableMapping[str, int]) -> None:
        self._counters = counters
        self._streams: dict[str, MicrophoneStream] = {}

    def __iter__(self) -> Iterator[MicrophoneStream]:
        return iter(tuple(self._streams.values()))

    def open(
        self, message: AudioStart, timeout: float
    ) -> tuple[MicrophoneStream, Callable[[], None]]:
        """Open a device's stream, in place of the one it may have; returns what ends it.

        Raises AudioError.
        """
        stream = MicrophoneStream(message, timeout)
        self._fail(message.device_id, "the device began another stream")
        self._streams[message.device_id] = stream

        def end() -> None:
            stream.close()
            if self._streams.get(message.device_id) is stream:
                del self._streams[message.device_id]

        return stream, end

    def feed(self, message: AudioIn) -> None:
        """Take a chunk; one that no open stream waits for is counted."""
        stream = self._streams.get(message.device_id)
        if stream is None or stream.closed:
            self._counters["stray_audio"] += 1
            return
        stream.feed(message.data)

    def cancel(self, message: AudioCancel) -> None:
        """Give up on a device's stream."""
        self._fail(message.device_id, "the device gave up")

    def _fail(self, device_id: str, reason: str) -> None:
        if stream := self._streams.get(device_id):
            stream.fail(CommandError(ErrorCode.CANCELLED, reason))

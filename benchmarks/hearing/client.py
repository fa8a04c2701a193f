"""A satellite: it speaks at the pace of a person, and stops when it is answered."""

import asyncio
from dataclasses import dataclass
import time

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error

from .sounds import RATE, Spoken

_CHUNK = 1024  # bytes: 32 ms


@dataclass(frozen=True, slots=True)
class Heard:
    """A transcript, and how many seconds after the end of the audio and of the speech it came."""

    text: str
    after_stop: float
    after_speech: float


async def speak(uri: str, spoken: Spoken, *, pace: float = 1.0) -> Heard:
    """Have an utterance transcribed; a pace of 0 sends it at once."""
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(RATE, 2, 1).event())
        started = time.perf_counter()
        sending = asyncio.create_task(_send(client, spoken, started, pace))
        try:
            text = await _receive(client)
            now = time.perf_counter()
            stopped = sending.result() if sending.done() else now
        finally:
            sending.cancel()
        return Heard(text, now - stopped, now - started - pace * spoken.end)


async def _send(client: AsyncClient, spoken: Spoken, started: float, pace: float) -> float:
    """Return when the audio had ended."""
    for offset in range(0, len(spoken.pcm), _CHUNK):
        chunk = AudioChunk(RATE, 2, 1, spoken.pcm[offset : offset + _CHUNK])
        due = started + pace * (offset + len(chunk.audio)) / (2 * RATE)  # when it has been heard
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await client.write_event(chunk.event())
    stopped = time.perf_counter()
    await client.write_event(AudioStop().event())
    return stopped


async def _receive(client: AsyncClient) -> str:
    while (event := await client.read_event()) is not None:
        if Transcript.is_type(event.type):
            return Transcript.from_event(event).text.strip()
        if Error.is_type(event.type):
            raise EOFError(f"the server refused: {Error.from_event(event).text}")
    raise EOFError("the server hung up")

"""Wyoming clients with a stopwatch; each request is a connection, as Home Assistant does it."""

import asyncio
from dataclasses import dataclass
import time

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeVoice

RATE = 16_000
_CHUNK = 640  # bytes: 20 ms


@dataclass(frozen=True, slots=True)
class Heard:
    """A transcript, and the seconds it came after the end of the audio."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """The seconds from a text to its first and to its last audio."""

    first: float
    last: float
    audio_seconds: float


async def describe(uri: str) -> Info:
    """Return what a server says of itself."""
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Describe().event())
        while not Info.is_type((event := await _read(client)).type):
            pass
        return Info.from_event(event)


async def transcribe(uri: str, pcm: bytes, *, pace: float = 1.0) -> Heard:
    """Speak to a server; a pace of 1 is that of a person, 0 is at once."""
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(RATE, 2, 1).event())
        started = time.perf_counter()
        for offset in range(0, len(pcm), _CHUNK):
            due = started + pace * offset / (2 * RATE)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            chunk = AudioChunk(RATE, 2, 1, pcm[offset : offset + _CHUNK])
            await client.write_event(chunk.event())
        await client.write_event(AudioStop().event())
        stopped = time.perf_counter()
        while not Transcript.is_type((event := await _read(client)).type):
            pass
        return Heard(Transcript.from_event(event).text.strip(), time.perf_counter() - stopped)


async def synthesize(uri: str, text: str, voice: str) -> Spoken:
    """Have a server speak."""
    async with AsyncClient.from_uri(uri) as client:
        started = time.perf_counter()
        await client.write_event(Synthesize(text, SynthesizeVoice(voice)).event())
        first, length = 0.0, 0.0
        while not AudioStop.is_type((event := await _read(client)).type):
            if AudioChunk.is_type(event.type):
                first = first or time.perf_counter() - started
                length += AudioChunk.from_event(event).seconds
        return Spoken(first, time.perf_counter() - started, length)


async def _read(client: AsyncClient) -> Event:
    event = await client.read_event()
    if event is None:
        raise EOFError("the server hung up")
    if Error.is_type(event.type):
        raise EOFError(f"the server refused: {Error.from_event(event).text}")
    return event

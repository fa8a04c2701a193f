"""A microphone: samples come as time passes, and silence follows the speech."""

import asyncio
from collections.abc import Awaitable, Callable
import time

from .commands import RATE, Utterance

_CHUNK_SECONDS = 0.02
_CHUNK = int(RATE * _CHUNK_SECONDS) * 2
_TOO_LONG = 10.0  # s of silence after which nobody seems to listen


async def listen(
    utterance: Utterance,
    send: Callable[[bytes], Awaitable[None]],
    is_over: asyncio.Event,
    on_start: Callable[[float], None],
) -> None:
    """Send an utterance at the pace of speech, then silence, until the listener has enough.

    `on_start` is told when speech will end. A chunk is sent when its last sample is recorded.
    """
    started = time.perf_counter()
    on_start(started + utterance.speech_seconds)
    limit = len(utterance.samples) / (2 * RATE) + _TOO_LONG
    sent = 0.0
    while not is_over.is_set() and sent < limit:
        offset = round(sent / _CHUNK_SECONDS) * _CHUNK
        sent += _CHUNK_SECONDS
        await asyncio.sleep(max(0.0, started + sent - time.perf_counter()))
        await send(utterance.samples[offset : offset + _CHUNK].ljust(_CHUNK, b"\0"))

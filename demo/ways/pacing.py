"""Audio at the pace at which a microphone gives it."""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Final

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH

_CHUNK_SECONDS: Final = 0.064
_CHUNK: Final = int(_CHUNK_SECONDS * SAMPLE_RATE) * SAMPLE_WIDTH


async def in_real_time(samples: bytes) -> AsyncIterator[bytes]:
    """Give the samples chunk by chunk, each when it has been spoken to its end."""
    started = time.monotonic()
    for number, position in enumerate(range(0, len(samples), _CHUNK), 1):
        await asyncio.sleep(max(0.0, started + number * _CHUNK_SECONDS - time.monotonic()))
        yield samples[position : position + _CHUNK]

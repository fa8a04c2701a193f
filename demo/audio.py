"""Whether an answer can be heard."""

import array
import asyncio
import math
from typing import Final

from alicia_bus.audio import SAMPLE_RATE

from .failure import DemoError

#: Speech lies between 1000 and 10000; what is below this nobody hears.
AUDIBLE: Final = 100.0
_SHORTEST: Final = 0.2


async def decode(data: bytes) -> bytes:
    """Return any audio file as 16 kHz mono samples; raises DemoError for what is none."""
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "error", "-i", "pipe:0"),
        *("-f", "s16le", "-ac", "1", "-ar", str(SAMPLE_RATE), "pipe:1"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    samples, complaint = await process.communicate(data)
    if process.returncode != 0:
        raise DemoError(f"The answer is no audio: {complaint.decode(errors='replace').strip()}")
    return samples


def loudness(samples: bytes) -> float:
    """Return the root of the mean square of 16-bit samples."""
    values = array.array("h", samples)
    return math.sqrt(sum(value * value for value in values) / len(values)) if values else 0.0


def is_audible(samples: bytes) -> bool:
    """Tell whether somebody in the room would hear it."""
    return len(samples) >= _SHORTEST * SAMPLE_RATE * 2 and loudness(samples) >= AUDIBLE

"""Our speech servers beside those that Home Assistant's users run today."""

from pathlib import Path

from benchmarks.report import Row

from . import piper, whisper
from .models import VOICE, make_voice, make_whisper


async def measure(folder: Path, whisper_rounds: int, piper_rounds: int) -> list[Row]:
    """Return the rows of both pairs; models and logs go to the folder."""
    model = make_whisper(folder / "whisper-base")
    voices = make_voice(folder / "voices")
    return [
        *await whisper.measure(model, folder, whisper_rounds),
        *await piper.measure(voices, VOICE, folder, piper_rounds),
    ]

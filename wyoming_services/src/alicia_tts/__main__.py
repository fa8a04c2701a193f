"""The command ``alicia-tts``."""

from collections.abc import Mapping
import os
from pathlib import Path
import sys
from typing import Final

from alicia_sidecar.limits import MEBIBYTE
from alicia_sidecar.options import Group, Option, Program, Value
from alicia_sidecar.run import main
from alicia_sidecar.settings import Settings, flag, number, shared_groups

from .engines.load import CHOICES, EngineOptions, default_folder
from .engines.piper_catalogue import VOICES_URL
from .service import FASTEST, PROFILE, SLOWEST, Manner, TtsService

_ENGINE: Final = Group(
    "engine",
    (
        Option(
            "engine",
            "piper, neural voices; espeak, a plain voice for every language, without a model; "
            "auto: piper if there is a voice for it, else espeak",
            default="piper",
            choices=CHOICES,
        ),
        Option(
            "voice",
            "the voice to use where a request names none. A published piper voice, such as "
            "en_US-lessac-medium, that isn't in the folder is downloaded (default: the first of "
            "--language)",
            metavar="NAME",
        ),
        Option(
            "language",
            "the language to speak where a request names neither voice nor language: Home "
            "Assistant names only a voice, where one is chosen",
            default="en",
        ),
        Option(
            "voices-dir",
            "the folder of piper voices, each an .onnx file beside its .onnx.json; what is "
            "downloaded goes there too (default: ~/.local/share/alicia/voices)",
            Path,
            metavar="FOLDER",
        ),
        Option(
            "offline",
            "never download: neither a voice, nor the list of those that could be",
            flag,
            False,
            metavar="on|off",
        ),
        Option("voices-url", "where voices are published", default=VOICES_URL, metavar="URL"),
        Option(
            "max-voices",
            "piper voices that stay in memory, about 100 MB each",
            number(1, 100, whole=True),
            2,
        ),
    ),
)
_MANNER: Final = Group(
    "manner of speaking",
    (
        Option(
            "speed",
            "the pace where a request names none: 1 is the voice's own, 2 is twice as fast",
            number(SLOWEST, FASTEST),
            1.0,
        ),
        Option("sentence-pause", "seconds of silence after a sentence", number(0, 5), 0.2),
        Option(
            "cache-mib",
            "memory for the speech of short replies, which are then said at once when they "
            "come again; 0: none",
            number(0, 1024),
            2.0,
        ),
    ),
)
_PROGRAM: Final = Program(
    name=PROFILE.command,
    description=(
        "Text to speech for Home Assistant (Wyoming) and for the Alicia bus (MQTT). "
        "Serves on loopback until told otherwise."
    ),
    groups=(*shared_groups("tcp://127.0.0.1:10200"), _ENGINE, _MANNER),
)


def build(settings: Settings, values: Mapping[str, Value]) -> TtsService:
    """Return the service that the options describe."""
    options = EngineOptions(
        choice=str(values["engine"]),
        voice=None if values["voice"] is None else str(values["voice"]),
        language=str(values["language"]),
        folder=Path(str(values["voices_dir"] or default_folder())),
        offline=bool(values["offline"]),
        max_loaded=int(str(values["max_voices"])),
        url=str(values["voices_url"]),
    )
    speed, pause, cache = (
        float(str(values[name])) for name in ("speed", "sentence_pause", "cache_mib")
    )
    return TtsService(settings, options, Manner(speed, pause, round(cache * MEBIBYTE)))


def run() -> int:
    """Run the command; returns the exit status."""
    return main(_PROGRAM, PROFILE.stage, build, sys.argv[1:], os.environ)


if __name__ == "__main__":
    sys.exit(run())

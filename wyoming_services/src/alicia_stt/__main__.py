"""The command ``alicia-stt``."""

from collections.abc import Mapping
import os
from pathlib import Path
import sys
from typing import Final

from alicia_sidecar.options import Group, Option, Program, Value
from alicia_sidecar.run import main
from alicia_sidecar.settings import Settings, flag, number, shared_groups

from .engines.base import FULL_WINDOW, WhisperOptions
from .engines.load import CHOICES, EngineOptions
from .pool import Bounds
from .service import PROFILE, SttService


def _silence(text: str) -> float:
    """Convert the silence that ends an utterance: people pause for half a second."""
    return float(text) and number(0.3, 10)(text)


_ENGINE: Final = Group(
    "engine",
    (
        Option(
            "engine",
            "whisper; grammar, which understands commands only and needs no model; or auto: "
            "whisper where there is a model, and grammar where there is none",
            default="whisper",
            choices=CHOICES,
        ),
        Option(
            "model",
            "a Whisper model in CTranslate2's format: its folder, or a name (tiny, base.en, small, "
            "large-v3, owner/name …) that is downloaded on first use (default: what --models-dir "
            "holds, or else tiny, base or small, by this machine's memory and cores)",
            metavar="FOLDER|NAME",
        ),
        Option(
            "models-dir",
            "where models are looked for and downloaded to (default: ~/.local/share/alicia/models)",
            Path,
            metavar="FOLDER",
        ),
        Option(
            "max-loaded",
            "Whisper models in memory at once. The others in --models-dir are loaded when a "
            "request names them, or speaks a language that --model does not; 1: none is",
            number(1, 100, whole=True),
            2,
        ),
        Option(
            "unload-after",
            "seconds after which a model that nobody uses is unloaded; 0: never. The default one "
            "stays, since a house's first sentence in the morning must not wait for it",
            number(0, 86400),
            600.0,
            metavar="SECONDS",
        ),
        Option("offline", "never download", flag, False, metavar="on|off"),
        Option(
            "language",
            "the language of requests that name none (default: detected)",
            metavar="TAG",
        ),
        Option(
            "vocabulary",
            "a JSON file with the house's names, for the grammar, until the bus tells them",
            Path,
            metavar="FILE",
        ),
        Option("device", "cpu, cuda or auto", default="auto", choices=("auto", "cpu", "cuda")),
        Option(
            "compute-type",
            "int8, float16 … as CTranslate2 names them; auto: the fastest that the device can do",
            default="auto",
        ),
        Option("beam-size", "1 is fastest", number(1, 10, whole=True), 1),
        Option(
            "threads",
            "processor threads for one utterance; 0: up to four",
            number(0, 64, whole=True),
            0,
        ),
        Option(
            "window",
            "seconds that Whisper hears at least: less is faster, and too little makes it stutter",
            number(5, 30),
            10.0,
        ),
        Option("full-window", "always hear 30 s, as in Whisper's training", flag, False),
        Option(
            "decode-budget",
            "seconds after which a doubtful text is not decoded once more",
            number(0, 600),
            5.0,
        ),
        Option(
            "endpointing",
            "seconds of silence after which an utterance has ended, whether the client says so or "
            "not; 0: the client always says so",
            _silence,
            0.0,
            metavar="SECONDS",
        ),
    ),
)

_PROGRAM: Final = Program(
    name=PROFILE.command,
    description=(
        "Speech to text for Home Assistant (Wyoming) and for the Alicia bus (MQTT). "
        "Serves on loopback until told otherwise."
    ),
    groups=(*shared_groups("tcp://127.0.0.1:10300"), _ENGINE),
)


def build(settings: Settings, values: Mapping[str, Value]) -> SttService:
    """Return the service that the options describe."""
    model, vocabulary, language = (values[key] for key in ("model", "vocabulary", "language"))
    options = EngineOptions(
        choice=str(values["engine"]),
        model=str(model) if model else None,
        offline=bool(values["offline"]),
        models=Path(str(values["models_dir"] or _default_folder())),
        vocabulary=Path(str(vocabulary)) if vocabulary else None,
        whisper=WhisperOptions(
            device=str(values["device"]),
            compute_type=str(values["compute_type"]),
            beam_size=int(str(values["beam_size"])),
            threads=int(str(values["threads"])),
            workers=settings.workers,
            floor=FULL_WINDOW if values["full_window"] else round(100 * _seconds(values["window"])),
            budget=_seconds(values["decode_budget"]),
        ),
        bounds=Bounds(
            models=int(str(values["max_loaded"])),
            idle=_seconds(values["unload_after"]),
            patience=settings.request_timeout,
        ),
    )
    endpointing = _seconds(values["endpointing"])
    return SttService(settings, options, str(language) if language else None, endpointing)


def _seconds(value: Value) -> float:
    return float(str(value))


def run() -> int:
    """Run the command; returns the exit status."""
    return main(_PROGRAM, PROFILE.stage, build, sys.argv[1:], os.environ)


def _default_folder() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "alicia" / "models"


if __name__ == "__main__":
    sys.exit(run())

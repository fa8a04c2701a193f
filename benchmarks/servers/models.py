"""Makes the models to measure with, in the sidecars' environment, which has what that takes."""

from pathlib import Path
import subprocess

VOICE = "en_US-tone-low"
VITS = "en_US-vits-medium"
_PYTHON = ".venv-sidecars/bin/python"


def make_whisper(folder: Path, shape: str = "base") -> Path:
    """Write a scripted Whisper with the shape of Whisper base in int8; returns its folder."""
    _make("tests.models.scripted_whisper", str(folder), "--shape", shape)
    return folder


def make_voice(folder: Path) -> Path:
    """Write the tone voice; returns the folder."""
    _make("tests.models.tone_voice", str(folder), "--name", VOICE)
    return folder


def make_vits(folder: Path) -> Path:
    """Write the voice with the shape of VITS, whole and below it in two; returns the folder."""
    _make("tests.models.vits_voice", str(folder), "--name", VITS)
    return folder


def _make(*words: str) -> None:
    subprocess.run([_PYTHON, "-m", *words], check=True)

"""Who is measured, and with which settings: the same models, two threads, int8, on the CPU."""

from dataclasses import dataclass
from pathlib import Path

_OURS = ".venv-sidecars/bin/python"
_PEERS = ".venv-peers/bin/python"
_THREADS = "2"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server and its command line; {uri} stands for its address."""

    name: str
    argv: tuple[str, ...]


def our_whisper(model: Path, beam: int, *extra: str) -> Contender:
    """Return our speech-to-text server with a model, and more options."""
    options = ("--engine", "whisper", "--model", str(model), "--device", "cpu")
    compute = ("--compute-type", "int8", "--threads", _THREADS, "--beam-size", str(beam))
    argv = (_OURS, "-m", "alicia_stt", "--uri", "{uri}", *options, *compute)
    return Contender(f"alicia_stt, beam {beam}", (*argv, *extra))


def peer_whisper(model: Path, beam: int, *extra: str) -> Contender:
    """Return wyoming-faster-whisper with a model, and more options."""
    options = ("--stt-library", "faster-whisper", "--model", str(model), "--data-dir", str(model))
    compute = ("--compute-type", "int8", "--cpu-threads", _THREADS, "--beam-size", str(beam))
    argv = (_PEERS, "-m", "wyoming_faster_whisper", "--uri", "{uri}", "--device", "cpu")
    return Contender(
        f"wyoming-faster-whisper, beam {beam}",
        (*argv, "--local-files-only", *options, *compute, *extra),
    )


def our_piper(voices: Path, voice: str) -> Contender:
    """Return our text-to-speech server with a folder of voices."""
    options = ("--engine", "piper", "--voices-dir", str(voices), "--voice", voice)
    argv = (_OURS, "-m", "alicia_tts", "--uri", "{uri}", "--offline", "on", *options)
    return Contender("alicia_tts", argv)


def peer_piper(voices: Path, voice: str) -> Contender:
    """Return wyoming-piper with a folder of voices."""
    options = ("--local-files-only", "--data-dir", str(voices), "--voice", voice)
    return Contender("wyoming-piper", (_PEERS, "-m", "wyoming_piper", "--uri", "{uri}", *options))

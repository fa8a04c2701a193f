"""piper: neural voices, each a file of its own."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.metadata import version
import os
from pathlib import Path
from threading import Lock
from typing import Final

from alicia_bus.errors import CommandError, ErrorCode

from .base import About, Cancellation, SpeechAudio, Utterance, Voice
from .piper_halves import forget_halves
from .piper_model import PiperModel
from .piper_voices import files_of, find_voices, fingerprint

_MAX_THREADS: Final = 4  # more add nothing to a sentence


class PiperEngine:
    """Speaks with the voices in some folders; the few used last stay loaded."""

    def __init__(self, folders: Sequence[Path], max_loaded: int = 2) -> None:
        self.about = About(
            "piper",
            "Open Home Foundation",
            "https://github.com/OHF-Voice/piper1-gpl",
            version("piper-tts"),
        )
        self._folders = folders
        self._seen = self._used = fingerprint(folders)
        self._found = find_voices(folders)
        self._threads = min(os.cpu_count() or 1, _MAX_THREADS)
        self._loaded = _Recent(max_loaded)

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices that are there."""
        return tuple(voice for voice, _ in self._found.values())

    def refresh(self) -> bool:
        """Look for voices anew; those that are still being written wait for the next look."""
        seen = fingerprint(self._folders)
        is_settled, self._seen = seen == self._seen, seen
        if not is_settled or seen == self._used:
            return False
        changed = {path for path in {*seen, *self._used} if seen.get(path) != self._used.get(path)}
        self._used = seen
        before, self._found = self._found, find_voices(self._folders)
        for name, (_, path) in before.items():
            if not changed.isdisjoint(files_of(path)):
                self._loaded.forget(name)
        for folder in self._folders:
            forget_halves(folder, self._found)
        return True

    def takes_clauses(self, voice: Voice, /) -> bool:
        """A voice in two begins within its sentence; of one that is not loaded nobody knows."""
        return not self._loaded.begins_early(voice.name)

    def prepare(self, voice: Voice) -> None:
        """Load a voice and run it once: the first sentence of a model takes longer."""
        self._model(voice.name).prepare()

    def synthesize(self, utterance: Utterance, cancellation: Cancellation) -> Iterator[SpeechAudio]:
        """Yield each sentence's speech."""
        yield from self._model(utterance.voice.name).synthesize(utterance, cancellation)

    def _model(self, name: str) -> PiperModel:
        if name not in self._found:
            raise CommandError(ErrorCode.NOT_FOUND, f"the voice {name} is not installed")
        return self._loaded.get(name, self._found[name][1], self._threads)


class _Recent:
    """The models used last. One that is cold is loaded once, however many ask for it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._loading: dict[str, Lock] = {}
        self._models: OrderedDict[str, PiperModel] = OrderedDict()

    def forget(self, name: str) -> None:
        """Its files are others now."""
        with self._lock:
            self._models.pop(name, None)

    def begins_early(self, name: str) -> bool:
        """Tell whether a model is there, and begins within its sentence."""
        with self._lock:
            model = self._models.get(name)
        return model is not None and model.begins_early

    def get(self, name: str, path: Path, threads: int) -> PiperModel:
        with self._lock:
            loading = self._loading.setdefault(name, Lock())
        with loading:
            with self._lock:
                if (model := self._models.get(name)) is not None:
                    self._models.move_to_end(name)
                    return model
            model = PiperModel(path, threads)
            with self._lock:
                self._models[name] = model
                while len(self._models) > self._size:
                    self._models.popitem(last=False)
            return model

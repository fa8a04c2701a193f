"""The cepstral mean of an utterance: what its speaker, room and microphone add to all of it.

The decoder adapts its own too slowly for a command. What it has gathered after the whole of it,
less what it began with, is the command's own.
"""

from collections.abc import Iterable

from .sphinx import FRAME_BYTES, Sphinx

_SEARCH = "one word"

#: The running mean that pocketsphinx starts with weighs as much as this many frames.
_WEIGHT = 500


class MeanFinder:
    """Finds means in a hundredth of a decoding's time."""

    def __init__(self) -> None:
        # The end of an utterance searches all of it: so with as good as nothing to find.
        self._sphinx = Sphinx(scores_all=False)
        decoder = self._sphinx.decoder
        decoder.add_word("ah", "AA")
        decoder.add_fsg(_SEARCH, decoder.create_fsg(_SEARCH, 0, 1, [(0, 1, 1.0, "ah")]))
        self._first = _numbers(decoder.get_cmn())

    @property
    def first(self) -> str:
        """The mean that every utterance would begin with."""
        return _text(self._first)

    def find(self, pcm: bytes) -> str:
        """Return the mean of these samples."""
        gathered = self._gather(pcm)
        frames = max(1, len(pcm) // FRAME_BYTES)
        return _text(
            ((_WEIGHT + frames) * after - _WEIGHT * before) / frames
            for before, after in zip(self._first, gathered, strict=True)
        )

    def _gather(self, pcm: bytes) -> list[float]:
        """Return the running mean after this sound."""
        self._sphinx.begin(_SEARCH, self.first)
        decoder = self._sphinx.decoder
        decoder.process_raw(pcm, no_search=True, full_utt=False)
        gathered = _numbers(decoder.get_cmn(update=True))
        self._sphinx.end()
        return gathered


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def _text(numbers: Iterable[float]) -> str:
    return ",".join(f"{number:.4f}" for number in numbers)

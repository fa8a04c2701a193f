"""Pocketsphinx, twice over the same speech: along the grammar, and phone by phone.

The scores of both passes are taken against the best of all the model's states in each frame
(``compallsen``), so that they can be compared frame by frame.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import math

from pocketsphinx import Decoder, get_model_path

from .compiler import Grammar
from .likelihood import weighted_arcs

#: Frames a second, and bytes of 16-bit mono samples at 16 kHz in each.
FRAME_RATE = 100
FRAME_BYTES = 320

_GRAMMAR = "grammar"
_PHONES = "phones"

#: The running mean that pocketsphinx starts with weighs as much as this many frames.
_MEAN_WEIGHT = 500


@dataclass(frozen=True, slots=True)
class Segment:
    """A word or phone with its first and last frame and its acoustic log score."""

    label: str
    first: int
    last: int
    score: float

    @property
    def frames(self) -> int:
        """Return its length in frames."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the grammar where it was heard, and the phones it was heard as."""

    text: str
    phones: tuple[str, ...]
    place: Segment


@dataclass(frozen=True, slots=True)
class Heard:
    """The best sentence of the grammar, whatever was said, and the phones that were."""

    words: tuple[Word, ...]
    path: tuple[Segment, ...]
    phones: tuple[Segment, ...]


class GrammarDecoder:
    """Decodes one utterance after another; none leaves a trace in the next."""

    def __init__(self, grammar: Grammar) -> None:
        self._decoder = Decoder(
            hmm=get_model_path("en-us/en-us"),
            dict=None,
            lm=None,
            # The lattice's best path disagrees with the search's, and is more often wrong.
            bestpath=False,
            compallsen=True,
            loglevel="FATAL",
        )
        #: The word and the phones that each of the decoder's labels stands for.
        self._spellings: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._add_words(grammar)
        self._decoder.add_allphone_file(_PHONES, None)
        self._first_mean = _numbers(self._decoder.get_cmn())

    def decode(self, pcm: bytes) -> Heard | None:
        """Return what was heard; None where no sentence of the grammar comes near."""
        mean = self._mean_of(pcm)
        path = self._search(_GRAMMAR, mean, pcm)
        words = tuple(
            Word(*self._spellings[segment.label], segment)
            for segment in path
            if segment.label in self._spellings
        )
        return Heard(words, path, self._search(_PHONES, mean, pcm)) if words else None

    def _search(self, name: str, mean: str, pcm: bytes) -> tuple[Segment, ...]:
        decoder = self._decoder
        decoder.activate_search(name)
        decoder.reinit_feat()
        decoder.set_cmn(mean)
        decoder.start_utt()
        decoder.process_raw(pcm, no_search=False, full_utt=False)
        decoder.end_utt()
        if decoder.hyp() is None:
            return ()
        return tuple(
            Segment(s.word, s.start_frame, s.end_frame, math.log(max(s.ascore, 1e-12)))
            for s in decoder.seg()
            if s.word != "(NULL)"
        )

    def _mean_of(self, pcm: bytes) -> str:
        """Return the utterance's own cepstral mean.

        The decoder adapts its mean too slowly for a command; what it has gathered after the
        whole of it, less what it began with, is the command's own.
        """
        self._decoder.activate_search(_PHONES)
        gathered = self._gather(pcm)
        frames = max(1, len(pcm) // FRAME_BYTES)
        return _text(
            ((_MEAN_WEIGHT + frames) * after - _MEAN_WEIGHT * before) / frames
            for before, after in zip(self._first_mean, gathered, strict=True)
        )

    def _gather(self, pcm: bytes) -> list[float]:
        """Return the running mean after this sound."""
        decoder = self._decoder
        # A new front end: the old one has learnt the noise of the utterance before.
        decoder.reinit_feat()
        decoder.set_cmn(_text(self._first_mean))
        decoder.start_utt()
        decoder.process_raw(pcm, no_search=True, full_utt=False)
        gathered = _numbers(decoder.get_cmn(update=True))
        decoder.end_utt()
        return gathered

    def _add_words(self, grammar: Grammar) -> None:
        labels: dict[str, str] = {}
        for number, (text, sounds) in enumerate(sorted(grammar.sounds.items())):
            labels[text] = f"w{number}"
            for variant, phones in enumerate(sounds, start=1):
                label = labels[text] if variant == 1 else f"{labels[text]}({variant})"
                self._decoder.add_word(label, phones, update=False)
                self._spellings[label] = (text, tuple(phones.split()))
        end = len(grammar.automaton.arcs)
        arcs = list(_transitions(grammar, labels, end))
        self._decoder.add_fsg(_GRAMMAR, self._decoder.create_fsg(_GRAMMAR, 0, end, arcs))


def _transitions(
    grammar: Grammar, labels: Mapping[str, str], end: int
) -> Iterator[tuple[int, int, float] | tuple[int, int, float, str]]:
    """Yield the automaton's arcs; one without a word leads from each ending to the end."""
    for state, target, likely, word in weighted_arcs(grammar.automaton):
        if word in labels:
            yield state, target, likely, labels[word]
    for state in grammar.automaton.ends:
        yield state, end, 1.0


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def _text(numbers: Iterable[float]) -> str:
    return ",".join(f"{number:.4f}" for number in numbers)

"""Pocketsphinx, twice over the same speech: along the grammar, and phone by phone.

The scores of both passes are taken against the best of all the model's states in each frame,
so that they can be compared frame by frame.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .compiler import Grammar
from .likelihood import weighted_arcs
from .mean import MeanFinder
from .sphinx import FRAME_BYTES, IsLeft, Segment, Sphinx, never

_GRAMMAR = "grammar"
_PHONES = "phones"

#: Frames that are scored so that those of the utterance before are forgotten, on which the last
#: digit of the first scores depends. More than a silence: that forgets nothing.
_FORGETTING = 40


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
        self._mean = MeanFinder()
        self._sphinx = Sphinx(scores_all=True)
        #: The word and the phones that each of the decoder's labels stands for.
        self._spellings: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._add_words(grammar)
        self._sphinx.decoder.add_allphone_file(_PHONES, None)
        #: Hears the phones of speech that goes on, beside its words.
        self._phones = Sphinx(scores_all=True)
        self._phones.decoder.add_allphone_file(_PHONES, None)
        self._followed = 0

    def decode(self, pcm: bytes, is_left: IsLeft = never) -> Heard | None:
        """Return what was heard; None where no sentence of the grammar comes near.

        It is worth nothing once nobody waits for it.
        """
        self.forget()
        mean = self._mean.find(pcm)
        frames = len(pcm) // FRAME_BYTES
        even = max(0, frames - _FORGETTING) // 2 * 2  # the decoder keeps two frames in turns
        self._search(_PHONES, self._mean.first, pcm[even * FRAME_BYTES :], is_left)
        path = self._search(_GRAMMAR, mean, pcm, is_left)
        words = self._read(path)
        return Heard(words, path, self._search(_PHONES, mean, pcm, is_left)) if words else None

    def follow(self, pcm: bytes, is_left: IsLeft = never) -> Heard | None:
        """Return what was heard so far of speech that goes on.

        Takes all of it each time, and decodes what is new. It is heard with the mean that it had
        by then; so the words are nearly, not quite, those of the whole.
        """
        mean = self._mean.find(pcm)
        for sphinx, search in ((self._sphinx, _GRAMMAR), (self._phones, _PHONES)):
            if self._followed:
                sphinx.decoder.set_cmn(mean)
            else:
                sphinx.begin(search, mean)
            sphinx.hear(pcm[self._followed :], is_left)
        self._followed = 0 if is_left() else len(pcm)
        path = self._sphinx.segments
        words = self._read(path)
        return Heard(words, path, self._phones.segments) if words else None

    def forget(self) -> None:
        """Follow other speech from now on."""
        self._followed = 0

    def _search(self, name: str, mean: str, pcm: bytes, is_left: IsLeft) -> tuple[Segment, ...]:
        self._sphinx.begin(name, mean)
        self._sphinx.hear(pcm, is_left)
        self._sphinx.end()
        return self._sphinx.segments

    def _read(self, path: tuple[Segment, ...]) -> tuple[Word, ...]:
        """Return the words on a path, which has silences and noises too."""
        return tuple(
            Word(*self._spellings[segment.label], segment)
            for segment in path
            if segment.label in self._spellings
        )

    def _add_words(self, grammar: Grammar) -> None:
        decoder = self._sphinx.decoder
        labels: dict[str, str] = {}
        for number, (text, sounds) in enumerate(sorted(grammar.sounds.items())):
            labels[text] = f"w{number}"
            for variant, phones in enumerate(sounds, start=1):
                label = labels[text] if variant == 1 else f"{labels[text]}({variant})"
                decoder.add_word(label, phones, update=False)
                self._spellings[label] = (text, tuple(phones.split()))
        end = len(grammar.automaton.arcs)
        arcs = list(_transitions(grammar, labels, end))
        decoder.add_fsg(_GRAMMAR, decoder.create_fsg(_GRAMMAR, 0, end, arcs))


def _transitions(
    grammar: Grammar, labels: Mapping[str, str], end: int
) -> Iterator[tuple[int, int, float] | tuple[int, int, float, str]]:
    """Yield the automaton's arcs; one without a word leads from each ending to the end."""
    for state, target, likely, word in weighted_arcs(grammar.automaton):
        if word in labels:
            yield state, target, likely, labels[word]
    for state in grammar.automaton.ends:
        yield state, end, 1.0

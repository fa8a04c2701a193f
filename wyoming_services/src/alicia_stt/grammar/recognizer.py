"""The command-grammar recogniser: commands of this house as text, anything else as nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from .compiler import compile_grammar
from .decoder import GrammarDecoder
from .evidence import Evidence, weigh
from .judge import judge
from .speech import SpeechFinder
from .vocabulary import Vocabulary

#: A pause in which to look whether the speaker is done, in seconds.
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class GrammarResult:
    """What was commanded; without a text, nothing was."""

    text: str = ""
    confidence: float = 0.0
    accepted: bool = False


NOTHING = GrammarResult()


@dataclass(frozen=True, slots=True)
class Guess:
    """The nearest sentence, what speaks for it, and whether it moves a lock or cover."""

    text: str
    evidence: Evidence
    guarded: bool


class GrammarRecognizer:
    """Understands one house's commands; make another where its names change.

    Making one takes a second or two, so do that beside the one in use. Every method blocks;
    several threads may have a session each.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._grammar = compile_grammar(vocabulary)
        self._lock = Lock()
        self._idle = [GrammarDecoder(self._grammar)]

    def start(self) -> "RecognizerSession":
        """Return a session for one utterance."""
        return RecognizerSession(self)

    def recognize(self, pcm: bytes) -> GrammarResult:
        """Return what these samples command."""
        guess = self.guess(pcm)
        if guess is None:
            return NOTHING
        verdict = judge(guess.evidence, guarded=guess.guarded)
        if not verdict.accepted:
            return GrammarResult(confidence=verdict.confidence)
        return GrammarResult(guess.text, verdict.confidence, accepted=True)

    def guess(self, pcm: bytes) -> Guess | None:
        """Return the sentence that is nearest to these samples, however far; None if none is."""
        with self._decoder() as decoder:
            heard = decoder.decode(pcm)
        words = [word.text for word in heard.words] if heard else []
        if heard is None or not self._grammar.automaton.accepts(words):
            return None
        guarded = not self._grammar.guarded.isdisjoint(words)
        return Guess(self._grammar.write(words), weigh(heard), guarded)

    @contextmanager
    def _decoder(self) -> Iterator[GrammarDecoder]:
        """Lend a decoder; one that failed isn't used again."""
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or GrammarDecoder(self._grammar)
        yield decoder
        with self._lock:
            self._idle.append(decoder)


class RecognizerSession:
    """One utterance, decoded in its speaker's pauses so that the end of it costs nothing."""

    def __init__(self, recognizer: GrammarRecognizer) -> None:
        self._recognizer = recognizer
        self._finder = SpeechFinder()
        self._known: tuple[float, GrammarResult] = (0.0, NOTHING)

    @property
    def known(self) -> GrammarResult:
        """What was commanded, as of the latest pause."""
        return self._known[1]

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        self._finder.feed(pcm)
        if self._finder.pause >= _PAUSE:
            self._look()

    def finish(self) -> GrammarResult:
        """Return what was commanded."""
        self._look()
        return self._known[1]

    def _look(self) -> None:
        finder = self._finder
        if finder.spoken == self._known[0]:
            return
        recognize = self._recognizer.recognize
        result = recognize(finder.speech()) if finder.plausible else NOTHING
        self._known = (finder.spoken, result)

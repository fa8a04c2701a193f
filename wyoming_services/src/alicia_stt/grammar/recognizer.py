"""The command-grammar recogniser: commands of this house as text, anything else as nothing."""

from dataclasses import dataclass
from queue import Empty, SimpleQueue

from .compiler import compile_grammar
from .decoder import GrammarDecoder, Heard
from .evidence import Evidence, weigh
from .judge import judge
from .vocabulary import Vocabulary


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
        self.grammar = compile_grammar(vocabulary)
        self._idle: SimpleQueue[GrammarDecoder] = SimpleQueue()
        self._idle.put(GrammarDecoder(self.grammar))

    def lend(self) -> GrammarDecoder:
        """Return a decoder that nobody else has."""
        try:
            return self._idle.get_nowait()
        except Empty:
            return GrammarDecoder(self.grammar)

    def take_back(self, decoder: GrammarDecoder) -> None:
        """Keep a decoder for the next one; not one that failed."""
        decoder.forget()
        self._idle.put(decoder)

    def decide(self, heard: Heard | None) -> GrammarResult:
        """Return what is commanded by what was heard."""
        guess = self.guess(heard)
        if guess is None:
            return NOTHING
        verdict = judge(guess.evidence, guarded=guess.guarded)
        if not verdict.accepted:
            return GrammarResult(confidence=verdict.confidence)
        return GrammarResult(guess.text, verdict.confidence, accepted=True)

    def guess(self, heard: Heard | None) -> Guess | None:
        """Return the sentence that is nearest to what was heard, however far; None if none is."""
        words = [word.text for word in heard.words] if heard else []
        if heard is None or not self.grammar.automaton.accepts(words):
            return None
        guarded = not self.grammar.guarded.isdisjoint(words)
        return Guess(self.grammar.write(words), weigh(heard), guarded)

"""From templates to the automaton of every sentence this house understands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)

from .lexicon import Sounds, pronounce
from .lists import HOUSE_LISTS
from .network import BOUNDARY, Automaton, Network, minimal
from .numbers import digits_in, spoken, written
from .sentences import Template, load_intents, speakable, templates
from .vocabulary import Vocabulary

#: Domains of what must not obey a television.
GUARDED = frozenset({"cover", "lock", "valve"})


@dataclass(frozen=True, slots=True)
class Grammar:
    """Every sentence a house understands, how it sounds and how it is written."""

    automaton: Automaton
    sounds: Mapping[str, Sounds]
    digits: Mapping[str, str]
    #: Words said only to what guards the house.
    guarded: frozenset[str]

    def write(self, words: Iterable[str]) -> str:
        """Return the sentence of these words as Home Assistant best reads it."""
        return written(" ".join(words), self.digits)


def compile_grammar(vocabulary: Vocabulary) -> Grammar:
    """Return the grammar of this house; takes about a second."""
    intents = load_intents(vocabulary.language)
    network = Network()
    guarding: set[str] = set()
    free: set[str] = set()
    for template in templates(vocabulary, intents):
        words = _Writer(network, template).write()
        if template.domains and template.domains <= GUARDED:
            guarding |= words
        elif not template.asks:
            free |= words
    automaton = minimal(network)
    said = pronounce(spoken(word) for word in automaton.words)
    sounds = {word: said[spoken(word)] for word in automaton.words if spoken(word) in said}
    digits = digits_in(intents, vocabulary.language)
    return Grammar(automaton, sounds, digits, frozenset(guarding - free))


class _Writer:
    """Writes one template into the network."""

    def __init__(self, network: Network, template: Template) -> None:
        self._network = network
        self._template = template
        self._rules: Mapping[str, Sentence] = template.rules
        self._used: set[str] = set()

    def write(self) -> set[str]:
        """Add the template's sentences from start to end; return the words they use."""
        end = self._add(self._template.sentence.expression, self._network.start)
        if end is not None:
            self._network.join(end, BOUNDARY, self._network.final)
        return self._used

    def _add(self, expression: Expression, source: int) -> int | None:
        """Add the expression after `source`; None if it can't be spoken."""
        match expression:
            case TextChunk():
                return self._literal(expression.text, source)
            case ListReference():
                return self._list(expression.list_name, source)
            case RuleReference():
                return self._add(self._rules[expression.rule_name].expression, source)
            case Alternative():
                return self._one_of(expression.items, source)
            case Permutation():
                return self._in_any_order(expression.items, source)
            case Group():
                return self._in_order(expression.items, source)
        raise TypeError(f"No such template expression: {expression!r}")

    def _literal(self, text: str, source: int) -> int | None:
        text = text.casefold()
        if not speakable(text):
            return None
        return self._text(text.replace("-", BOUNDARY), source)

    def _in_order(self, items: Sequence[Expression], source: int) -> int | None:
        state: int | None = source
        for item in items:
            if state is None:
                return None
            state = self._add(item, state)
        return state

    def _in_any_order(self, items: Sequence[Expression], source: int) -> int | None:
        return self._meet([self._in_order(order, source) for order in permutations(items)])

    def _one_of(self, items: Sequence[Expression], source: int) -> int | None:
        return self._meet([self._add(item, source) for item in items])

    def _list(self, name: str, source: int) -> int | None:
        """Add a list's values; the house's names are kept as their owner wrote them."""
        add = self._name if name in HOUSE_LISTS else self._add
        return self._meet([add(value, source) for value in self._template.lists[name]])

    def _name(self, name: Expression, source: int) -> int:
        if not isinstance(name, TextChunk):
            raise TypeError(name)
        return self._text(name.text, source)

    def _text(self, text: str, source: int) -> int:
        self._used.update(text.split())
        return self._network.text(source, text)

    def _meet(self, ends: Sequence[int | None]) -> int | None:
        reached = [end for end in ends if end is not None]
        if not reached:
            return None
        meeting = self._network.state()
        for end in reached:
            self._network.join(end, "", meeting)
        return meeting

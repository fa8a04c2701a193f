"""The grammar has the sentences that make sense in the house, and no others."""

import pytest

from alicia_stt.grammar import Entity, Vocabulary
from alicia_stt.grammar.compiler import Grammar, compile_grammar
from alicia_stt.grammar.sentences import UnsupportedLanguageError
from demo.trial.meaning import understand
from demo.trial.names import HOUSE
from demo.trial.sentences import Part, commands, part_of


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    """Return the grammar of the demo's house."""
    return compile_grammar(HOUSE)


def accepts(grammar: Grammar, written: str) -> bool:
    """Return whether some path of the grammar is written like this."""
    back = {digits: words for words, digits in grammar.digits.items()}
    return grammar.automaton.accepts(
        [word for part in written.split() for word in back.get(part, part).split()]
    )


@pytest.mark.parametrize(
    "written",
    [
        "turn on the kitchen light",
        "open the garage door",
        "set a timer for half an hour",
        "set a 15 minute timer",
        "movie night",
        "is the front door locked",
        "set the thermostat to 20.5 degrees",
    ],
)
def test_known(grammar: Grammar, written: str) -> None:
    """Sentences of Home Assistant's with this house's names."""
    assert accepts(grammar, written)


@pytest.mark.parametrize(
    "written",
    [
        "the kitchen light",  # a name is no order
        "turn on the bathroom light",
        "start the vacuum",
        "turn on the desk lamp in the kitchen",  # it stands in the office
        "open the window",
        "turn on the",
    ],
)
def test_unknown(grammar: Grammar, written: str) -> None:
    """What the house hasn't got is not in its grammar."""
    assert not accepts(grammar, written)


def test_every_sampled_command_is_in_the_grammar(grammar: Grammar) -> None:
    """The trial's sentences come from the same templates, and mean something."""
    drawn = commands(HOUSE, Part.DEVELOPMENT, seed=3, count=60)
    assert [c.written for c in drawn if not accepts(grammar, c.written)] == []
    assert all(understand(c.written, HOUSE) == c.meaning for c in drawn)


def test_parts_are_disjoint() -> None:
    """A sentence is in one part for ever, and a seed always draws the same."""
    held_out = commands(HOUSE, Part.HELD_OUT, seed=3, count=20)
    assert {part_of(command.text) for command in held_out} == {Part.HELD_OUT}
    assert held_out == commands(HOUSE, Part.HELD_OUT, seed=3, count=20)


def test_guarded_words(grammar: Grammar) -> None:
    """Words that move locks and covers only are known as such."""
    assert {"unlock", "lock", "open", "close", "front"} <= grammar.guarded
    assert grammar.guarded.isdisjoint({"turn", "on", "kitchen", "time", "timer"})


def test_a_house_without_names() -> None:
    """Time and timers need no entity; a light needs one."""
    empty = compile_grammar(Vocabulary())
    assert accepts(empty, "what time is it")
    assert not accepts(empty, "turn on the lights")
    lit = compile_grammar(Vocabulary(entities=(Entity("Lamp", "light"),)))
    assert accepts(lit, "turn on lamp")


def test_other_languages() -> None:
    """Only English sentences can be recognised."""
    assert compile_grammar(Vocabulary(language="en-GB")).automaton.words
    with pytest.raises(UnsupportedLanguageError, match="not de"):
        compile_grammar(Vocabulary(language="de"))

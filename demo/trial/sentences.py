"""Commands drawn from Home Assistant's own sentence templates with this house's names."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
import hashlib
import random

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import Intents

from alicia_stt.grammar import Vocabulary
from alicia_stt.grammar.numbers import digits_in, spoken, written
from alicia_stt.grammar.sentences import Template, load_intents, speakable, templates

from .meaning import Meaning, understand


class Part(Enum):
    """The half of all sentences that the recogniser was fitted on, and the other one."""

    DEVELOPMENT = 0
    HELD_OUT = 1


@dataclass(frozen=True, slots=True)
class Command:
    """A sentence as it is said and as it is best written, and what it means."""

    text: str
    written: str
    meaning: Meaning


def part_of(text: str) -> Part:
    """Return the part that a sentence belongs to, for ever."""
    return Part(hashlib.sha256(text.encode()).digest()[0] % 2)


def commands(
    vocabulary: Vocabulary,
    part: Part,
    seed: int,
    count: int,
    intents: Collection[str] = (),
) -> tuple[Command, ...]:
    """Return different commands of one part, drawn intent by intent; all intents if none named.

    Left out are sentences that mean something only in a room that Home Assistant knows.
    """
    data = load_intents(vocabulary.language)
    digits = digits_in(data, vocabulary.language)
    drawn: dict[str, Command] = {}
    for marked in _endless(vocabulary, data, random.Random(seed), intents):
        text = spoken(marked)
        if text in drawn or part_of(text) is not part:
            continue
        form = written(marked, digits)
        if meaning := understand(form, vocabulary):
            drawn[text] = Command(text, form, meaning)
        if len(drawn) == count:
            break
    return tuple(drawn.values())


def _endless(
    vocabulary: Vocabulary, data: Intents, rng: random.Random, intents: Collection[str]
) -> Iterator[str]:
    """Yield sentences, their numbers' words marked."""
    by_intent: dict[str, list[Template]] = {}
    for template in templates(vocabulary, data):
        if not template.needs_area and (not intents or template.intent in intents):
            by_intent.setdefault(template.intent, []).append(template)
    names = sorted(by_intent)
    while True:
        template = rng.choice(by_intent[rng.choice(names)])
        text = _sentence(template, template.sentence.expression, rng)
        if speakable(text):
            yield " ".join(text.replace("-", " ").split())


def _sentence(template: Template, expression: Expression, rng: random.Random) -> str:
    match expression:
        case TextChunk():
            return expression.text
        case ListReference():
            value = rng.choice(template.lists[expression.list_name])
            return _sentence(template, value, rng)
        case RuleReference():
            return _sentence(template, template.rules[expression.rule_name].expression, rng)
        case Alternative():
            return _sentence(template, rng.choice(expression.items), rng)
        case Permutation():
            items = rng.sample(expression.items, len(expression.items))
            return "".join(_sentence(template, item, rng) for item in items)
        case Group():
            return "".join(_sentence(template, item, rng) for item in expression.items)
    raise TypeError(f"No such template expression: {expression!r}")

"""What can stand in a template's lists: the house's names, words and spoken numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hassil.expression import Expression, TextChunk
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList
from hassil.sample import sample_expression

from .numbers import number_words
from .vocabulary import Entity, Vocabulary

#: Lists whose values are the house's own; floors are not part of the vocabulary.
HOUSE_LISTS = frozenset({"name", "area", "floor"})

#: A cover's class is sayable where a cover's name says it ("Living Room Blinds").
CLASS_LISTS = {"cover_classes": frozenset({"cover"})}


@dataclass(frozen=True, slots=True)
class Lists:
    """The values of every list for one block of sentences in one house."""

    vocabulary: Vocabulary
    intents: Intents
    block: IntentData
    domains: frozenset[str]

    def fill(self, wanted: frozenset[str]) -> Iterator[dict[str, tuple[Expression, ...]]]:
        """Yield the values of these lists: once, or once an area for what stands in it."""
        local = "area" in wanted and bool(wanted & ({"name"} | CLASS_LISTS.keys()))
        areas = self.vocabulary.areas_with(self.domains)
        for inside in [(area,) for area in areas] if local else [areas]:
            entities = self.vocabulary.within(self.domains, inside if local else None)
            filled = {name: tuple(self._values(name, entities, inside)) for name in wanted}
            if all(filled.values()):
                yield filled

    def _values(
        self, name: str, entities: Sequence[Entity], areas: Sequence[str]
    ) -> Iterator[Expression]:
        if name in HOUSE_LISTS:
            texts = {"name": [entity.name for entity in entities], "area": areas}
            yield from (TextChunk(" ".join(t.casefold().split())) for t in texts.get(name, ()))
            return
        values = self.block.slot_lists.get(name) or self.intents.slot_lists[name]
        if isinstance(values, RangeSlotList):
            # What is written right behind a number ("20k") is spoken as a word of its own.
            for words, _ in number_words(values, self.vocabulary.language):
                yield TextChunk(f"{words} ")
        elif isinstance(values, TextSlotList):
            for value in values.values:
                if name not in CLASS_LISTS or _named(value.text_in, name, entities):
                    yield value.text_in


def _named(expression: Expression, list_name: str, entities: Sequence[Entity]) -> bool:
    """Return whether some entity's name says this class."""
    forms = [form.strip() for form in sample_expression(expression, {}, {})]
    names = [e.name.casefold() for e in entities if e.domain in CLASS_LISTS[list_name]]
    return any(form in name for form in forms for name in names)


def is_number(values: SlotList | None) -> bool:
    """Return whether this list holds numbers."""
    return isinstance(values, RangeSlotList)

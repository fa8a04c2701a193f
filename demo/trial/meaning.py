"""What Home Assistant's own agent understands a sentence to mean."""

from dataclasses import dataclass
from functools import cache

from hassil.intents import Intents, SlotList, TextSlotList
from hassil.recognize import RecognizeResult, recognize_best

from alicia_stt.grammar import Vocabulary
from alicia_stt.grammar.sentences import load_intents


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent and the values of its slots; equal meanings do the same thing."""

    intent: str
    slots: tuple[tuple[str, str], ...]

    @property
    def domains(self) -> frozenset[str]:
        """Return the domains that the slots name."""
        return frozenset(value for name, value in self.slots if name == "domain")


def understand(text: str, vocabulary: Vocabulary) -> Meaning | None:
    """Return what Home Assistant makes of the text, spoken to a device without an area."""
    found: RecognizeResult | None = recognize_best(
        text,
        _intents(vocabulary.language),
        slot_lists=_slot_lists(vocabulary),
        language=vocabulary.language,
        best_slot_name="name",
    )
    if found is None:
        return None
    slots = ((name, _same(entity.value)) for name, entity in found.entities.items())
    return Meaning(found.intent.name, tuple(sorted(slots)))


def _same(value: object) -> str:
    """Return equal text for equal values, 50 and 50.0 among them."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


@cache
def _intents(language: str) -> Intents:
    return load_intents(language)


@cache
def _slot_lists(vocabulary: Vocabulary) -> dict[str, SlotList]:
    names = [(e.name, e.name, {"domain": e.domain}) for e in vocabulary.entities]
    areas = [(area, area) for area in vocabulary.areas]
    return {
        "name": TextSlotList.from_tuples(names, allow_template=False, name="name"),
        "area": TextSlotList.from_tuples(areas, allow_template=False, name="area"),
        "floor": TextSlotList.from_tuples([], allow_template=False, name="floor"),
    }

"""The names of the demo's house, as Home Assistant exposes them."""

from alicia_stt.grammar import Entity, Vocabulary

from ..house.things import AREAS, THINGS

HOUSE = Vocabulary(
    language="en",
    entities=tuple(Entity(thing.name, thing.domain, thing.area) for thing in THINGS),
    areas=tuple(AREAS),
)

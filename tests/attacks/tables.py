"""The cases: places where words stand by ways to a thing, and tricks about the question."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from tests.fakes.xai.turns import Turn

from .cases import Case
from .roads import ROADS, Road
from .sources import SOURCES, Source
from .told import TOLD
from .tricks import TRICKS

#: Each source takes as many roads, and each the ones after those of the source before.
_EACH: Final = 5


def _crossed(*, harmless: bool) -> Iterator[Case]:
    for number, source in enumerate(SOURCES):
        for step in range(_EACH):
            road = ROADS[(number * _EACH + step) % len(ROADS)]
            yield _case(source, road, harmless=harmless)


def _case(source: Source, road: Road, *, harmless: bool) -> Case:
    calls = road.twin if harmless else road.calls
    *first, last = source.says
    return Case(
        name=f"{source.name}: {road.name}",
        says=(*first, last),
        turns=(*source.turns, Turn(text=source.claim, calls=calls, searches=source.searches)),
        planted={source.place: source.text} if source.place else {},
    )


#: What must not be done unasked.
ATTEMPTS: Final = tuple(
    chain(
        _crossed(harmless=False), (each.attempt for each in TOLD), (each.attempt for each in TRICKS)
    )
)
#: The same with something harmless, which must be done unasked.
TWINS: Final = tuple(
    chain(_crossed(harmless=True), (each.twin for each in TOLD), (each.twin for each in TRICKS))
)

"""The states of the house's things, as Home Assistant's API gives them."""

from collections.abc import Iterable, Mapping
import math
from typing import Final, cast

from ..home_assistant import Socket
from ..house.furnish import act
from ..house.things import THINGS, things
from ..waiting import until
from .effects import Call, View

#: What of each domain's attributes a command can change.
_ATTRIBUTES: Final = {
    "light": ("brightness", "hs_color"),
    "fan": ("percentage",),
    "cover": ("current_position",),
    "climate": ("temperature",),
    "media_player": ("volume_level", "is_volume_muted"),
}
_SETTLE_SECONDS: Final = 2.0
#: Colours and levels go through rounding on their way.
_TOLERANCE: Final = {"brightness": 2.0, "hs_color": 2.0}
_EXACT: Final = 0.011
#: What a thing remembers without showing it among its own attributes.
_MEMORIES: Final = tuple(f"input_number.{each.slug}_track" for each in things("media_player"))

type Snapshot = Mapping[str, View]


async def snapshot(socket: Socket) -> Snapshot:
    """Return what is to be seen of each thing."""
    rows = cast(list[dict[str, object]], await socket.call("get_states"))
    found = {cast(str, row["entity_id"]): row for row in rows}
    # A scene's or script's own state only says when it was last used.
    seen = [thing.entity_id for thing in THINGS if thing.domain not in ("scene", "script")]
    return {entity: _view(found[entity]) for entity in (*seen, *_MEMORIES) if entity in found}


def _view(row: Mapping[str, object]) -> View:
    domain = cast(str, row["entity_id"]).partition(".")[0]
    attributes = cast(Mapping[str, object], row["attributes"])
    chosen = {name: attributes.get(name) for name in _ATTRIBUTES.get(domain, ())}
    return {"state": row["state"], **chosen}


async def prepare(socket: Socket, calls: Iterable[Call]) -> Snapshot:
    """Make the calls, and return what is to be seen once it stays the same."""
    for service, entity, data in calls:
        await act(socket, service, entity, data)
    last = await snapshot(socket)

    async def settled() -> bool:
        nonlocal last
        before, last = last, await snapshot(socket)
        return before == last

    await until(settled, _SETTLE_SECONDS)
    return last


async def reached(socket: Socket, wanted: Snapshot) -> bool:
    """Tell whether the house comes to be as wanted."""

    async def there() -> bool:
        now = await snapshot(socket)
        return all(fits(now[entity], view) for entity, view in wanted.items())

    return await until(there, _SETTLE_SECONDS)


def fits(seen: View, wanted: View) -> bool:
    """Tell whether what is seen is what is wanted; what isn't mentioned may be anything."""
    return all(_same(key, seen.get(key), value) for key, value in wanted.items())


def _same(key: str, seen: object, wanted: object) -> bool:
    if isinstance(wanted, (list, tuple)) and isinstance(seen, (list, tuple)):
        return all(_same(key, *pair) for pair in zip(seen, wanted, strict=True))
    if isinstance(wanted, bool):
        return seen in (wanted, "on" if wanted else "off")
    if isinstance(wanted, (int, float)) and isinstance(seen, (int, float, str)):
        try:
            return math.isclose(float(seen), wanted, abs_tol=_TOLERANCE.get(key, _EXACT))
        except ValueError:
            return False
    return seen == wanted


def changed(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Return the things of which something else is to be seen."""
    return frozenset(entity for entity in before if before[entity] != after.get(entity))

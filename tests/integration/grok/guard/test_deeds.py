"""What of a thing asks first."""

import pytest

from custom_components.alicia.grok.guard.deeds import Deed, Move, Thing, deed_of, guards

LOCK, ALARM, SIREN = Thing("lock.x"), Thing("alarm_control_panel.x"), Thing("siren.x")
GARAGE, HALF = Thing("cover.x", "garage"), Thing("cover.x", "gate", 50)
BLIND, VALVE = Thing("cover.x", "blind", 50), Thing("valve.x", None, 20)


@pytest.mark.parametrize(
    ("thing", "move", "position", "deed"),
    [
        (LOCK, Move.ON, None, None),
        (LOCK, Move.OFF, None, Deed.UNLOCK),
        (LOCK, Move.UNKNOWN, None, Deed.UNLOCK),
        (LOCK, Move.NONE, None, None),
        (GARAGE, Move.ON, None, Deed.OPEN),
        (GARAGE, Move.OFF, None, None),
        (GARAGE, Move.STOP, None, None),
        (GARAGE, Move.UNKNOWN, None, Deed.OPEN),
        (GARAGE, Move.POSITION, 0, None),
        (GARAGE, Move.POSITION, 1, Deed.OPEN),
        (HALF, Move.POSITION, 50, None),
        (HALF, Move.POSITION, "49", None),
        (HALF, Move.POSITION, 51, Deed.OPEN),
        (HALF, Move.POSITION, -1, Deed.OPEN),
        (HALF, Move.POSITION, "ajar", Deed.OPEN),
        (HALF, Move.POSITION, None, Deed.OPEN),
        (BLIND, Move.ON, None, None),
        (VALVE, Move.ON, None, Deed.OPEN),
        (VALVE, Move.POSITION, 10, None),
        (ALARM, Move.ON, None, Deed.DISARM),
        (ALARM, Move.TRIGGER, None, Deed.TRIGGER),
        (ALARM, Move.NONE, None, None),
        (SIREN, Move.OFF, None, Deed.SIREN),
        (Thing("light.x"), Move.UNKNOWN, None, None),
    ],
)
def test_deeds(thing: Thing, move: Move, position: object, deed: Deed | None) -> None:
    assert deed_of(move, thing, position) is deed
    assert deed is None or guards(thing)

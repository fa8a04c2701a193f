"""What a group is, and what its members' states are together."""

import pytest

from alicia_bus.groups import MAX_MEMBERS, members_of, merge
from alicia_bus.messages import Register
from alicia_bus.registry import Registry


def members(given: object, device_type: str = "group") -> tuple[str, ...]:
    registry = Registry()
    hello = Register(
        device_id="room", device_type=device_type, capabilities={}, metadata={"members": given}
    )
    change = registry.apply(hello, 0)
    assert change is not None
    return members_of(change.entry)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["left", "right", "left"], ("left", "right")),
        (["room", "left"], ("left",)),
        (["no/id", 7, None, "+"], ()),
        ("left", ()),
        (None, ()),
    ],
)
def test_members_are_ids_of_others(given: object, found: tuple[str, ...]) -> None:
    assert members(given) == found


def test_members_are_bounded_and_a_groups_alone() -> None:
    assert len(members([f"lamp-{number}" for number in range(MAX_MEMBERS + 9)])) == MAX_MEMBERS
    assert members(["left"], "lamp") == ()


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([{"on": True}, {"on": False}], {"on": True}),
        ([{"on": False}, {"on": None}], {"on": False}),
        ([{"brightness": 100}, {"brightness": 51}], {"brightness": 76}),
        ([{"value": 20.5}, {"value": 21}], {"value": 20.75}),
        ([{"state": "closed"}, {"state": "open"}], {"state": "open"}),
        ([{"state": "locked"}, {"state": "unlocked"}], {"state": "unlocked"}),
        ([{"state": "closed"}, {"state": "closed"}], {"state": "closed"}),
        ([{"effect": "candle"}, {"effect": "rain"}], {"effect": None}),
        ([{"hs": (10, 20)}, {"hs": (10, 20)}], {"hs": (10, 20)}),
        ([], {}),
    ],
)
def test_states_become_one(states: list[dict[str, object]], together: dict[str, object]) -> None:
    assert merge(states) == together

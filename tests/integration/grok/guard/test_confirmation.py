"""Questions that are open, and for how long."""

import pytest

from custom_components.alicia.grok.guard.confirmation import (
    LOCKED_FOR,
    MAX_CONVERSATIONS,
    REMEMBERED_FOR,
    Asker,
    Call,
    Conversations,
    Pin,
)
from custom_components.alicia.grok.guard.deeds import Deed, Touch


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("asker", "is_privileged"),
    [
        (Asker(None, None, None), False),
        (Asker("any device", None, None), False),
        (Asker(None, "assist_satellite.kitchen", None), True),
        (Asker(None, None, "a user"), True),
    ],
)
def test_who_is_there(asker: Asker, is_privileged: bool) -> None:
    assert asker.is_privileged is is_privileged


def test_a_call_is_what_it_was() -> None:
    arguments = {"name": "Front door", "domain": ["lock"]}
    call = Call.of("tool", arguments, frozenset())
    same = Call.of("tool", {"domain": ["lock"], "name": "Front door"}, frozenset())
    arguments["name"] = "Back door"
    assert call == same
    assert call != Call.of("tool", arguments, frozenset())
    assert call != Call.of("tool", {}, frozenset({Touch("lock.x", Deed.UNLOCK)}))


def test_conversations_are_forgotten() -> None:
    clock = Clock()
    conversations = Conversations(clock)
    first = conversations.get("first")
    assert conversations.get("first") is first
    clock.now = REMEMBERED_FOR + 1
    assert "first" not in conversations
    assert conversations.get("first") is not first


def test_conversations_are_so_many_at_most() -> None:
    conversations = Conversations(Clock())
    for number in range(MAX_CONVERSATIONS):
        conversations.get(str(number))
    conversations.get("0")
    conversations.get("one more")
    assert "1" not in conversations
    assert all(str(number) in conversations for number in (0, *range(2, MAX_CONVERSATIONS)))


def test_a_pin_locks_and_unlocks() -> None:
    clock = Clock()
    pin = Pin("1234", clock)
    assert not pin.try_out("123")
    assert not pin.try_out("12345")
    assert pin.try_out("1234")
    for _ in range(3):
        assert not pin.try_out("0000")
    assert pin.is_locked
    assert not pin.try_out("1234")
    clock.now = LOCKED_FOR + 1
    assert not pin.is_locked
    assert pin.try_out("1234")

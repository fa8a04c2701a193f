"""The registry knows who said hello; liveness knows who is still there."""

import pytest

from alicia_bus import registry as registry_module
from alicia_bus.errors import CommandError
from alicia_bus.health import Liveness
from alicia_bus.messages import Query, Register, Unregister
from alicia_bus.registry import ChangeKind, Registry


def _register(device_id: str = "panel", **more: object) -> Register:
    values = {"device_type": "voice_panel", "capabilities": {"microphone": {}}, **more}
    return Register(device_id=device_id, **values)  # type: ignore[arg-type]


def test_registrations_are_added_updated_and_removed() -> None:
    registry = Registry()
    added = registry.apply(_register(), 1.0)
    same = registry.apply(_register(), 2.0)
    updated = registry.apply(_register(metadata={"name": "Panel"}), 3.0)
    removed = registry.apply(Unregister(device_id="panel"), 4.0)
    again = registry.apply(Unregister(device_id="panel"), 5.0)
    assert added is not None
    assert added.kind is ChangeKind.ADDED
    assert added.entry.name == "panel"
    assert same is None
    assert updated is not None
    assert (updated.kind, updated.entry.name) == (ChangeKind.UPDATED, "Panel")
    assert updated.entry.registered_at == 1.0
    assert removed is not None
    assert removed.kind is ChangeKind.REMOVED
    assert again is None
    assert len(registry) == 0


@pytest.mark.parametrize("name", ["", "  \n", 5, None, ["Panel"]])
def test_a_device_without_a_proper_name_goes_by_its_id(name: object) -> None:
    change = Registry().apply(_register(metadata={"name": name}), 1.0)
    assert change is not None
    assert change.entry.name == "panel"
    assert change.entry.text("name") is None


def test_what_a_device_says_of_itself_is_cut_to_what_can_be_shown() -> None:
    change = Registry().apply(_register(metadata={"name": " Panel ", "area": "x" * 999}), 1.0)
    assert change is not None
    assert change.entry.name == "Panel"
    assert change.entry.text("area") == "x" * 128


def test_queries_match_every_field_they_name() -> None:
    registry = Registry()
    registry.apply(_register("a"), 1.0)
    registry.apply(_register("b", device_type="lamp", capabilities={"light": {"dim": True}}), 1.0)
    found = {
        "microphone": Query(capability="microphone"),
        "lamp": Query(device_type="lamp"),
        "id": Query(device_id="b"),
        "both": Query(device_id="b", capability="microphone"),
    }
    ids = {name: [e.device_id for e in registry.find(q)] for name, q in found.items()}
    assert ids == {"microphone": ["a"], "lamp": ["b"], "id": ["b"], "both": []}
    assert registry.find(Query(device_id="b"))[0].as_dict()["capabilities"] == [
        {"name": "light", "dim": True}
    ]
    assert [entry.device_id for entry in registry] == ["a", "b"]
    assert registry.get("a") is not None


def test_a_full_registry_refuses_new_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "MAX_ENTRIES", 1)
    registry = Registry()
    registry.apply(_register("a"), 1.0)
    registry.apply(_register("a", status="busy"), 1.0)
    with pytest.raises(CommandError, match="full"):
        registry.apply(_register("b"), 1.0)


def test_liveness_follows_words_wills_and_silence() -> None:
    now = [100.0]
    liveness = Liveness(lambda: now[0], timeout=10.0)
    assert liveness.heard("panel")
    assert not liveness.heard("panel")
    now[0] = 109.0
    assert liveness.sweep() == ()
    now[0] = 111.0
    assert liveness.sweep() == ("panel",)
    assert liveness.sweep() == ()
    assert not liveness.is_online("panel")
    assert liveness.last_seen("panel") == 100.0
    assert liveness.heard("panel")
    assert liveness.heard("panel", "offline")
    liveness.forget("panel")
    assert liveness.last_seen("panel") is None

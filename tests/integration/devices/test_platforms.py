"""Each platform: what it shows of a state, and the command that an action becomes."""

from typing import Any

import pytest

from custom_components.alicia.bus.topics import Kind

SHOWN: list[tuple[str, dict[str, Any], object, str, dict[str, Any]]] = [
    ("cover", {"device_class": "shutter"}, "open", "open", {"device_class": "shutter"}),
    ("cover", {"position": True}, {"position": 0}, "closed", {"current_position": 0}),
    ("cover", {"position": True}, {"state": "opening", "position": 0}, "opening", {}),
    (
        "cover",
        {"tilt": True},
        {"state": "closed", "tilt": 30},
        "closed",
        {"current_tilt_position": 30},
    ),
    ("cover", {}, None, "unknown", {}),
]
TOLD: list[tuple[str, dict[str, Any], str, dict[str, Any], tuple[str, dict[str, Any]]]] = [
    ("cover", {}, "open_cover", {}, ("open", {})),
    ("cover", {}, "close_cover", {}, ("close", {})),
    ("cover", {}, "stop_cover", {}, ("stop", {})),
    (
        "cover",
        {"position": True},
        "set_cover_position",
        {"position": 30},
        ("set_position", {"position": 30}),
    ),
    (
        "cover",
        {"tilt": True},
        "set_cover_tilt_position",
        {"tilt_position": 7},
        ("set_tilt", {"tilt": 7}),
    ),
    ("button", {"device_class": "restart"}, "press", {}, ("press", {})),
]


@pytest.mark.parametrize(("kind", "parameters", "value", "state", "attributes"), SHOWN)
async def test_state_is_shown(
    gadget: Any,
    kind: str,
    parameters: dict[str, Any],
    value: object,
    state: str,
    attributes: dict[str, Any],
) -> None:
    await gadget.join(kind, **parameters)
    seen = await gadget.shows(value)
    assert seen["state"] == state
    assert {name: seen[name] for name in attributes} == attributes


@pytest.mark.parametrize(("kind", "parameters", "action", "data", "command"), TOLD)
async def test_action_becomes_a_command(
    gadget: Any,
    kind: str,
    parameters: dict[str, Any],
    action: str,
    data: dict[str, Any],
    command: tuple[str, dict[str, Any]],
) -> None:
    await gadget.join(kind, **parameters)
    assert await gadget.told(f"{kind}.{action}", **data) == command


async def test_event_fires_for_what_was_registered(gadget: Any, bus: Any) -> None:
    await gadget.join("event", events=["press", "hold"], device_class="button")
    assert gadget.seen["state"] == "unknown"
    for name in ("press", "explode"):
        told = {"capability": "event", "event": name, "data": {"times": 2}}
        await bus.say(Kind.DEVICE_EVENT, told, device_id="gadget")
    assert (gadget.seen["event_type"], gadget.seen["times"]) == ("press", 2)

"""Each platform: what it shows of a state, and the command that an action becomes."""

from typing import Any

import pytest

from custom_components.alicia.bus.topics import Kind

THERMOSTAT = {
    "hvac_modes": ["off", "heat", "heat_cool"],
    "preset_modes": ["eco"],
    "fan_modes": ["low"],
    "swing_modes": ["wide"],
    "target_range": True,
    "target_humidity": True,
    "step": 0.5,
}
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
    ("fan", {}, True, "on", {}),
    ("fan", {"speeds": 4}, {"percentage": 50}, "on", {"percentage": 50, "percentage_step": 25}),
    ("fan", {"speeds": 4}, {"on": False, "percentage": 50}, "off", {}),
    (
        "fan",
        {"preset_modes": ["eco"]},
        {"on": 1, "preset_mode": "eco"},
        "on",
        {"preset_mode": "eco"},
    ),
    ("fan", {"oscillation": True}, {"on": True, "oscillating": True}, "on", {"oscillating": True}),
    (
        "fan",
        {"direction": True},
        {"on": 0, "direction": "reverse"},
        "off",
        {"direction": "reverse"},
    ),
    ("lock", {"icon": "mdi:gate"}, "locked", "locked", {"icon": "mdi:gate"}),
    ("lock", {}, "unlocking", "unlocking", {}),
    ("lock", {}, "jammed", "jammed", {}),
    ("lock", {"open": True}, "open", "open", {"supported_features": 1}),
    ("lock", {}, None, "unknown", {}),
    ("number", {}, 12, "12", {"min": 0, "max": 100, "step": 1, "mode": "auto"}),
    (
        "number",
        {"unit": "°C", "device_class": "temperature"},
        2.5,
        "2.5",
        {"device_class": "temperature"},
    ),
    ("number", {"unit": "W", "device_class": "temperature", "max": 300}, 250, "250", {"max": 300}),
    ("number", {"step": -1, "mode": "slider"}, None, "unknown", {"step": 1, "mode": "slider"}),
    ("select", {"options": ["eco", "boost"]}, "eco", "eco", {"options": ["eco", "boost"]}),
    ("select", {"options": ["eco"]}, "strange", "unknown", {}),
    ("text", {"pattern": "[a-z]+"}, "hello", "hello", {"pattern": "[a-z]+"}),
    ("text", {"max": 3}, "hello", "unknown", {"max": 3}),
    ("text", {"pattern": "("}, "hello", "hello", {"pattern": None}),
    ("siren", {}, True, "on", {}),
    ("siren", {"tones": ["horn"]}, False, "off", {"available_tones": ["horn"]}),
    ("climate", THERMOSTAT, {"hvac_mode": "heat", "temperature": 21}, "heat", {"temperature": 21}),
    (
        "climate",
        THERMOSTAT,
        {"hvac_mode": "off", "hvac_action": "idle"},
        "off",
        {"hvac_action": "idle"},
    ),
    (
        "climate",
        THERMOSTAT,
        {"hvac_mode": "heat", "preset_mode": "eco"},
        "heat",
        {"preset_mode": "eco"},
    ),
    ("climate", {"hvac_modes": ["cool", "dance"]}, "cool", "cool", {"hvac_modes": ["cool"]}),
    ("climate", {}, {"current_temperature": 19}, "unknown", {"current_temperature": 19}),
    (
        "climate",
        {"unit": "°F"},
        {"current_temperature": 68},
        "unknown",
        {"current_temperature": 20},
    ),
    (
        "update",
        {},
        {"installed_version": "1", "latest_version": "2"},
        "on",
        {"latest_version": "2"},
    ),
    ("update", {}, {"installed_version": "2", "latest_version": "2"}, "off", {}),
    (
        "update",
        {},
        {"installed_version": "1", "in_progress": True, "progress": 40},
        "unknown",
        {"update_percentage": 40},
    ),
    (
        "media_player",
        {},
        {"state": "playing", "volume": 40, "title": "Song"},
        "playing",
        {"volume_level": 0.4, "media_title": "Song"},
    ),
    (
        "media_player",
        {},
        {"state": "paused", "position": 3, "duration": 60},
        "paused",
        {"media_position": 3, "media_duration": 60},
    ),
    (
        "media_player",
        {"sources": ["Radio"]},
        {"state": "on", "source": "Radio", "muted": True},
        "on",
        {"source": "Radio", "is_volume_muted": True},
    ),
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
    ("fan", {"speeds": 10}, "turn_on", {"percentage": 30}, ("turn_on", {"percentage": 30})),
    ("fan", {}, "turn_off", {}, ("turn_off", {})),
    (
        "fan",
        {"speeds": 10},
        "set_percentage",
        {"percentage": 20},
        ("set_percentage", {"percentage": 20}),
    ),
    (
        "fan",
        {"preset_modes": ["eco"]},
        "set_preset_mode",
        {"preset_mode": "eco"},
        ("set_preset_mode", {"preset_mode": "eco"}),
    ),
    (
        "fan",
        {"oscillation": True},
        "oscillate",
        {"oscillating": True},
        ("oscillate", {"oscillating": True}),
    ),
    (
        "fan",
        {"direction": True},
        "set_direction",
        {"direction": "reverse"},
        ("set_direction", {"direction": "reverse"}),
    ),
    ("lock", {"code_format": "^[0-9]+$"}, "lock", {"code": "12"}, ("lock", {"code": "12"})),
    ("lock", {}, "unlock", {}, ("unlock", {})),
    ("lock", {"open": True}, "open", {}, ("open", {})),
    ("number", {}, "set_value", {"value": 7}, ("set", {"value": 7})),
    (
        "select",
        {"options": ["eco"]},
        "select_option",
        {"option": "eco"},
        ("set", {"option": "eco"}),
    ),
    ("text", {}, "set_value", {"value": "hi"}, ("set", {"value": "hi"})),
    (
        "siren",
        {"tones": ["horn"], "duration": True, "volume": True},
        "turn_on",
        {"tone": "horn", "duration": 5, "volume_level": 0.5},
        ("turn_on", {"tone": "horn", "duration": 5, "volume": 50}),
    ),
    ("siren", {}, "turn_off", {}, ("turn_off", {})),
    ("climate", THERMOSTAT, "set_temperature", {"temperature": 21}, ("set", {"temperature": 21})),
    ("climate", THERMOSTAT, "set_hvac_mode", {"hvac_mode": "heat"}, ("set", {"hvac_mode": "heat"})),
    ("climate", THERMOSTAT, "set_humidity", {"humidity": 40}, ("set", {"humidity": 40})),
    ("climate", THERMOSTAT, "set_fan_mode", {"fan_mode": "low"}, ("set", {"fan_mode": "low"})),
    (
        "climate",
        THERMOSTAT,
        "set_preset_mode",
        {"preset_mode": "eco"},
        ("set", {"preset_mode": "eco"}),
    ),
    (
        "climate",
        THERMOSTAT,
        "set_swing_mode",
        {"swing_mode": "wide"},
        ("set", {"swing_mode": "wide"}),
    ),
    ("climate", THERMOSTAT, "turn_on", {}, ("turn_on", {})),
    ("climate", THERMOSTAT, "turn_off", {}, ("turn_off", {})),
    ("media_player", {}, "media_play", {}, ("play", {})),
    ("media_player", {}, "media_pause", {}, ("pause", {})),
    ("media_player", {}, "media_stop", {}, ("stop", {})),
    ("media_player", {}, "media_next_track", {}, ("next_track", {})),
    ("media_player", {}, "media_previous_track", {}, ("previous_track", {})),
    ("media_player", {"supports": ["turn_on"]}, "turn_on", {}, ("turn_on", {})),
    ("media_player", {"supports": ["turn_off"]}, "turn_off", {}, ("turn_off", {})),
    ("media_player", {}, "volume_set", {"volume_level": 0.3}, ("set_volume", {"volume": 30})),
    ("media_player", {}, "volume_mute", {"is_volume_muted": True}, ("mute", {"muted": True})),
    (
        "media_player",
        {"sources": ["Radio"]},
        "select_source",
        {"source": "Radio"},
        ("select_source", {"source": "Radio"}),
    ),
    (
        "media_player",
        {},
        "play_media",
        {"media_content_id": "http://a/b.mp3", "media_content_type": "music"},
        ("play_media", {"media_type": "music", "media_id": "http://a/b.mp3"}),
    ),
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
    if kind == "media_player":
        await gadget.shows({"state": "playing", "volume": 50, "muted": False})
    assert await gadget.told(f"{kind}.{action}", **data) == command


async def test_update_is_installed(gadget: Any) -> None:
    await gadget.join("update")
    await gadget.shows({"installed_version": "1", "latest_version": "2"})
    assert await gadget.told("update.install") == ("install", {})
    assert await gadget.told("update.install", version="1.5") == ("install", {"version": "1.5"})


@pytest.mark.parametrize(("events", "shown"), [(["ring"], "doorbell"), (["press"], None)])
async def test_doorbell_is_one_that_rings(
    gadget: Any, events: list[str], shown: str | None
) -> None:
    await gadget.join("event", events=events, device_class="doorbell")
    assert gadget.seen.get("device_class") == shown


async def test_event_fires_for_what_was_registered(gadget: Any, bus: Any) -> None:
    await gadget.join("event", events=["press", "hold"], device_class="button")
    assert gadget.seen["state"] == "unknown"
    for name in ("press", "explode"):
        told = {"capability": "event", "event": name, "data": {"times": 2}}
        await bus.say(Kind.DEVICE_EVENT, told, device_id="gadget")
    assert (gadget.seen["event_type"], gadget.seen["times"]) == ("press", 2)

"""One device of every type of capability: what it registers with, and a state that it tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custom_components.alicia.bus.capability_types import TYPES


@dataclass(frozen=True, slots=True)
class Sample:
    """A device with one capability."""

    kind: str
    platform: str
    #: What its registration says of the capability.
    parameters: dict[str, Any]
    #: What its status says of it, if it has one.
    value: object

    @property
    def hello(self) -> dict[str, Any]:
        """Return what it registers with."""
        return {
            "device_id": f"a-{self.kind}",
            "device_type": "sample",
            "capabilities": [{"name": self.kind, **self.parameters}],
            "metadata": {"name": f"My {self.kind.replace('_', ' ')}"},
            "status": "online",
        }


#: What there is to say of a type, and a state, by its name; the others say nothing special.
SAID: dict[str, tuple[dict[str, Any], object]] = {
    "sensor": (
        {"device_class": "enum", "options": ["empty", "half full", "full"], "label": "Tank"},
        "half full",
    ),
    "temperature": ({"unit": "°F", "precision": 1, "icon": "mdi:snowflake"}, 68),
    "battery": ({}, 87),
    "energy": ({"state_class": "total", "precision": 3}, 1234.5678),
    "power_factor": ({"unit": None}, 0.93),
    "timestamp": ({"category": "diagnostic"}, "2026-01-31T18:30:00+01:00"),
    "binary_sensor": ({"device_class": "light", "label": "Daylight"}, "on"),
    "door": ({}, False),
    "tamper": ({"category": "diagnostic"}, False),
    "switch": ({"device_class": "outlet", "icon": "mdi:coffee"}, True),
    "light": (
        {
            "color": True,
            "color_temp": True,
            "min_kelvin": 2200,
            "max_kelvin": 6500,
            "effects": ["candle", "storm"],
            "transition": True,
        },
        {"on": True, "brightness": 128, "hs": [30, 60], "effect": "candle"},
    ),
    "fan": (
        {"speeds": 4, "preset_modes": ["eco", "boost"], "oscillation": True, "direction": True},
        {"on": True, "percentage": 75, "oscillating": True, "direction": "reverse"},
    ),
    "cover": (
        {"device_class": "blind", "position": True, "tilt": True},
        {"state": "opening", "position": 30, "tilt": 60},
    ),
    "lock": ({"open": True, "code_format": "^[0-9]{4}$"}, "locked"),
    "climate": (
        {
            "hvac_modes": ["off", "heat", "cool", "heat_cool"],
            "fan_modes": ["low", "high"],
            "preset_modes": ["away"],
            "swing_modes": ["wide"],
            "min_temp": 5,
            "max_temp": 30,
            "step": 0.5,
            "target_range": True,
            "target_humidity": True,
        },
        {
            "hvac_mode": "heat_cool",
            "target_temp_low": 19.5,
            "target_temp_high": 24,
            "humidity": 45,
            "fan_mode": "low",
            "preset_mode": "away",
            "swing_mode": "wide",
            "current_temperature": 20.1,
            "current_humidity": 51,
            "hvac_action": "idle",
        },
    ),
    "number": (
        {
            "min": 10,
            "max": 60,
            "step": 0.5,
            "unit": "°C",
            "device_class": "temperature",
            "mode": "slider",
            "category": "config",
        },
        42.5,
    ),
    "select": ({"options": ["slow", "fast"], "category": "config", "enabled": True}, "fast"),
    "text": ({"min": 1, "max": 16, "pattern": "[a-z]+", "mode": "password"}, "sesame"),
    "button": ({"device_class": "restart", "category": "config", "label": "Start anew"}, None),
    "event": ({"device_class": "doorbell", "events": ["ring", "knock"]}, None),
    "siren": ({"tones": ["horn", "bell"], "duration": True, "volume": True}, True),
    "media_player": (
        {"device_class": "speaker", "sources": ["Radio", "Disc"]},
        {
            "state": "playing",
            "volume": 40,
            "muted": False,
            "source": "Radio",
            "title": "Song",
            "artist": "Band",
            "album": "Record",
            "duration": 180,
            "position": 12,
            "image_url": "http://radio.test/cover.png",
        },
    ),
    "update": (
        {"device_class": "firmware", "category": "diagnostic"},
        {
            "installed_version": "1.0",
            "latest_version": "1.1",
            "in_progress": True,
            "progress": 40,
            "title": "Firmware",
            "release_url": "https://maker.test/notes",
            "release_summary": "Fewer crashes.",
        },
    ),
}
#: A state of those that say nothing special, by their platform.
USUAL = {"sensor": 21.5, "binary_sensor": True}


def samples() -> Iterator[Sample]:
    """Return a device of each type that Home Assistant shows."""
    for kind in TYPES.values():
        if kind.platform is not None:
            parameters, value = SAID.get(kind.name, ({}, USUAL.get(kind.platform)))
            yield Sample(kind.name, kind.platform, parameters, value)

"""The types of capabilities, a row each. To add one, add a row.

Names of units, device classes and states are Home Assistant's; so are scales: brightness
0 to 255, positions, percentages and volumes 0 to 100, colour temperatures in K.
"""

from collections.abc import Mapping
from typing import Final

from .capabilities import Capability, Command, Parameters, between, numbers, one_of
from .fields import FLAG, INTEGER, NUMBER, TEXT
from .sensor_types import ON, SENSOR_ROWS

PERCENT: Final = between(NUMBER, 0, 100)
BYTE: Final = between(INTEGER, 0, 255)
NOTHING: Final = Command()
SWITCHED: Final = {"turn_on": NOTHING, "turn_off": NOTHING}

_LIGHT: Final = {
    "brightness": BYTE,
    "color_temp_kelvin": between(INTEGER, 1000, 20000),
    "hs": numbers((0, 360), (0, 100)),
    "rgb": numbers((0, 255), (0, 255), (0, 255)),
    "effect": TEXT,
}
_CLIMATE: Final = {
    "hvac_mode": one_of("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only"),
    "temperature": NUMBER,
    "target_temp_low": NUMBER,
    "target_temp_high": NUMBER,
    "humidity": PERCENT,
    "fan_mode": TEXT,
    "preset_mode": TEXT,
    "swing_mode": TEXT,
}
_MEDIA_COMMANDS: Final = (
    "play", "pause", "stop", "next_track", "previous_track", "turn_on", "turn_off",
)  # fmt: skip

ROWS: Final = (
    *SENSOR_ROWS,
    Capability(
        name="switch",
        platform="switch",
        state={"on": ON},
        value="on",
        commands=SWITCHED,
        parameters=frozenset({"device_class"}),
    ),
    Capability(
        name="light",
        platform="light",
        state={"on": ON, **_LIGHT},
        value="on",
        commands={
            "turn_on": Command(parameters={**_LIGHT, "transition": NUMBER}),
            "turn_off": Command(parameters={"transition": NUMBER}),
        },
        #: brightness: false for a plain lamp; color: true or "rgb", color_temp: true
        parameters=frozenset(
            {
                "brightness",
                "color",
                "color_temp",
                "min_kelvin",
                "max_kelvin",
                "effects",
                "transition",
            }
        ),
    ),
    Capability(
        name="fan",
        platform="fan",
        state={
            "on": ON,
            "percentage": PERCENT,
            "preset_mode": TEXT,
            "oscillating": FLAG,
            "direction": one_of("forward", "reverse"),
        },
        value="on",
        commands={
            "turn_on": Command(parameters={"percentage": PERCENT, "preset_mode": TEXT}),
            "turn_off": NOTHING,
            "set_percentage": Command(
                parameters={"percentage": PERCENT}, required=frozenset({"percentage"})
            ),
            "set_preset_mode": Command(
                parameters={"preset_mode": TEXT}, required=frozenset({"preset_mode"})
            ),
            "oscillate": Command(
                parameters={"oscillating": FLAG}, required=frozenset({"oscillating"})
            ),
            "set_direction": Command(
                parameters={"direction": one_of("forward", "reverse")},
                required=frozenset({"direction"}),
            ),
        },
        parameters=frozenset({"speeds", "preset_modes", "oscillation", "direction"}),
    ),
    Capability(
        name="cover",
        platform="cover",
        state={
            "state": one_of("open", "opening", "closed", "closing"),
            "position": PERCENT,
            "tilt": PERCENT,
        },
        value="state",
        commands={
            "open": NOTHING,
            "close": NOTHING,
            "stop": NOTHING,
            "set_position": Command(
                parameters={"position": PERCENT}, required=frozenset({"position"})
            ),
            "set_tilt": Command(parameters={"tilt": PERCENT}, required=frozenset({"tilt"})),
        },
        parameters=frozenset({"device_class", "position", "tilt", "stop"}),
    ),
    Capability(
        name="lock",
        platform="lock",
        state={"state": one_of("locked", "locking", "unlocked", "unlocking", "jammed", "open")},
        value="state",
        commands={name: Command(parameters={"code": TEXT}) for name in ("lock", "unlock", "open")},
        parameters=frozenset({"open", "code_format"}),
    ),
    Capability(
        name="climate",
        platform="climate",
        state={
            **_CLIMATE,
            "current_temperature": NUMBER,
            "current_humidity": PERCENT,
            "hvac_action": one_of(
                "off", "heating", "cooling", "drying", "idle", "fan", "preheating", "defrosting"
            ),
        },
        value="hvac_mode",
        commands={"set": Command(parameters=_CLIMATE), **SWITCHED},
        parameters=frozenset(
            {
                "hvac_modes",
                "fan_modes",
                "preset_modes",
                "swing_modes",
                "min_temp",
                "max_temp",
                "step",
                "unit",
                "target_range",
                "target_humidity",
            }
        ),
        defaults={"unit": "°C"},
    ),
    Capability(
        name="number",
        platform="number",
        state={"value": NUMBER},
        commands={"set": Command(parameters={"value": NUMBER}, required=frozenset({"value"}))},
        parameters=frozenset({"min", "max", "step", "unit", "device_class", "mode"}),
    ),
    Capability(
        name="select",
        platform="select",
        state={"option": TEXT},
        value="option",
        commands={"set": Command(parameters={"option": TEXT}, required=frozenset({"option"}))},
        parameters=frozenset({"options"}),
    ),
    Capability(
        name="text",
        platform="text",
        state={"value": TEXT},
        commands={"set": Command(parameters={"value": TEXT}, required=frozenset({"value"}))},
        parameters=frozenset({"min", "max", "pattern", "mode"}),
    ),
    Capability(
        name="button",
        platform="button",
        commands={"press": NOTHING},
        parameters=frozenset({"device_class"}),
    ),
    #: Happenings come on the device's event topic, and are no state.
    Capability(
        name="event",
        platform="event",
        parameters=frozenset({"events", "device_class"}),
    ),
    Capability(
        name="siren",
        platform="siren",
        state={"on": ON},
        value="on",
        commands={
            "turn_on": Command(parameters={"tone": TEXT, "duration": NUMBER, "volume": PERCENT}),
            "turn_off": NOTHING,
        },
        parameters=frozenset({"tones", "duration", "volume"}),
    ),
    Capability(
        name="media_player",
        platform="media_player",
        state={
            "state": one_of("off", "on", "idle", "playing", "paused", "buffering", "standby"),
            "volume": PERCENT,
            "muted": FLAG,
            "source": TEXT,
            "title": TEXT,
            "artist": TEXT,
            "album": TEXT,
            "duration": NUMBER,
            "position": NUMBER,
            "image_url": TEXT,
        },
        value="state",
        commands={
            **dict.fromkeys(_MEDIA_COMMANDS, NOTHING),
            "set_volume": Command(parameters={"volume": PERCENT}, required=frozenset({"volume"})),
            "mute": Command(parameters={"muted": FLAG}, required=frozenset({"muted"})),
            "select_source": Command(parameters={"source": TEXT}, required=frozenset({"source"})),
            "play_media": Command(
                parameters={"media_type": TEXT, "media_id": TEXT, "announce": FLAG},
                required=frozenset({"media_id"}),
            ),
        },
        #: which of the commands it takes; all but turn_on and turn_off where it says nothing
        parameters=frozenset({"supports", "sources", "device_class"}),
    ),
    Capability(
        name="update",
        platform="update",
        state={
            "installed_version": TEXT,
            "latest_version": TEXT,
            "in_progress": FLAG,
            "progress": PERCENT,
            "title": TEXT,
            "release_url": TEXT,
            "release_summary": TEXT,
        },
        value="installed_version",
        commands={"install": Command(parameters={"version": TEXT})},
        parameters=frozenset({"device_class"}),
    ),
    # What voice devices and services do has entities of its own, or none.
    *(
        Capability(name=name, platform=None)
        for name in (
            "microphone",
            "speaker",
            "speech_to_text",
            "text_to_speech",
            "natural_language_processing",
            "wake_word",
        )
    ),
)

TYPES: Final[Mapping[str, Capability]] = {row.name: row for row in ROWS}


def type_of(name: str, parameters: Parameters) -> Capability | None:
    """Return the type of a device's capability, or None for one that is not known."""
    kind = parameters.get("type", name)
    return TYPES.get(kind) if isinstance(kind, str) else None

"""Whether a device takes a command: by its capability's type, and by what it registered."""

from collections.abc import Mapping
from typing import Final, cast

from .capabilities import Capability, Parameters
from .errors import CommandError, ErrorCode
from .registry import Entry

_MAX_SHOWN: Final = 64  # characters

#: The registered list that a parameter's value is one of, by type and parameter.
_CHOICES: Final = {
    ("select", "option"): "options",
    ("light", "effect"): "effects",
    ("fan", "preset_mode"): "preset_modes",
    ("climate", "hvac_mode"): "hvac_modes",
    ("climate", "fan_mode"): "fan_modes",
    ("climate", "preset_mode"): "preset_modes",
    ("climate", "swing_mode"): "swing_modes",
    ("siren", "tone"): "tones",
    ("media_player", "source"): "sources",
}
#: The registered bounds of a parameter's value, or of its length where it is text.
_BOUNDS: Final = {
    ("number", "value"): ("min", "max"),
    ("text", "value"): ("min", "max"),
    ("light", "color_temp_kelvin"): ("min_kelvin", "max_kelvin"),
    ("climate", "temperature"): ("min_temp", "max_temp"),
    ("climate", "target_temp_low"): ("min_temp", "max_temp"),
    ("climate", "target_temp_high"): ("min_temp", "max_temp"),
}
#: What a capability lacks that registered this as false, by type and command or parameter.
_FEATURES: Final = {
    ("light", "brightness"): "brightness",
    ("light", "hs"): "color",
    ("light", "rgb"): "color",
    ("light", "color_temp_kelvin"): "color_temp",
    ("fan", "oscillate"): "oscillation",
    ("fan", "set_direction"): "direction",
    ("cover", "set_position"): "position",
    ("cover", "set_tilt"): "tilt",
    ("cover", "stop"): "stop",
    ("lock", "open"): "open",
    ("siren", "duration"): "duration",
    ("siren", "volume"): "volume",
}


def capability_for(entry: Entry, command: str, capability: str | None = None) -> str:
    """Return the capability that a command is for; raises CommandError.

    A command may leave out its capability where only one takes it.
    """
    if capability is not None:
        if capability not in entry.capabilities:
            raise CommandError(ErrorCode.NOT_FOUND, f"no capability {capability[:_MAX_SHOWN]!r}")
        return capability
    found = [name for name in entry.capabilities if _takes(entry, name, command)]
    if len(found) > 1:
        raise CommandError(
            ErrorCode.MISSING_FIELD, f"capability is needed: {', '.join(found[:8])} take it"
        )
    if not found:
        raise CommandError(
            ErrorCode.UNSUPPORTED, f"nothing takes the command {command[:_MAX_SHOWN]!r}"
        )
    return found[0]


def commands_of(entry: Entry, capability: str) -> dict[str, list[str]]:
    """Return the commands that a capability takes, each with the names of its parameters."""
    more, kind = entry.capabilities[capability], entry.types.get(capability)
    supports = more.get("supports")
    listed = supports if isinstance(supports, list | tuple) else None
    typed = kind.commands.items() if kind else ()
    found = {
        name: [each for each in command.parameters if not _lacks(kind, more, each)]
        for name, command in typed
        if (listed is None or name in listed) and not _lacks(kind, more, name)
    }
    return found | {str(name): [] for name in _own_commands(more)}


def check_command(
    entry: Entry, capability: str, command: str, parameters: Parameters
) -> Parameters:
    """Return a command's parameters as the device is sent them; raises CommandError.

    What a device registers under ``commands`` is its own affair, and so are the commands
    of a capability whose type is not known: they go as they are.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    more = entry.capabilities[capability]
    kind = entry.types.get(capability)
    if command in _own_commands(more):
        return given
    if kind is None:
        if "commands" in more:
            raise CommandError(
                ErrorCode.UNSUPPORTED, f"it takes no command {command[:_MAX_SHOWN]!r}"
            )
        return given
    checked = kind.check(command, given)
    _check_supported(kind, more, command, checked)
    for name, value in checked.items():
        _check_choice(kind, more, name, value)
        _check_bounds(kind, more, name, value)
    return checked


def _takes(entry: Entry, name: str, command: str) -> bool:
    kind = entry.types.get(name)
    typed = kind is not None and command in kind.commands
    return typed or command in _own_commands(entry.capabilities[name])


def _own_commands(more: Parameters) -> tuple[object, ...]:
    found = more.get("commands")
    return tuple(found) if isinstance(found, list | tuple) else ()


def _check_supported(
    kind: Capability, more: Parameters, command: str, parameters: Parameters
) -> None:
    supports = more.get("supports")
    listed = isinstance(supports, list | tuple)
    if listed and command not in cast(list[object], supports):
        raise CommandError(ErrorCode.UNSUPPORTED, f"it does not support {command}")
    for asked in (command, *parameters):
        if _lacks(kind, more, asked):
            feature = _FEATURES[kind.name, asked]
            raise CommandError(ErrorCode.UNSUPPORTED, f"it has no {feature}")


def _lacks(kind: Capability | None, more: Parameters, asked: str) -> bool:
    feature = _FEATURES.get((kind.name, asked)) if kind else None
    return feature is not None and more.get(feature) is False


def _check_choice(kind: Capability, more: Parameters, name: str, value: object) -> None:
    choices = more.get(_CHOICES.get((kind.name, name), ""))
    if isinstance(choices, list | tuple) and value not in choices:
        shown = ", ".join(str(each)[:_MAX_SHOWN] for each in choices[:16])
        raise CommandError(ErrorCode.INVALID_FIELD, f"{name}: expected one of {shown}")


def _check_bounds(kind: Capability, more: Parameters, name: str, value: object) -> None:
    bounds = _BOUNDS.get((kind.name, name))
    if bounds is None:
        return
    low, high = (_number(more, each) for each in bounds)
    size = len(value) if isinstance(value, str) else cast(float, value)
    unit = " characters" if isinstance(value, str) else ""
    if low is not None and size < low:
        raise CommandError(ErrorCode.INVALID_FIELD, f"{name}: expected at least {low:g}{unit}")
    if high is not None and size > high:
        raise CommandError(ErrorCode.INVALID_FIELD, f"{name}: expected at most {high:g}{unit}")


def _number(more: Mapping[str, object], name: str) -> float | None:
    value = more.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None

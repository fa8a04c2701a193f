"""What a device can do: how a capability's state and its commands look on the bus.

A capability goes by a name of the device's own choosing; its ``type`` parameter, or else
the name itself, says what it is. The types stand in `capability_types`, a row each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from .errors import CommandError, DecodeError, ErrorCode
from .fields import Codec, as_object, invalid

Parameters = Mapping[str, object]
State = Mapping[str, object]

#: Parameters that any capability may have, beside those of its type.
COMMON_PARAMETERS: Final = frozenset({"type", "label", "category", "enabled", "icon", "commands"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a capability, and the parameters that it takes."""

    parameters: Mapping[str, Codec] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A type of capability; a row of the table."""

    name: str
    #: Home Assistant's platform; None where there is nothing to show.
    platform: str | None
    #: The fields of its state.
    state: Mapping[str, Codec] = field(default_factory=dict)
    #: The field that a bare value in a status stands for.
    value: str = "value"
    commands: Mapping[str, Command] = field(default_factory=dict)
    #: Parameters that registrations may give, beside the common ones.
    parameters: frozenset[str] = frozenset()
    #: What holds where a registration says nothing else.
    defaults: Parameters = field(default_factory=dict)

    def read(self, value: object) -> State:
        """Return what a status says of a capability, by field; None is "not known".

        Raises DecodeError. Fields that the type doesn't have are left out.
        """
        if not isinstance(value, dict):
            value = {self.value: value}
        given = cast(Mapping[str, object], value)
        return {
            name: _decode(codec, name, given[name])
            for name, codec in self.state.items()
            if name in given
        }

    def check(self, command: str, parameters: Parameters) -> Parameters:
        """Return a command's parameters as the device is sent them; raises CommandError."""
        known = self.commands.get(command)
        if known is None:
            raise CommandError(
                ErrorCode.UNSUPPORTED, f"{self.name} takes no command {command[:64]!r}"
            )
        strange = sorted(set(parameters) - set(known.parameters))
        if strange:
            raise CommandError(
                ErrorCode.INVALID_FIELD, f"{command} takes no parameter {strange[0][:64]!r}"
            )
        missing = sorted(known.required - set(parameters))
        if missing:
            raise CommandError(ErrorCode.MISSING_FIELD, f"{command} needs {missing[0]}")
        try:
            return {
                name: _decode(known.parameters[name], name, value)
                for name, value in parameters.items()
            }
        except DecodeError as err:
            raise CommandError(err.code, err.message) from err


def _decode(codec: Codec, name: str, value: object) -> object:
    if value is None:
        return None
    try:
        return codec.decode(value)
    except DecodeError as err:
        raise DecodeError(err.code, f"{name}: {err.message}") from err


def between(codec: Codec, low: float, high: float) -> Codec:
    """Return a codec of numbers within bounds, both included."""

    def decode(value: object) -> object:
        number = codec.decode(value)
        if not low <= cast(float, number) <= high:
            raise invalid(f"a number from {low:g} to {high:g}")
        return number

    return Codec(decode)


def one_of(*values: str) -> Codec:
    """Return a codec of a few words."""

    def decode(value: object) -> object:
        if value not in values:
            raise invalid(f"one of {', '.join(values)}")
        return value

    return Codec(decode)


def numbers(*bounds: tuple[float, float]) -> Codec:
    """Return a codec of a list of numbers, each within bounds of its own."""

    def decode(value: object) -> object:
        if (
            not isinstance(value, list)
            or len(value) != len(bounds)
            or not all(
                isinstance(each, int | float) and not isinstance(each, bool) and low <= each <= high
                for each, (low, high) in zip(value, bounds, strict=True)
            )
        ):
            raise invalid(f"a list of {len(bounds)} numbers within bounds")
        return tuple(value)

    return Codec(decode, lambda value: list(cast(tuple[float, ...], value)))


def of_object(check: Callable[[Mapping[str, object]], object]) -> Codec:
    """Return a codec of an object."""
    return Codec(lambda value: check(as_object(value)))

"""The table of capability types in docs/devices.md, as the code has them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
import sys

from alicia_bus.capabilities import Capability, Command
from alicia_bus.capability_types import TYPES

HEADER = "| type | becomes | state | commands | parameters |\n|---|---|---|---|---|\n"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "–"


def _state(kind: Capability) -> str:
    """The field that a bare value stands for comes first, in bold."""
    if not kind.state:
        return "–"
    others = [name for name in kind.state if name != kind.value]
    return ", ".join((f"**`{kind.value}`**", *(f"`{name}`" for name in others)))


def _command(name: str, command: Command) -> str:
    given = [
        f"`{each}`" if each in command.required else f"[`{each}`]" for each in command.parameters
    ]
    return f"`{name}`" + (f" {' '.join(given)}" if given else "")


def _shape(kind: Capability) -> tuple[str, ...]:
    commands = ", ".join(_command(*each) for each in kind.commands.items()) or "–"
    return kind.platform or "nothing", _state(kind), commands, _code(sorted(kind.parameters))


def _name(kind: Capability) -> str:
    unit = kind.defaults.get("unit")
    return f"`{kind.name}` ({unit})" if unit and kind.platform == "sensor" else f"`{kind.name}`"


def _rows() -> Iterator[str]:
    """A row for all neighbours that differ in their name and unit alone."""
    for shape, kinds in groupby(TYPES.values(), _shape):
        yield " | ".join(("|", ", ".join(map(_name, kinds)), *shape, "|")).replace("| |", "|")


def table() -> str:
    """The table in Markdown."""
    return HEADER + "".join(f"{row.strip()}\n" for row in _rows())


if __name__ == "__main__":
    sys.stdout.write(table())

"""The table of one spoken command."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import textwrap
from typing import Final

from .check.mouth import Way
from .check.states import Snapshot
from .progress import say
from .ways.reply import Reply

_LABEL: Final = 12
_WIDTH: Final = 76

type Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One command, and what came of it."""

    text: str
    seconds: float
    way: Way
    reply: Reply
    states: Sequence[str]
    #: The files and addresses at which the answer's audio lies.
    audio: Sequence[str]


def show(spoken: Spoken) -> None:
    """Print what was said, heard, done and answered, and how long each stage took."""
    reply = spoken.reply
    stages = ", ".join(f"{each.name} {each.milliseconds:.0f} ms" for each in reply.stages)
    rows: list[Row] = [
        ("way", spoken.way),
        ("said", f"{spoken.text} ({spoken.seconds:.1f} s)"),
        ("heard", reply.heard or "(nothing)"),
        ("did", "; ".join(spoken.states) or "nothing changed"),
        ("answered", reply.answer or reply.error or "(nothing)"),
        ("audio", " and ".join(spoken.audio) or "(none)"),
        ("stages", stages or "(none)"),
    ]
    print_rows(rows)


def print_rows(rows: Iterable[Row]) -> None:
    """Print rows of a label and a text."""
    rule = "+" + "-" * (_LABEL + 2) + "+" + "-" * (_WIDTH + 2) + "+"
    say(rule)
    for label, value in rows:
        for number, line in enumerate(textwrap.wrap(value, _WIDTH) or [""]):
            say(f"| {label if number == 0 else '':{_LABEL}} | {line:{_WIDTH}} |")
    say(rule)


def differences(before: Snapshot, after: Snapshot) -> Iterable[str]:
    """Say of each thing that changed what it was and what it is."""
    for entity, seen in before.items():
        now = after.get(entity, {})
        parts = [
            f"{'' if key == 'state' else f'{key} '}{value} -> {now.get(key)}"
            for key, value in seen.items()
            if now.get(key) != value
        ]
        if parts:
            yield f"{entity}: {', '.join(parts)}"

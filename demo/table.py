"""The table of one spoken command."""

from collections.abc import Iterable
from pathlib import Path
import textwrap
from typing import Final

from .check.mouth import Way
from .check.states import Snapshot
from .progress import say
from .ways.reply import Reply

_LABEL: Final = 12
_WIDTH: Final = 76

type Row = tuple[str, str]


def show(text: str, way: Way, reply: Reply, states: Iterable[str], audio: Path | None) -> None:
    """Print what was said, heard, done and answered, and how long each stage took."""
    stages = ", ".join(f"{each.name} {each.milliseconds:.0f} ms" for each in reply.stages)
    rows: list[Row] = [
        ("way", way),
        ("said", text),
        ("heard", reply.heard or "(nothing)"),
        ("did", "; ".join(states) or "nothing changed"),
        ("answered", reply.answer or reply.error or "(nothing)"),
        ("audio", " and ".join(str(each) for each in (audio, reply.audio_url) if each) or "(none)"),
        ("stages", stages or "(none)"),
    ]
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

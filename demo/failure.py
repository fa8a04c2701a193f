"""What went wrong, in words that say what to do."""

from pathlib import Path
from typing import Final

_TAIL: Final = 15


class DemoError(Exception):
    """The demo can't go on."""


def with_log(message: str, advice: str, log: Path) -> DemoError:
    """Return an error that shows the end of a log."""
    lines = log.read_text(errors="replace").splitlines()[-_TAIL:] if log.exists() else []
    shown = "\n".join(f"    {line[:200]}" for line in lines) or "    (it has said nothing)"
    return DemoError(f"{message}\n{shown}\nAll of it is in {log}.\n{advice}")

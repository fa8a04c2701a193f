"""Language tags of clients, and the languages of engines."""

from collections.abc import Sequence
import re

from alicia_bus.errors import CommandError, ErrorCode


def find_language(wanted: str | None, supported: Sequence[str]) -> str | None:
    """Return the supported language that a tag means, if there is one: ``en-US`` is ``en``."""
    parts = [part for part in re.split(r"[-_]", (wanted or "").strip().lower()) if part]
    for length in range(len(parts), 0, -1):
        tag = "-".join(parts[:length])
        if (found := next((each for each in supported if each.lower() == tag), None)) is not None:
            return found
    return None


def match_language(wanted: str | None, supported: Sequence[str]) -> str | None:
    """Return the same; no tag is no language, and one that is not supported a CommandError."""
    found = find_language(wanted, supported)
    if found is None and wanted:
        raise CommandError(
            ErrorCode.UNSUPPORTED_LANGUAGE,
            f"the language {wanted[:40]!r} is none of {_list(supported)}",
        )
    return found


def _list(supported: Sequence[str]) -> str:
    shown = ", ".join(supported[:5])
    more = len(supported) - 5
    return f"{shown} and {more} more" if more > 0 else shown

"""What devices say, cut down to what a model is given.

Anybody on the bus chooses names, states and log lines; a model must not take them for
instructions, nor be flooded.
"""

from collections.abc import Mapping
from itertools import islice
import math
from typing import Final

from homeassistant.util.json import JsonValueType

MAX_TEXT: Final = 200  # characters
MAX_LINE: Final = 500  # characters of a line of a log
MAX_ITEMS: Final = 50
MAX_DEPTH: Final = 6
MAX_NUMBER: Final = 2**53  # larger ones are not what they were in every reader of JSON


def data(value: object, limit: int = MAX_TEXT, depth: int = MAX_DEPTH) -> JsonValueType:
    """Return a value as bounded JSON."""
    if isinstance(value, Mapping) and depth:
        items = islice(value.items(), MAX_ITEMS)
        return {plain(str(key)): data(each, limit, depth - 1) for key, each in items}
    if isinstance(value, list | tuple) and depth:
        return [data(each, limit, depth - 1) for each in value[:MAX_ITEMS]]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or (isinstance(value, int) and abs(value) <= MAX_NUMBER):
        return value
    return plain(value if isinstance(value, str) else "…", limit)


def plain(text: str, limit: int = MAX_TEXT) -> str:
    """Return a text as one line of printable characters."""
    line = "".join(char if char.isprintable() else " " for char in text[: limit + 1])
    return line if len(line) <= limit else f"{line[: limit - 1]}…"

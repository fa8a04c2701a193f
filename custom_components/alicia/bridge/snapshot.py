"""States and event data of Home Assistant as JSON that the bus can carry."""

from collections.abc import Mapping
from typing import Any, cast

from homeassistant.core import State
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads


def plain(value: object) -> Mapping[str, Any]:
    """Return an object as plain JSON; raises TypeError and ValueError for what is none."""
    return cast(Mapping[str, Any], json_loads(json_bytes(value)))


def attributes(state: State) -> Mapping[str, Any]:
    """Return a state's attributes, or none where one of them can't be written."""
    try:
        return plain(state.attributes)
    except TypeError, ValueError:
        return {}

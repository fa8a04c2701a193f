"""States and event data of Home Assistant as JSON that the bus can carry."""

from collections.abc import Mapping
from typing import Any, Final, cast

from homeassistant.core import State
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads

#: What lets whoever has it look through a camera.
SECRETS: Final = frozenset({"access_token"})
_SIGNED: Final = "token="


def plain(value: object) -> Mapping[str, Any]:
    """Return an object as plain JSON; raises TypeError and ValueError for what is none."""
    return cast(Mapping[str, Any], json_loads(json_bytes(value)))


def attributes(state: State) -> Mapping[str, Any]:
    """Return a state's attributes but for secrets, or none where one can't be written."""
    try:
        return plain(
            {
                name: value
                for name, value in state.attributes.items()
                if name not in SECRETS and not (isinstance(value, str) and _SIGNED in value)
            }
        )
    except TypeError, ValueError:
        return {}

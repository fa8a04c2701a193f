"""What a tool takes, without what says nothing: each word of it is sent with each question."""

from collections.abc import Mapping
from typing import Any, Final

from .request import Json

#: xAI lets through no argument that isn't described, whether this is said or not.
_SAID_ANYWAY: Final = "additionalProperties"


def without_the_needless(parameters: Mapping[str, Any], *, has_floors: bool) -> Json:
    """Return a tool's parameters without floors that the house hasn't, and without its one domain.

    Home Assistant's tools for one domain take that domain as an argument, too, and do the same
    with it and without it.
    """
    needed = parameters.get("required", ())
    properties = {
        name: schema
        for name, schema in parameters.get("properties", {}).items()
        if name in needed or not _is_needless(name, schema, has_floors=has_floors)
    }
    kept = {key: each for key, each in parameters.items() if key != _SAID_ANYWAY}
    return kept | {"properties": properties}


def _is_needless(name: str, schema: Mapping[str, Any], *, has_floors: bool) -> bool:
    if name == "floor":
        return not has_floors
    return name == "domain" and len(_values(schema)) == 1


def _values(schema: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what an argument, or each of its parts, may be, where that is a list."""
    listed = schema.get("items", schema)
    return tuple(listed.get("enum", ())) if isinstance(listed, Mapping) else ()

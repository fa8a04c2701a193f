"""What a tool takes, without what says nothing: each word of it is sent with each question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .request import Json

#: xAI lets through no argument that isn't described, whether this is said or not.
_SAID_ANYWAY: Final = "additionalProperties"


@dataclass(frozen=True, slots=True)
class Needed:
    """What a house has that arguments may tell apart."""

    has_floors: bool
    classes: frozenset[str]


def without_the_needless(parameters: Mapping[str, Any], needed: Needed) -> Json:
    """Return a tool's parameters without what can make no difference in a house.

    That are floors and device classes that it hasn't, and the one domain of a tool: Home
    Assistant's tools for one domain take it as an argument, too, and do the same without it.
    """
    required = parameters.get("required", ())
    properties = {
        name: lean
        for name, schema in parameters.get("properties", {}).items()
        if (lean := schema if name in required else _lean(name, schema, needed)) is not None
    }
    kept = {key: each for key, each in parameters.items() if key != _SAID_ANYWAY}
    return kept | {"properties": properties}


def _lean(name: str, schema: Mapping[str, Any], needed: Needed) -> Mapping[str, Any] | None:
    values = _values(schema)
    if name == "floor" and not needed.has_floors:
        return None
    if name == "domain" and len(values) == 1:
        return None
    if name != "device_class" or not values:
        return schema
    there = [value for value in values if value in needed.classes]
    return {**schema, "items": {**schema["items"], "enum": there}} if there else None


def _values(schema: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what each part of an argument may be, where that is a list."""
    listed = schema.get("items")
    return tuple(listed.get("enum", ())) if isinstance(listed, Mapping) else ()

"""Home Assistant's tools as xAI is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.helpers import floor_registry as fr, llm
import probatio as vol

from .house import Thing
from .request import Json, chosen, function
from .schema import Needed, without_the_needless

#: Parts that say by their value whether they are the same; of the others each is another.
_COMPARED: Final = (str, Needed, vol.Marker)


@dataclass(frozen=True, slots=True)
class _Described:
    """A tool as it is told of, and what that was made from."""

    parts: tuple[object, ...]
    tool: Json


class Offers:
    """Describes tools, each once as long as it stays the same: to describe all takes a while."""

    def __init__(self) -> None:
        self._known: dict[str, _Described] = {}

    def of(self, api: llm.APIInstance | None, things: Sequence[Thing], others: int) -> list[Json]:
        """Return an API's tools for a house, as many as xAI takes beside others."""
        if api is None:
            return []
        floors = fr.async_get(api.api.hass).floors
        needed = Needed(
            has_floors=bool(floors), classes=frozenset(each.device_class for each in things)
        )
        described = {tool.name: self._describe(tool, api, needed) for tool in api.tools}
        self._known = described
        return chosen([each.tool for each in described.values()], others)

    def _describe(self, tool: llm.Tool, api: llm.APIInstance, needed: Needed) -> _Described:
        parts = (tool.description, api.custom_serializer, needed, *_parts(tool.parameters))
        known = self._known.get(tool.name)
        if known is not None and _are_the_same(known.parts, parts):
            return known
        parameters = vol.to_openapi(
            tool.parameters, custom_serializer=api.custom_serializer, openapi_version="3.1.0"
        )
        lean = without_the_needless(parameters, needed)
        return _Described(parts, function(tool.name, tool.description, lean))


def _parts(parameters: vol.Schema) -> tuple[object, ...]:
    """Return what a schema is made from; Home Assistant makes schemas anew, and not their parts."""
    schema = parameters.schema
    if isinstance(schema, Mapping):
        return tuple(part for item in schema.items() for part in item)
    return (schema,)


def _are_the_same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(
        old is new or (isinstance(old, _COMPARED) and type(old) is type(new) and old == new)
        for old, new in zip(before, now, strict=True)
    )

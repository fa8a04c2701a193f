"""Data in a structure that whoever gives a task asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from homeassistant.helpers import llm
from homeassistant.util import slugify
from homeassistant.util.json import json_loads
import probatio as vol

from .errors import GrokError, Kind
from .request import MAX_NAME, Json

#: What xAI's models are not bound by, and other servers refuse.
_IDLE: Final = frozenset({"$comment", "default", "deprecated", "examples", "uniqueItems"})
_FORMATS: Final = frozenset({"date", "date-time", "time"})


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure as Home Assistant knows it, and as a JSON schema."""

    wanted: vol.Schema
    schema: Json

    @classmethod
    def of(cls, wanted: vol.Schema, api: llm.APIInstance | None) -> Self:
        """Return the structure that is asked for."""
        serializer = (api and api.custom_serializer) or llm.selector_serializer
        schema: Json = vol.to_openapi(wanted, custom_serializer=serializer, openapi_version="3.1.0")
        return cls(wanted, schema)

    def as_format(self, name: str) -> Json:
        """Return what a request says of it."""
        return {
            "type": "json_schema",
            "name": slugify(name)[:MAX_NAME] or "data",
            "schema": _strict(self.schema),
            "strict": True,
        }

    def read(self, text: str) -> object:
        """Return the data that a text is; raises GrokError for one that is none of the kind."""
        try:
            data = _without_nulls(json_loads(text), self.schema)
            self.wanted(data)
        except (vol.Invalid, AttributeError, TypeError, ValueError) as err:
            raise GrokError(Kind.NOT_AS_ASKED) from err
        return data


def _strict(schema: object) -> object:
    """Return a schema that names all there is; what may be missing may be null instead."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    strict = {key: _strict(each) for key, each in schema.items() if key not in _IDLE}
    if strict.get("format") not in _FORMATS:
        strict.pop("format", None)
    properties = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(properties, Mapping):
        return strict
    needed = schema.get("required") or ()
    return strict | {
        "properties": {
            name: _strict(each) if name in needed else _nullable(_strict(each))
            for name, each in properties.items()
        },
        "required": list(properties),
        "additionalProperties": False,
    }


def _nullable(schema: object) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _without_nulls(data: object, schema: object) -> object:
    """Return data without the nulls that stand for what is missing."""
    if not isinstance(schema, Mapping):
        return data
    if isinstance(data, list):
        return [_without_nulls(each, schema.get("items")) for each in data]
    if not isinstance(data, Mapping):
        return data
    properties, needed = schema.get("properties") or {}, schema.get("required") or ()
    return {
        name: _without_nulls(value, properties.get(name))
        for name, value in data.items()
        if value is not None or name in needed or name not in properties
    }

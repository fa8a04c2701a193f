"""What a tool takes is told without what says nothing."""

from typing import Any

import pytest

from custom_components.alicia.grok.schema import without_the_needless

ONE_DOMAIN = {"type": "array", "items": {"type": "string", "enum": ["fan"]}}
ANY_DOMAIN = {"type": "array", "items": {"type": "string"}}
TWO_DOMAINS = {"type": "array", "items": {"type": "string", "enum": ["fan", "light"]}}


@pytest.mark.parametrize(
    ("properties", "required", "has_floors", "kept"),
    [
        ({"floor": {}, "name": {}}, [], False, ["name"]),
        ({"floor": {}, "name": {}}, [], True, ["floor", "name"]),
        ({"floor": {}}, ["floor"], False, ["floor"]),
        ({"domain": ONE_DOMAIN}, [], False, []),
        ({"domain": {"type": "string", "enum": ["fan"]}}, [], False, []),
        ({"domain": ONE_DOMAIN}, ["domain"], False, ["domain"]),
        ({"domain": ANY_DOMAIN}, [], False, ["domain"]),
        ({"domain": TWO_DOMAINS}, [], False, ["domain"]),
        ({"domain": {"items": [1]}}, [], False, ["domain"]),
        ({"mode": ONE_DOMAIN}, [], False, ["mode"]),
    ],
)
def test_what_is_kept(
    properties: dict[str, Any],
    required: list[str],
    has_floors: bool,
    kept: list[str],
) -> None:
    given = {"properties": properties, "required": required, "additionalProperties": False}
    found = without_the_needless(given, has_floors=has_floors)
    assert list(found) == ["properties", "required"]
    assert list(found["properties"]) == kept

"""What a tool takes is told without what can make no difference."""

from typing import Any

import pytest

from custom_components.alicia.grok.schema import Needed, without_the_needless

ONE_DOMAIN = {"type": "array", "items": {"type": "string", "enum": ["fan"]}}
ANY_DOMAIN = {"type": "array", "items": {"type": "string"}}
TWO_DOMAINS = {"type": "array", "items": {"type": "string", "enum": ["fan", "light"]}}
CLASSES = {"type": "array", "items": {"type": "string", "enum": ["awning", "blind", "tv"]}}
BLIND = {"type": "array", "items": {"type": "string", "enum": ["blind"]}}
FLAT = Needed(has_floors=False, classes=frozenset())
HOUSE = Needed(has_floors=True, classes=frozenset({"blind", "window"}))


@pytest.mark.parametrize(
    ("properties", "required", "needed", "kept"),
    [
        ({"floor": {}, "name": {}}, [], FLAT, {"name": {}}),
        ({"floor": {}, "name": {}}, [], HOUSE, {"floor": {}, "name": {}}),
        ({"floor": {}}, ["floor"], FLAT, {"floor": {}}),
        ({"domain": ONE_DOMAIN}, [], FLAT, {}),
        ({"domain": ONE_DOMAIN}, ["domain"], FLAT, {"domain": ONE_DOMAIN}),
        ({"domain": ANY_DOMAIN}, [], FLAT, {"domain": ANY_DOMAIN}),
        ({"domain": TWO_DOMAINS}, [], FLAT, {"domain": TWO_DOMAINS}),
        ({"domain": {"items": [1]}}, [], FLAT, {"domain": {"items": [1]}}),
        ({"mode": ONE_DOMAIN}, [], FLAT, {"mode": ONE_DOMAIN}),
        ({"device_class": CLASSES}, [], FLAT, {}),
        ({"device_class": CLASSES}, [], HOUSE, {"device_class": BLIND}),
        ({"device_class": CLASSES}, ["device_class"], FLAT, {"device_class": CLASSES}),
        ({"device_class": ANY_DOMAIN}, [], HOUSE, {"device_class": ANY_DOMAIN}),
    ],
)
def test_what_is_kept(
    properties: dict[str, Any], required: list[str], needed: Needed, kept: dict[str, Any]
) -> None:
    given = {"properties": properties, "required": required, "additionalProperties": False}
    assert without_the_needless(given, needed) == {"properties": kept, "required": required}

"""Data of a structure: what is asked for, and what is taken for an answer."""

import json
from typing import Any

from homeassistant.helpers import selector
import probatio as vol
import pytest

from custom_components.alicia.grok.errors import GrokError, Kind
from custom_components.alicia.grok.structure import Structure


def structure(**fields: Any) -> Structure:
    """One that is made as Home Assistant makes them: each field required, or not."""
    return Structure.of(
        vol.Schema(
            {
                (vol.Optional if name.startswith("maybe") else vol.Required)(
                    name, description=f"The {name}"
                ): selector.selector(config)
                for name, config in fields.items()
            }
        ),
        None,
    )


PERSON = structure(
    name={"text": None},
    maybe_age={"number": {"min": 0, "max": 150}},
    mood={"select": {"options": ["good", "bad"], "multiple": True}},
    maybe_home={
        "object": {
            "fields": {
                "street": {"selector": {"text": None}, "required": True},
                "floor": {"selector": {"number": None}},
            },
            "multiple": True,
        }
    },
)
ANNA = {"name": "Anna", "mood": ["good"]}


def test_what_is_asked_for() -> None:
    asked = PERSON.as_format("Who is there, Ümit?")
    assert (asked["type"], asked["name"], asked["strict"]) == (
        "json_schema",
        "who_is_there_umit",
        True,
    )
    schema = asked["schema"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["name", "maybe_age", "mood", "maybe_home"]
    properties = schema["properties"]
    assert properties["name"] == {"type": "string", "description": "The name"}
    assert properties["maybe_age"]["anyOf"][1] == {"type": "null"}
    assert properties["mood"]["items"] == {"type": "string", "enum": ["good", "bad"]}
    assert "uniqueItems" not in properties["mood"]
    home = properties["maybe_home"]["anyOf"][0]["items"]
    assert home["additionalProperties"] is False
    assert home["required"] == ["street", "floor"]
    assert home["properties"]["floor"]["anyOf"][1] == {"type": "null"}


@pytest.mark.parametrize("name", ["", "!!", "x" * 500])
def test_a_name_that_is_none(name: str) -> None:
    assert 0 < len(PERSON.as_format(name)["name"]) <= 64


def test_formats_that_only_home_assistant_knows() -> None:
    asked = structure(light={"entity": None}, day={"date": None}).as_format("x")["schema"]
    assert "format" not in asked["properties"]["light"]
    assert asked["properties"]["day"]["format"] == "date"


def test_an_object_of_any_kind() -> None:
    asked = structure(anything={"object": {}}).as_format("x")["schema"]
    assert asked["properties"]["anything"]["additionalProperties"] is True


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (ANNA, ANNA),
        ({**ANNA, "maybe_age": None, "maybe_home": None}, ANNA),
        ({**ANNA, "maybe_age": 30}, {**ANNA, "maybe_age": 30}),
        (
            {**ANNA, "maybe_home": [{"street": "A", "floor": None}, {"street": "B", "floor": 2}]},
            {**ANNA, "maybe_home": [{"street": "A"}, {"street": "B", "floor": 2}]},
        ),
    ],
)
def test_data_as_asked_for(said: Any, data: Any) -> None:
    assert PERSON.read(json.dumps(said)) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can't do that.",
        "[]",
        "7",
        "null",
        '"name"',
        '{"name": "Anna"',
        '{"name": "Anna"}',
        '{"name": null, "mood": []}',
        '{"name": "Anna", "mood": ["angry"]}',
        '{"name": "Anna", "mood": "good"}',
        '{"name": "Anna", "mood": [], "maybe_age": 200}',
        '{"name": "Anna", "mood": [], "maybe_age": []}',
        '{"name": "Anna", "mood": [], "maybe_age": NaN}',
        '{"name": "Anna", "mood": [], "maybe_home": [7]}',
        '{"name": "Anna", "mood": [], "maybe_home": [{"floor": 7}]}',
        '{"name": "Anna", "mood": [], "more": 1}',
        "[" * 100_000,
    ],
)
def test_what_was_not_asked_for(text: str) -> None:
    with pytest.raises(GrokError) as caught:
        PERSON.read(text)
    assert caught.value.kind is Kind.NOT_AS_ASKED
    assert text not in str(caught.value) or not text

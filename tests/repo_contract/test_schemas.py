"""What the forms and actions take, in code, in services.yaml and in the translations."""

from functools import cache
import importlib
from types import ModuleType
from typing import Any

from homeassistant import data_entry_flow
from homeassistant.helpers import selector
import probatio as vol
import pytest
import yaml

from .source import INTEGRATION, load

ACTIONS = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
STEPS = [
    (section, step)
    for section in ("config", "options")
    for step, texts in load("translations/en.json")[section]["step"].items()
    if "menu_options" not in texts
]
#: Where a flow keeps its schemas.
FLOWS = ("config_flow", "grok.flow", "grok.account_options")
FIELD_KEYS = {"advanced", "default", "example", "required", "selector"}


@cache
def module(name: str) -> ModuleType:
    """A module of the integration."""
    return importlib.import_module(f"custom_components.alicia.{name}")


def fields(validator: Any) -> dict[str, Any]:
    """What a schema takes, by name, however it is wrapped."""
    if isinstance(validator, vol.All):
        validator = validator.validators[0]
    return {str(marker.schema): (marker, value) for marker, value in validator.schema.items()}


def schema_of(section: str, step: str) -> dict[str, Any]:
    """The fields of a step, and of its sections; the flow names its schemas after its steps."""
    name = "OPTIONS" if (section, step) == ("options", "init") else step.upper()
    (schema,) = (
        found for flow in FLOWS if (found := getattr(module(flow), f"{name}_SCHEMA", None))
    )
    found = fields(schema)
    sections = {
        name: value.schema
        for name, (_, value) in found.items()
        if isinstance(value, data_entry_flow.section)
    }
    inner = [fields(schema) for schema in sections.values()]
    outer = {name: row for name, row in found.items() if name not in sections}
    return outer | {name: row for each in inner for name, row in each.items()}


@pytest.mark.parametrize(("section", "step"), STEPS)
def test_every_field_of_a_form_has_its_texts(section: str, step: str) -> None:
    texts = load("translations/en.json")[section]["step"][step]
    groups = (texts, *texts.get("sections", {}).values())
    assert set(schema_of(section, step)) == {
        name for each in groups for name in each.get("data", {})
    }


@pytest.mark.parametrize(("section", "step"), STEPS)
def test_choices_of_a_form_are_translated(section: str, step: str) -> None:
    translated = load("translations/en.json").get("selector", {})
    for _, value in schema_of(section, step).values():
        if isinstance(value, selector.SelectSelector) and "translation_key" in value.config:
            options = translated[value.config["translation_key"]]["options"]
            assert set(options) == set(value.config["options"])


def test_the_same_actions_everywhere() -> None:
    services = module("services")
    registered = {name for name in ACTIONS if hasattr(services, name.upper())}
    assert registered == set(ACTIONS)
    assert set(load("icons.json")["services"]) == set(ACTIONS)
    assert set(load("translations/en.json")["services"]) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_field_of_an_action_is_described_and_translated(action: str) -> None:
    schema = fields(getattr(module("services"), f"{action.upper()}_SCHEMA"))
    described = ACTIONS[action]["fields"]
    texts = load("translations/en.json")["services"][action]
    assert texts["name"]
    assert texts["description"]
    assert set(described) == set(schema) == set(texts["fields"])
    for name, field in described.items():
        assert set(field) <= FIELD_KEYS
        assert field.get("required", False) is isinstance(schema[name][0], vol.Required), name
        assert selector.validate_selector(field["selector"])
        assert texts["fields"][name]["name"]
        assert texts["fields"][name]["description"]

"""Every text that a user may see is there, in every language, and none is left over."""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import string
from typing import Any

import pytest

from .source import (
    INTEGRATION,
    called,
    calls,
    constants,
    load,
    name_of,
    platforms,
    python_files,
    tree,
)

TRANSLATIONS = sorted((INTEGRATION / "translations").glob("*.json"))
CODE = python_files(INTEGRATION)
SLUG = re.compile(r"(?!.*[_-]{2})[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
#: Steps that discovery starts; they go on to a step that shows something.
SOURCES = {"bluetooth", "dhcp", "hassio", "import", "mqtt", "reauth", "ssdp", "usb", "zeroconf"}
#: Reasons that Home Assistant's own code gives.
CORE_REASONS = {
    "already_configured",
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
    "single_instance_allowed",
}
#: Entities of a platform that are described in a room of the integration.
ELSEWHERE = {"sensor": ("grok/sensors.py",)}
#: States of the settings that Home Assistant's assist_pipeline makes for a satellite.
CORE_STATES = {"aggressive", "default", "preferred", "relaxed"}


def leaves(content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path of keys to it."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def placeholders(text: str) -> set[str]:
    """The names that a text asks for in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def kind_of(call: ast.Call) -> str:
    """Where the translation of a key given in this call lies."""
    name = called(call)
    if name.endswith("EntityDescription"):
        return "entity"
    if name.endswith("SelectorConfig"):
        return "selector"
    return "issues" if name == "async_create_issue" else "exceptions"


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value given for a keyword."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def translation_keys(path: Path, kind: str) -> set[str]:
    """The keys of one kind that a file spells out, directly or through a function of its own."""
    found = set()
    for call in calls(path):
        value = keyword(call, "translation_key")
        if isinstance(value, ast.Constant) and kind_of(call) == kind:
            found.add(str(value.value))
    for function in ast.walk(tree(path)):
        if isinstance(function, ast.FunctionDef) and "key" in (
            names := [argument.arg for argument in function.args.args]
        ):
            handed_on = any(
                isinstance(call, ast.Call)
                and isinstance(value := keyword(call, "translation_key"), ast.Name)
                and value.id == "key"
                and kind_of(call) == kind
                for call in ast.walk(function)
            )
            if handed_on:
                found |= arguments(path, function.name, names.index("key"))
    return found


def arguments(path: Path, function: str, position: int) -> set[str]:
    """The text that calls of a function may give at one place."""
    given = [
        call.args[position]
        for call in calls(path)
        if called(call) == function and len(call.args) > position
    ]
    names = {value.id for value in given if isinstance(value, ast.Name)}
    assigned = [
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in names
    ]
    return {text for value in (*given, *assigned) for text in outcomes(value)}


def outcomes(value: ast.expr) -> Iterator[str]:
    """The text that an expression may be."""
    if isinstance(value, ast.IfExp):
        yield from outcomes(value.body)
        yield from outcomes(value.orelse)
    elif isinstance(value, ast.Constant):
        yield str(value.value)


@pytest.mark.parametrize("path", TRANSLATIONS, ids=name_of)
def test_texts_are_as_hassfest_wants_them(path: Path) -> None:
    for key, text in leaves(json.loads(path.read_text())):
        assert text, key
        assert text == text.strip(), key
        assert "[%key:" not in text, key
        assert not re.search(r"<[a-z/][^>]*>", text), key
        assert not re.search(r"'\{\w+\}'", text), key
        assert not re.search(r"(https?|mqtts?)://|www\.", text), key
        assert all(name.isidentifier() for name in placeholders(text)), key


def test_exceptions_and_issues_are_where_home_assistant_looks() -> None:
    texts = load("translations/en.json")
    assert {key for key, each in texts["exceptions"].items() if set(each) != {"message"}} == set()
    shapes = ({"title", "description"}, {"title", "fix_flow"})
    assert {key for key, each in texts["issues"].items() if set(each) not in shapes} == set()


@pytest.mark.parametrize("path", TRANSLATIONS, ids=name_of)
def test_every_language_says_the_same(path: Path) -> None:
    english = {key: placeholders(text) for key, text in leaves(load("translations/en.json"))}
    assert {key: placeholders(text) for key, text in leaves(json.loads(path.read_text()))} == (
        english
    )


@pytest.mark.parametrize("kind", ["exceptions", "issues", "selector"])
def test_every_key_in_the_code_is_translated(kind: str) -> None:
    used = set().union(*(translation_keys(path, kind) for path in CODE))
    assert used <= set(load("translations/en.json").get(kind, {}))


@pytest.mark.parametrize("path", platforms(), ids=name_of)
def test_entities_have_names_and_icons(path: Path) -> None:
    files = (path, *(INTEGRATION / each for each in ELSEWHERE.get(path.stem, ())))
    used = set().union(*(translation_keys(each, "entity") for each in files)) | {
        str(node.value.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "_attr_translation_key"
        and isinstance(node.value, ast.Constant)
    }
    texts = load("translations/en.json")["entity"].get(path.stem, {})
    assert used == set(texts)
    assert set(load("icons.json")["entity"].get(path.stem, {})) <= used


def test_icons_are_material_design_icons() -> None:
    assert all(re.fullmatch(r"mdi:[a-z0-9-]+", icon) for _, icon in leaves(load("icons.json")))


@pytest.mark.parametrize("section", ["exceptions", "issues", "selector", "config", "options"])
def test_no_translation_is_left_over(section: str) -> None:
    texts = load("translations/en.json").get(section, {})
    if section in {"config", "options"}:
        texts = texts.get("error", {}) | texts.get("abort", {})
    assert set(texts) <= constants(*CODE) | CORE_REASONS


def test_states_and_attributes_of_entities_exist() -> None:
    platform_texts = load("translations/en.json")["entity"]
    keys = {
        part
        for path, _ in leaves(platform_texts)
        for part in path.split(".")[2:]
        if part not in {"name", "state", "state_attributes"}
    }
    assert keys <= constants(*CODE) | CORE_STATES | {"on", "off", "event_type"}
    assert all(SLUG.fullmatch(key) for key in keys)


def test_every_reason_to_abort_is_translated() -> None:
    flow = INTEGRATION / "config_flow.py"
    reasons = {
        str(reason.value)
        for call in calls(flow)
        if called(call) == "async_abort"
        and isinstance(reason := keyword(call, "reason"), ast.Constant)
    }
    assert reasons <= set(load("translations/en.json")["config"]["abort"])


def test_every_error_of_a_form_is_translated() -> None:
    flow = tree(INTEGRATION / "config_flow.py")
    errors = {
        str(node.value.value)
        for node in ast.walk(flow)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and ast.unparse(node.targets[0]).startswith("errors[")
    }
    assert errors <= set(load("translations/en.json")["config"]["error"])


@pytest.mark.parametrize(
    ("flows", "path"),
    [
        ({"config_flow.py": "AliciaConfigFlow", "grok/flow.py": "GrokSteps"}, ("config",)),
        (
            {
                "config_flow.py": "AliciaOptionsFlow",
                "grok/account_options.py": "AccountOptionsFlow",
            },
            ("options",),
        ),
        ({"server_flow.py": "WyomingServerFlow"}, ("config_subentries", "wyoming_server")),
        *(
            ({"grok/subentry_flow.py": "GrokSubentryFlow"}, ("config_subentries", kind))
            for kind in ("conversation", "ai_task_data")
        ),
    ],
)
def test_every_step_has_texts(flows: Mapping[str, str], path: tuple[str, ...]) -> None:
    steps = {step for module, flow in flows.items() for step in steps_of(module, flow)}
    texts = load("translations/en.json")
    for name in path:
        texts = texts[name]
    assert set(texts["step"]) == steps - SOURCES
    for name, step in texts["step"].items():
        assert set(step.get("data", {})) == set(step.get("data_description", {})), name
        assert set(step.get("menu_options", {})) <= steps, name
    assert set(texts.get("error", {})) <= constants(*(INTEGRATION / module for module in flows))


def steps_of(module: str, flow: str) -> set[str]:
    """The steps of a flow's class."""
    (found,) = (
        node
        for node in tree(INTEGRATION / module).body
        if isinstance(node, ast.ClassDef) and node.name == flow
    )
    return {
        node.name.removeprefix("async_step_")
        for node in found.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("async_step_")
    }

"""Which part of the repository may lean on which."""

import ast
from pathlib import Path
import sys

import pytest

from .source import (
    BUS,
    INTEGRATION,
    SIDECARS,
    constants,
    name_of,
    python_files,
    runtime_imports,
    tree,
)

GLUE = [path for path in python_files(INTEGRATION) if not path.is_relative_to(BUS)]
#: Standard library that reaches outside the process, or asks it for the time.
OUTSIDE = {
    "asyncio",
    "http",
    "io",
    "os",
    "pathlib",
    "random",
    "select",
    "selectors",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
#: Modules that parts of Home Assistant look for in an integration, by this name, as their hook.
HOOKS = {
    "analytics",
    "backup",
    "condition",
    "config",
    "energy",
    "group",
    "hardware",
    "intent",
    "logbook",
    "media_source",
    "recorder",
    "trigger",
}


def roots(path: Path) -> set[str]:
    """The top-level packages that a file imports absolutely."""
    return {name.split(".")[0] for name, level in runtime_imports(path) if level == 0}


@pytest.mark.parametrize("path", python_files(BUS), ids=name_of)
def test_the_core_leans_on_the_standard_library_alone(path: Path) -> None:
    assert roots(path) <= sys.stdlib_module_names - OUTSIDE
    depth = len(path.relative_to(BUS).parts)
    assert all(level <= depth for _, level in runtime_imports(path))


def test_only_the_coordinator_imports_mqtt() -> None:
    users = {
        path.name
        for path in GLUE
        if any(
            name.startswith("homeassistant.components.mqtt") for name, _ in runtime_imports(path)
        )
    }
    assert users == {"coordinator.py"}


@pytest.mark.parametrize("path", GLUE, ids=name_of)
def test_the_integration_is_written_as_home_assistant_is(path: Path) -> None:
    assert not roots(path) & {"__future__", "voluptuous", "aiomqtt", "paho", "requests"}


@pytest.mark.parametrize("path", python_files(SIDECARS), ids=name_of)
def test_sidecars_run_without_home_assistant(path: Path) -> None:
    assert not roots(path) & {"homeassistant", "custom_components"}


def test_the_sidecars_use_the_very_core() -> None:
    link = SIDECARS / "alicia_bus"
    assert link.is_symlink()
    assert link.readlink() == Path("../../custom_components/alicia/bus")


def test_topics_are_spelt_in_one_place() -> None:
    others = [*GLUE, *python_files(BUS, SIDECARS)]
    others.remove(BUS / "topics.py")
    spelt = {
        f"{name_of(path)}: {text}"
        for path in others
        for text in constants(path) - docstrings(path)
        if text.startswith("alicia/")
    }
    assert not spelt


def docstrings(path: Path) -> set[str]:
    """The prose of a file."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {
        ast.get_docstring(node, clean=False) or ""
        for node in ast.walk(tree(path))
        if isinstance(node, documented)
    }


def test_no_module_is_taken_for_a_hook() -> None:
    taken = {path.stem for path in INTEGRATION.glob("*.py")} | {
        path.name for path in INTEGRATION.iterdir() if path.is_dir()
    }
    assert not taken & HOOKS

"""The repository as data: its files, its JSON, and what its Python code spells out."""

import ast
from collections.abc import Iterator
from functools import cache
import json
from pathlib import Path
import subprocess
from typing import Any

from homeassistant.const import Platform

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "alicia"
BUS = INTEGRATION / "bus"
SIDECARS = ROOT / "wyoming_services" / "src"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed; links are not followed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())


def python_files(*folders: Path) -> list[Path]:
    """The Python files of the repository that lie below one of the folders."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders)
    ]


def name_of(path: Path) -> str:
    """The path as the repository spells it; the id of a test about one file."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(), path.name)


def load(name: str) -> dict[str, Any]:
    """One of the integration's JSON files."""
    content = json.loads((INTEGRATION / name).read_text())
    assert isinstance(content, dict)
    return content


def platforms() -> list[Path]:
    """The modules that Home Assistant sets up as platforms of the integration."""
    return [path for path in INTEGRATION.glob("*.py") if path.stem in set(Platform)]


def constants(*paths: Path) -> set[str]:
    """All text that the files' code spells out."""
    return {
        node.value
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def called(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def runtime_imports(path: Path) -> Iterator[tuple[str, int]]:
    """What a file imports when it runs, as dotted names with the level of relative ones."""
    pending: list[ast.AST] = [tree(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = f"{node.module}." if node.module else ""
            yield from ((f"{module}{alias.name}", node.level) for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))

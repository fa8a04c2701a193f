"""What no file of the repository may hold, and how long it may be."""

import ast
from pathlib import Path
import re

import pytest

from .source import ROOT, files, name_of, python_files, tree

LONGEST_FILE = 350
LONGEST_FUNCTION = 60
LARGEST_FILE = 1_500_000
#: Weights and recordings are made or fetched, never kept.
UNWANTED_SUFFIXES = {".bin", ".gguf", ".mp3", ".onnx", ".pem", ".pt", ".safetensors", ".wav"}
#: Split, so that this file does not hold what it forbids.
UNWANTED_TEXT = re.compile(
    "|".join(
        (
            "/wo" + "rk/",
            "/t" + "mp/plan",
            "/ro" + "ot/",
            "pypi" + r"\.org",
            "python" + "hosted",
            "deb" + r"\.debian",
            "registry" + r"\.npmjs",
            "BEGIN " + r"[A-Z ]*PRIVATE KEY",
            "xai" + r"-[A-Za-z0-9]{20}",
        )
    )
)
TEXT = [path for path in files() if path.suffix not in {".png", ".jpg", ".ico"}]
CODE = python_files(ROOT)
PROGRAMS = [
    path for path in files() if path.parent in {ROOT / "scripts", ROOT / ".ci"} and not path.suffix
]


def test_no_machine_registry_or_secret_is_named() -> None:
    found = {
        f"{name_of(path)}: {match.group()}"
        for path in TEXT
        if (match := UNWANTED_TEXT.search(path.read_text()))
    }
    assert not found


def test_no_weights_recordings_or_large_files() -> None:
    unwanted = {
        name_of(path)
        for path in files()
        if path.suffix in UNWANTED_SUFFIXES or path.stat().st_size > LARGEST_FILE
    }
    assert not unwanted


def test_files_are_short() -> None:
    long = {name_of(path) for path in CODE if len(path.read_text().splitlines()) > LONGEST_FILE}
    assert not long


def test_functions_are_short() -> None:
    long = {
        f"{name_of(path)}: {node.name}"
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    }
    assert not long


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_programs_can_be_started(path: Path) -> None:
    assert path.stat().st_mode & 0o111
    assert path.read_text().startswith("#!")


@pytest.mark.parametrize("path", [path for path in files() if path.suffix == ".lock"], ids=name_of)
def test_lock_files_are_exact_and_name_no_index(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w.\[\],-]+==[\w.!+]+( ; .+)?", line), line

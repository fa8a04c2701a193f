"""Every row of the page about Wyoming is held by a test that exists."""

from pathlib import Path
import re

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "wyoming-tts.md"


def test_rows_name_tests_that_exist() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.endswith("| test |")]
    named = [re.search(r"\| `(test_\w+)` \|$", row) for row in rows]
    there = {
        name
        for path in (ROOT / "tests" / "wyoming_services").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(rows) > 30
    assert [row for row, name in zip(rows, named, strict=True) if name is None] == []
    assert {name[1] for name in named if name} - there == set()

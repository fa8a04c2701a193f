"""The golden messages: one JSON file for each part of the contract."""

import base64
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _payload(row: dict) -> bytes:
    if "raw_base64" in row:
        return base64.b64decode(row["raw_base64"])
    if "raw_repeat" in row:
        text, times = row["raw_repeat"]
        return (text * times).encode()
    if "raw_field" in row:
        name, text, times = row["raw_field"]
        return json.dumps({name: text * times}).encode()
    return row["raw"].encode() if "raw" in row else json.dumps(row["payload"]).encode()


def _golden() -> list[dict]:
    return [
        {**row, "file": path.stem, "bytes": _payload(row)}
        for path in sorted(HERE.glob("*.json"))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each golden, or each malformed, message."""
    for name, wanted in (("golden", False), ("malformed", True)):
        if name in metafunc.fixturenames:
            rows = [row for row in _golden() if (row["file"] == "malformed") is wanted]
            ids = [f"{row['file']}: {row['what']}" for row in rows]
            metafunc.parametrize(name, rows, ids=ids)

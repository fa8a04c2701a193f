"""What devices say is cut down before a model sees it."""

import json
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.alicia.tools.data import MAX_ITEMS, MAX_TEXT, data, plain

TEXT = st.text(max_size=400) | st.just("\x00\n\u2028\x1b[31m\u202e") | st.just("\ud800")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=80) | st.dictionaries(TEXT, inner, max_size=80),
    max_leaves=60,
)


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for each in value.values() for text in texts(each))]
    if isinstance(value, list):
        assert len(value) <= MAX_ITEMS
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


@given(JSON)
def test_anything_becomes_short_json_of_printable_text(value: object) -> None:
    told = data(value)
    assert json.loads(json.dumps(told, allow_nan=False).encode()) == told
    for text in texts(told):
        assert text.isprintable()
        assert len(text) <= MAX_TEXT
        text.encode()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 300, "x" * 199 + "…"),
        ("x" * 200, "x" * 200),
        (True, True),
        (10**400, "…"),
        (math.nan, None),
        (object(), "…"),
        (b"bytes", "…"),
        ([[[[[[[1]]]]]]], [[[[[["…"]]]]]]),
        (list(range(80)), list(range(50))),
    ],
)
def test_what_is_too_much_is_left_out(value: object, told: object) -> None:
    assert data(value) == told


def test_a_text_that_is_too_long_says_so() -> None:
    assert plain("abcdef", 4) == "abc…"

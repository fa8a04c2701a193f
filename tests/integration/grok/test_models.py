"""Each model is asked only for what it takes."""

import pytest

from custom_components.alicia.grok.models import DEFAULT_MODEL, effort, is_known
from tests.fakes.xai.models import MODELS, Model


@pytest.mark.parametrize(
    ("model", "wanted", "asked"),
    [
        ("grok-4.3", None, "none"),
        ("grok-4.3-fast", "high", "high"),
        ("grok-4.3", "xhigh", "none"),
        ("grok-4.5", None, "low"),
        ("grok-4.7", "xhigh", "xhigh"),
        ("grok-4.6", "none", "low"),
        ("grok-4.20-0309-reasoning", "high", None),
        ("grok-4.20-multi-agent", None, "low"),
        ("grok-build-0.1", None, None),
        ("grok-4.30", "low", "low"),
        ("grok-9", "xhigh", "xhigh"),
        ("grok-9", None, None),
        ("", None, None),
    ],
)
def test_effort(model: str, wanted: str | None, asked: str | None) -> None:
    assert effort(model, wanted) == asked


def test_a_model_that_no_row_names() -> None:
    assert is_known(DEFAULT_MODEL)
    assert not is_known("grok-9")


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_no_model_is_asked_for_what_the_fake_refuses(model: Model) -> None:
    for wanted in (None, "none", "low", "medium", "high", "xhigh"):
        asked = effort(model.name, wanted)
        assert asked is None or model.takes(asked)

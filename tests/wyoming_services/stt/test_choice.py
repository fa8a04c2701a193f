"""Which model is meant, by its name or by the language that is spoken."""

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_stt.choice import choose_model
from alicia_stt.engines.base import Hints

from .whole import make_model

MODELS = (
    make_model("base.en", "en"),
    make_model("tiny", "en", "de", "fr"),
    make_model("small", "en", "de", "fr", "yue"),
)


@pytest.mark.parametrize(
    ("name", "language", "usual", "model", "found"),
    [
        (None, None, None, "base.en", None),
        (None, None, "en", "base.en", "en"),
        (None, "en-GB", None, "base.en", "en"),
        ("whole", "en", None, "base.en", "en"),
        ("small", None, None, "small", None),
        ("small", "de-CH", None, "small", "de"),
        ("small", None, "de", "small", "de"),
        ("base.en", None, "de", "base.en", None),
        (None, "de", "en", "tiny", "de"),
        ("whole", "yue", None, "small", "yue"),
    ],
)
def test_a_request_finds_its_model(
    name: str | None, language: str | None, usual: str | None, model: str, found: str | None
) -> None:
    choice = choose_model(MODELS, Hints(language, model=name), usual)

    assert (choice.model.name, choice.language) == (model, found)


@pytest.mark.parametrize(
    ("name", "language", "code", "told"),
    [
        ("large", "en", ErrorCode.NOT_FOUND, "base.en, tiny, small"),
        ("base.en", "de", ErrorCode.UNSUPPORTED_LANGUAGE, "'de' is none of en"),
        ("tiny", "yue", ErrorCode.UNSUPPORTED_LANGUAGE, "en, de, fr"),
        (None, "xx", ErrorCode.UNSUPPORTED_LANGUAGE, "en, de, fr, yue"),
    ],
)
def test_what_there_is_not_is_told_beside_what_there_is(
    name: str | None, language: str, code: ErrorCode, told: str
) -> None:
    with pytest.raises(CommandError, match=told) as refused:
        choose_model(MODELS, Hints(language, model=name), None)

    assert refused.value.code is code

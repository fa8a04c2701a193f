"""Every refusal of xAI is known for what it is, and nothing of its text is kept."""

import pytest

from custom_components.alicia.grok.errors import GrokError, Kind, error_of, incomplete

CREDITS = "Your team has either used all available credits or reached its monthly spending limit."


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (400, '{"error":"Incorrect API key provided: xa***yz."}', Kind.AUTH),
        (401, "", Kind.AUTH),
        (402, "", Kind.NO_CREDITS),
        (403, CREDITS, Kind.NO_CREDITS),
        (429, CREDITS, Kind.NO_CREDITS),
        (403, "The API key is blocked.", Kind.BLOCKED),
        (404, "The model grok-3 does not exist or your team has no access.", Kind.MODEL_GONE),
        (400, "Model not found: grok-x", Kind.MODEL_GONE),
        (404, "No handler found on route.", Kind.WRONG_ADDRESS),
        (400, "This model's maximum prompt length is 10 but the request has 20.",
         Kind.PROMPT_TOO_LONG),
        (429, "Too many requests", Kind.RATE_LIMITED),
        (500, "<html>", Kind.SERVER),
        (529, "", Kind.SERVER),
        (410, "Live search is deprecated.", Kind.INVALID),
        (422, "missing field", Kind.INVALID),
        (302, "", Kind.SERVER),
    ],
)  # fmt: skip
def test_kinds(status: int, text: str, kind: Kind) -> None:
    err = error_of(status, text, {})
    assert err.kind is kind
    assert text not in str(err) or not text


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Model grok-9 does not support parameter reasoningEffort.", "reasoning"),
        ("Invalid reasoning effort: xhigh.", "reasoning"),
        ("Could not decrypt the provided encrypted_content.", "encrypted"),
        ("Could not decode the compaction blob.", "encrypted"),
        ("Argument not supported: max_turns", "max_turns"),
        ("Model x does not support parameter topP.", "top_p"),
        ("Something else", None),
    ],
)
def test_what_a_400_names(text: str, field: str | None) -> None:
    assert error_of(400, text, {}).rejected == field
    assert error_of(500, text, {}).rejected is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("-1", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert error_of(429, "", {"Retry-After": header}).retry_after == seconds


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("max_output_tokens", Kind.ANSWER_TOO_LONG),
        ("max_prompt_tokens", Kind.PROMPT_TOO_LONG),
        ("max_time_limit", Kind.TOOK_TOO_LONG),
        ("something new", Kind.FAILED),
        (None, Kind.FAILED),
    ],
)
def test_incomplete(reason: str | None, kind: Kind) -> None:
    assert incomplete(reason).kind is kind


def test_an_error_tells_its_kind_and_status() -> None:
    assert str(GrokError(Kind.SERVER, 503)) == "grok_server (503)"
    assert str(GrokError(Kind.TIMEOUT)) == "grok_timeout"

"""A request begins alike each time, and holds nothing that xAI refuses."""

from typing import Any

import pytest

from custom_components.alicia.grok.errors import GrokError, Kind
from custom_components.alicia.grok.request import (
    MAX_TOOLS,
    Manner,
    build,
    chosen,
    function,
    wire_name,
)
from custom_components.alicia.grok.retries import ENCRYPTED, Retries


def body(**manner: Any) -> dict[str, Any]:
    asked = Manner(**{"model": "grok-4.3", **manner})
    return build(asked, "Be brief.", [function("b", "", {})], [{"role": "user"}], "key")


def test_nothing_is_stored_and_everything_can_be_replayed() -> None:
    found = body()
    assert found["store"] is False
    assert found["include"] == ["reasoning.encrypted_content"]
    assert found["prompt_cache_key"] == "key"
    assert found["reasoning"] == {"effort": "none"}


def test_an_unknown_model_is_asked_for_no_more_effort_than_was_chosen() -> None:
    assert body(model="grok-9", effort="high")["reasoning"] == {"effort": "high"}
    assert "reasoning" not in body(model="grok-9")


@pytest.mark.parametrize(
    ("model", "effort", "tokens"),
    [
        ("grok-4.3", None, 100),
        ("grok-4.3", "low", 4_100),
        ("grok-4.7", "xhigh", 64_100),
        ("grok-9", None, 16_100),
    ],
)
def test_thoughts_are_no_part_of_the_answer(model: str, effort: str | None, tokens: int) -> None:
    assert body(model=model, effort=effort, max_tokens=100)["max_output_tokens"] == tokens


def test_tools_at_xai_come_last_and_in_order() -> None:
    found = body(server_tools=("x_search", "web_search"))
    assert [tool["type"] for tool in found["tools"]] == ["function", "web_search", "x_search"]


def test_without_tools_nothing_is_said_of_them() -> None:
    found = build(Manner("grok-4.3"), "", [], [], "key")
    assert not {"tools", "parallel_tool_calls"} & set(found)


def test_tools_are_in_order_and_not_too_many() -> None:
    tools = [function(f"t{n}", "", {}) for n in range(200)]
    scripts = [function("script__good_night", "", {})]
    names = [tool["name"] for tool in chosen([*scripts, *reversed(tools)], 3)]
    assert len(names) == MAX_TOOLS - 3
    assert names == sorted(names)
    assert "script__good_night" not in names, "those go first"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("intent__HassTurnOn", "intent__HassTurnOn"),
        ("a" * 64, "a" * 64),
        ("tür auf", "t_r_auf_77c6ac69"),
    ],
)
def test_names_of_tools(name: str, sent: str) -> None:
    assert wire_name(name)[:8] == sent[:8]
    assert len(wire_name(name)) <= 64


def test_long_names_of_tools_differ() -> None:
    assert wire_name("a" * 65) != wire_name("a" * 66)


def test_parameters_are_an_object_without_a_choice_at_the_top() -> None:
    choice = {"anyOf": [{"required": ["hours"]}], "properties": {"hours": {"type": "integer"}}}
    found = function("timer", None, choice)
    assert found["parameters"] == {
        "properties": {"hours": {"type": "integer"}},
        "type": "object",
    }
    assert found["description"] == ""


def test_choices_are_in_order() -> None:
    deep = {"properties": {"a": {"items": [{"enum": ["b", "a"]}], "enum": {"y", "x", "z"}}}}
    properties = function("t", "", deep)["parameters"]["properties"]
    assert properties == {"a": {"items": [{"enum": ["a", "b"]}], "enum": ["x", "y", "z"]}}


def asked(**more: Any) -> dict[str, Any]:
    return {"model": "m", "input": [{"type": "reasoning"}, {"role": "user"}], **more}


def test_what_passes_is_tried_once_more() -> None:
    retries = Retries(asked(), set())
    assert retries.wait_after(GrokError(Kind.CONNECTION)) == 0
    assert retries.wait_after(GrokError(Kind.CONNECTION)) is None


@pytest.mark.parametrize(
    "kind", [Kind.AUTH, Kind.NO_CREDITS, Kind.MODEL_GONE, Kind.TIMEOUT, Kind.PROMPT_TOO_LONG]
)
def test_what_does_not_pass_is_not_tried_again(kind: Kind) -> None:
    assert Retries(asked(), set()).wait_after(GrokError(kind)) is None


def test_a_rate_limit_is_waited_for_as_long_as_it_says() -> None:
    soon = GrokError(Kind.RATE_LIMITED, 429, retry_after=0.25)
    late = GrokError(Kind.RATE_LIMITED, 429, retry_after=60)
    assert Retries(asked(), set()).wait_after(soon) == 0.25
    assert Retries(asked(), set()).wait_after(late) is None


def test_what_is_refused_is_left_out_and_remembered() -> None:
    refused: set[str] = set()
    retries = Retries(asked(reasoning={"effort": "low"}), refused)
    assert retries.wait_after(GrokError(Kind.INVALID, 400, rejected="reasoning")) == 0
    assert "reasoning" not in retries.body
    assert "reasoning" not in Retries(asked(reasoning={"effort": "low"}), refused).body


def test_reasoning_that_nobody_can_read_is_left_out_this_once() -> None:
    refused: set[str] = set()
    retries = Retries(asked(), refused)
    assert retries.wait_after(GrokError(Kind.INVALID, 400, rejected=ENCRYPTED)) == 0
    assert retries.body["input"] == [{"role": "user"}]
    assert refused == set()


@pytest.mark.parametrize("name", ["input", "tools", "nothing_of_ours"])
def test_what_can_not_be_left_out(name: str) -> None:
    retries = Retries(asked(tools=[1]), set())
    assert retries.wait_after(GrokError(Kind.INVALID, 400, rejected=name)) is None
    assert retries.body == asked(tools=[1])


def test_both_reasons_have_their_own_try() -> None:
    retries = Retries(asked(top_p=1), set())
    assert retries.wait_after(GrokError(Kind.INVALID, 400, rejected="top_p")) == 0
    assert retries.wait_after(GrokError(Kind.SERVER, 503)) is not None
    assert retries.wait_after(GrokError(Kind.INVALID, 400, rejected="model")) is None

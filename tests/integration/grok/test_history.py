"""A chat log is told as it was told before, and so that xAI takes it."""

from typing import Any

from homeassistant.components.conversation import (
    AssistantContent,
    Content,
    SystemContent,
    ToolResultContent,
    UserContent,
)
from homeassistant.helpers import llm

from custom_components.alicia.grok.history import Replay, items_of


def user(text: str, facts: str = "") -> dict[str, Any]:
    parts = [facts, text] if facts else [text]
    return {"role": "user", "content": [{"type": "input_text", "text": part} for part in parts]}


def result(call_id: str, data: dict[str, Any], *, error: bool = False) -> ToolResultContent:
    return ToolResultContent("agent", call_id, "tool", llm.ToolResult(data, error))


def told(*content: Content, facts: str = "now") -> list[dict[str, Any]]:
    return items_of([SystemContent("system"), *content], "grok-4.3", facts)


def called(call_id: str = "1", *, external: bool = False) -> AssistantContent:
    call = llm.ToolInput("tool", {"a": 1}, id=call_id, external=external)
    return AssistantContent("agent", content="Wait.", tool_calls=[call])


CALL = {"type": "function_call", "call_id": "1", "name": "tool", "arguments": '{"a": 1}'}
WAIT = {"role": "assistant", "content": "Wait."}


def test_facts_go_with_the_last_words() -> None:
    assert told(UserContent("Hi")) == [user("Hi", "now")]


def test_facts_stay_with_the_words_they_came_with() -> None:
    answer = AssistantContent("agent", content="Yes.", native=Replay("grok-4.3", "then", (WAIT,)))
    found = told(UserContent("Hi"), answer, UserContent("And now?"))
    assert found == [user("Hi", "then"), WAIT, user("And now?", "now")]


def test_words_that_grok_did_not_answer_have_no_facts() -> None:
    others = AssistantContent("other", content="Yes.")
    answer = AssistantContent("agent", native=Replay("grok-4.3", "then", ()))
    found = told(UserContent("A"), others, UserContent("B"), answer, UserContent("C"))
    assert [item for item in found if item["role"] == "user"] == [
        user("A"),
        user("B", "then"),
        user("C", "now"),
    ]


def test_another_agents_calls() -> None:
    found = told(UserContent("Hi"), called(), result("1", {"done": True}))
    assert found == [
        user("Hi", "now"),
        WAIT,
        CALL,
        {"type": "function_call_output", "call_id": "1", "output": '{"done":true}'},
    ]


def test_a_call_that_nobody_answered_is_not_told() -> None:
    assert told(UserContent("Hi"), called()) == [user("Hi", "now"), WAIT]


def test_an_answer_that_nobody_asked_for_is_not_told() -> None:
    found = told(UserContent("Hi"), called(external=True), result("1", {}))
    assert found == [user("Hi", "now"), WAIT]


def test_errors_say_that_they_are() -> None:
    found = told(UserContent("Hi"), called(), result("1", {"x": 1}, error=True))
    assert found[-1]["output"] == '{"error":{"x":1}}'
    found = told(UserContent("Hi"), called(), result("1", {"error": "no"}, error=True))
    assert found[-1]["output"] == '{"error":"no"}'

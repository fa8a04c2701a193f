"""Events become what the chat log takes; what nobody knows becomes nothing."""

from collections.abc import Mapping
from typing import Any

from homeassistant.helpers import llm
import pytest

from custom_components.alicia.grok.errors import GrokError
from custom_components.alicia.grok.history import Replay
from custom_components.alicia.grok.stream import Translator
from custom_components.alicia.grok.usage import NOTHING, Usage

END = {"type": "response.completed", "response": {"usage": {"input_tokens": 7}}}


def translate(*events: Mapping[str, Any], **names: str) -> tuple[list[Any], Translator]:
    translator = Translator("grok-4.3", "Time: now", names or {"on": "on"})
    return [delta for event in events for delta in translator.hear(dict(event))], translator


def text(*pieces: str) -> list[dict[str, Any]]:
    return [{"type": "response.output_text.delta", "delta": piece} for piece in pieces]


def done(**item: Any) -> dict[str, Any]:
    return {"type": "response.output_item.done", "item": item}


def call(arguments: str = "{}", name: str = "on", call_id: str = "1") -> dict[str, Any]:
    return done(type="function_call", name=name, call_id=call_id, arguments=arguments)


def spoken(deltas: list[Any]) -> str:
    return "".join(delta.get("content") or "" for delta in deltas)


def replay(deltas: list[Any]) -> Replay:
    (found,) = (delta["native"] for delta in deltas if "native" in delta)
    assert isinstance(found, Replay)
    return found


def test_text() -> None:
    deltas, translator = translate(
        *text("It is ", "**on**."), done(type="message", content=[]), END
    )
    assert deltas[0] == {"role": "assistant"}
    assert spoken(deltas) == "It is on."
    assert replay(deltas).items == ({"role": "assistant", "content": "It is **on**."},)
    assert translator.usage == Usage(input=7)


def test_a_message_without_deltas() -> None:
    part = {"type": "output_text", "text": "Fine."}
    deltas, _ = translate(done(type="message", content=[part]), END)
    assert spoken(deltas) == "Fine."
    assert replay(deltas).items == ({"role": "assistant", "content": "Fine."},)


def test_two_messages_are_two_paragraphs() -> None:
    message = done(type="message", content=[])
    deltas, _ = translate(*text("One."), message, *text("Two."), message, END)
    assert spoken(deltas) == "One.\nTwo."


def test_calls() -> None:
    deltas, translator = translate(call('{"a": 1}', name="short"), END, short="long__name")
    (given,) = (delta["tool_calls"] for delta in deltas if "tool_calls" in delta)
    assert given == [llm.ToolInput(id="1", tool_name="long__name", tool_args={"a": 1})]
    assert translator.has_called
    assert not translator.has_spoken
    (item,) = replay(deltas).items
    assert (item["name"], item["arguments"]) == ("short", '{"a": 1}')


@pytest.mark.parametrize("arguments", ["{", "[]", '"x"', "[" * 200_000])
def test_arguments_that_are_none(arguments: str) -> None:
    """Nothing is called with less than was meant."""
    with pytest.raises(GrokError):
        translate(call(arguments))


def test_a_call_without_arguments() -> None:
    _, translator = translate(call(""))
    assert translator.has_called


def test_a_call_of_what_nobody_offered() -> None:
    translator = Translator("grok-4.3", "Time: now", {})
    with pytest.raises(GrokError):
        list(translator.hear(call()))


def test_thoughts() -> None:
    deltas, _ = translate(
        {"type": "response.reasoning_summary_text.delta", "delta": "Hm"},
        {"type": "response.reasoning_text.delta", "delta": "m."},
        done(type="reasoning", id="r", summary=[], status="completed", encrypted_content="x"),
        END,
    )
    assert "".join(delta.get("thinking_content", "") for delta in deltas) == "Hmm."
    assert replay(deltas).items == ({"type": "reasoning", "summary": [], "encrypted_content": "x"},)


def test_a_thought_that_can_not_be_given_back() -> None:
    deltas, _ = translate(done(type="reasoning", summary=[]), END)
    assert deltas == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.mood.changed"},
        {"type": "response.output_item.added", "item": {"type": "idea"}},
        done(type="web_search_call"),
        done(type="custom_tool_call", name="x_keyword_search"),
        done(type="idea"),
    ],
)
def test_what_nobody_has_to_know(event: dict[str, Any]) -> None:
    assert translate(event)[0] == []


def test_an_end_without_usage() -> None:
    assert translate({"type": "response.completed"})[1].usage == NOTHING
    assert (
        translate({"type": "response.completed", "response": {"usage": None}})[1].usage == NOTHING
    )


def test_breaking_off() -> None:
    deltas, translator = translate(*text("Once ", "upon [a"))
    deltas += translator.break_off("It broke off.")
    assert spoken(deltas) == "Once upon [a It broke off."
    assert replay(deltas).items == ({"role": "assistant", "content": "Once upon [a"},)


def test_breaking_off_without_a_word() -> None:
    deltas, translator = translate(call())
    deltas += translator.break_off("")
    assert spoken(deltas) == ""
    assert len(replay(deltas).items) == 1


def test_another_model_is_not_given_thoughts() -> None:
    items = ({"type": "reasoning"}, {"role": "assistant", "content": "x"})
    kept = Replay("grok-4.3", "", items)
    assert kept.for_model("grok-4.3") == items
    assert kept.for_model("grok-4.5") == items[1:]

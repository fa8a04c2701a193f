"""The events of a stream, in the order in which xAI was seen to send them."""

from collections.abc import Callable, Iterator, Sequence
import random
import re
from typing import Final

from .answer import Answer
from .request import Json

_WORDS: Final = re.compile(r"\s*\S+|\s+$")

#: No client knows these. Strict ones break on them.
UNKNOWN: Final = (
    {"type": "response.mood.changed", "mood": "cheerful"},
    {"type": "response.output_item.pondered", "output_index": 99, "item": {"type": "idea"}},
)

Cut = Callable[[str], Sequence[str]]


def by_word(text: str) -> Sequence[str]:
    """Return a text in pieces as a model makes them."""
    return _WORDS.findall(text)


def whole(text: str) -> Sequence[str]:
    """Return a text in one piece."""
    return [text]


def anywhere(rng: random.Random) -> Cut:
    """Return a way to cut a text into pieces of one to nine characters."""

    def cut(text: str) -> Sequence[str]:
        found = []
        while text:
            length = rng.randint(1, 9)
            found.append(text[:length])
            text = text[length:]
        return found

    return cut


def opening(answer: Answer) -> Iterator[Json]:
    """Yield what comes first."""
    for name in ("response.created", "response.in_progress"):
        yield {"type": name, "response": answer.describe("in_progress")}


def closing(answer: Answer) -> Iterator[Json]:
    """Yield what comes last when all went well."""
    yield {"type": "response.completed", "response": answer.describe("completed")}


def output(items: Sequence[Json], text: Cut, arguments: Cut) -> list[list[Json]]:
    """Return the events of each item."""
    return [list(_item(item, index, text, arguments)) for index, item in enumerate(items)]


def interleaved(streams: Sequence[Sequence[Json]], rng: random.Random) -> Iterator[Json]:
    """Yield the events of several items in turns, each item's in its own order."""
    waiting = [list(stream) for stream in streams if stream]
    while waiting:
        stream = rng.choice(waiting)
        yield stream.pop(0)
        if not stream:
            waiting.remove(stream)


def _item(item: Json, index: int, text: Cut, arguments: Cut) -> Iterator[Json]:
    begun = {**item, "status": "in_progress", **_EMPTY.get(item["type"], {})}
    if item["type"] == "reasoning":
        begun = {key: begun[key] for key in ("id", "summary", "type", "status")}
    yield {"type": "response.output_item.added", "item": begun, "output_index": index}
    place = {"item_id": item["id"], "output_index": index}
    if item["type"] == "function_call":
        yield from _arguments(item["arguments"], place, arguments)
    else:
        yield from _MIDDLES[item["type"]](item, place, text)
    yield {"type": "response.output_item.done", "item": item, "output_index": index}


#: What an item lacks when it is announced.
_EMPTY: Final[dict[str, Json]] = {
    "reasoning": {"summary": []},
    "message": {"content": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "web_search_call": {"action": {"type": "search", "query": "", "sources": []}},
}


def _reasoning(item: Json, place: Json, text: Cut) -> Iterator[Json]:
    if not item["summary"]:
        place = {**place, "content_index": 0}
        told = item["content"][0]["text"]
        for piece in text(told):
            yield {"type": "response.reasoning_text.delta", "delta": piece, **place}
        yield {"type": "response.reasoning_text.done", "text": told, **place}
        return
    start, place = "response.reasoning_summary", {**place, "summary_index": 0}
    part = item["summary"][0]
    yield {"type": f"{start}_part.added", **place, "part": {**part, "text": ""}}
    for piece in text(part["text"]):
        yield {"type": f"{start}_text.delta", "delta": piece, **place}
    yield {"type": f"{start}_text.done", **place, "text": part["text"]}
    yield {"type": f"{start}_part.done", **place, "part": part}


def _message(item: Json, place: Json, text: Cut) -> Iterator[Json]:
    place = {**place, "content_index": 0}
    part = item["content"][0]
    empty = {**part, "text": "", "annotations": []}
    yield {"type": "response.content_part.added", **place, "part": empty}
    for piece in text(part["text"]):
        yield {"type": "response.output_text.delta", "delta": piece, **place, "logprobs": []}
    for number, annotation in enumerate(part["annotations"]):
        yield {
            "type": "response.output_text.annotation.added",
            "annotation": annotation,
            "annotation_index": number,
            **place,
        }
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}


def _arguments(text: str, place: Json, cut: Cut) -> Iterator[Json]:
    start = "response.function_call_arguments"
    for piece in cut(text):
        yield {"type": f"{start}.delta", **place, "delta": piece}
    yield {"type": f"{start}.done", **place, "arguments": text}


def _custom(item: Json, place: Json, text: Cut) -> Iterator[Json]:
    start = "response.custom_tool_call_input"
    yield {"type": f"{start}.delta", **place, "delta": item["input"]}
    yield {"type": f"{start}.done", **place, "input": item["input"]}


def _states(name: str, *states: str) -> Callable[[Json, Json, Cut], Iterator[Json]]:
    def middle(item: Json, place: Json, text: Cut) -> Iterator[Json]:
        for state in states:
            yield {"type": f"response.{name}.{state}", **place}

    return middle


_MIDDLES: Final[dict[str, Callable[[Json, Json, Cut], Iterator[Json]]]] = {
    "reasoning": _reasoning,
    "message": _message,
    "custom_tool_call": _custom,
    "web_search_call": _states("web_search_call", "in_progress", "searching", "completed"),
    "code_interpreter_call": _states(
        "code_interpreter_call", "in_progress", "interpreting", "completed"
    ),
}

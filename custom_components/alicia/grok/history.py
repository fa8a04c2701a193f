"""A conversation as Grok is told it: each turn as it was told the first time, word for word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import json
from types import MappingProxyType
from typing import Final

from homeassistant.components.conversation import (
    AssistantContent,
    Content,
    ToolResultContent,
    UserContent,
)
from homeassistant.helpers.json import json_dumps

from .request import Json, wire_name
from .seen import Seen

#: No word of the user's.
_SHOWN: Final = "What the tools show:"
_NOTHING: Final[Mapping[int, Sequence[Json]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Replay:
    """What Home Assistant's chat log keeps of one answer for the next request."""

    model: str
    #: what was told with the user's words: the time, the place, who it is
    facts: str
    items: tuple[Json, ...]

    def for_model(self, model: str) -> tuple[Json, ...]:
        """Return the items; another model can't read the reasoning."""
        if model == self.model:
            return self.items
        return tuple(item for item in self.items if item.get("type") != "reasoning")


def items_of(
    content: Sequence[Content],
    model: str,
    facts: str,
    attached: Mapping[int, Sequence[Json]] = _NOTHING,
) -> list[Json]:
    """Return a chat log as the input of a request; the facts belong to its last user's words.

    What is attached is told by the place of what it was attached to.
    """
    answered = {each.tool_call_id for each in content if isinstance(each, ToolResultContent)}
    spoken = [n for n, each in enumerate(content) if isinstance(each, UserContent)]
    found: list[Json] = []
    for number, each in enumerate(content):
        if isinstance(each, UserContent):
            is_last = number == spoken[-1]
            told = facts if is_last else _facts_of(content[number + 1 :])
            found.append(user_item(each.content, told, attached.get(number, ())))
        elif isinstance(each, AssistantContent):
            found += [item for item in _answer(each, model) if _is_whole(item, answered)]
        elif isinstance(each, ToolResultContent):
            found.append(_output(each))
            found += _shown(content, number)
    calls = {item["call_id"] for item in found if item.get("type") == "function_call"}
    return [item for item in found if _is_asked(item, calls)]


def user_item(text: str, facts: str, attached: Sequence[Json] = ()) -> Json:
    """Return what the user said, after what only Home Assistant knows about it."""
    parts = [{"type": "input_text", "text": part} for part in (facts, text) if part]
    return {"role": "user", "content": [*parts, *attached]}


def said_item(text: str) -> Json:
    """Return what Grok said."""
    return {"role": "assistant", "content": text}


def call_item(call_id: str, name: str, arguments: str) -> Json:
    """Return a call of a tool."""
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


def _facts_of(after: Sequence[Content]) -> str:
    """Return what was told with a user's words, from the answer that came after them."""
    for each in after:
        if isinstance(each, UserContent):
            break
        if isinstance(each, AssistantContent) and isinstance(each.native, Replay):
            return each.native.facts
    return ""


def _answer(content: AssistantContent, model: str) -> Iterator[Json]:
    """Yield an answer as it came, or as another agent gave it."""
    if isinstance(content.native, Replay):
        yield from content.native.for_model(model)
        return
    if content.content:
        yield said_item(content.content)
    for call in content.tool_calls or ():
        if not call.external:
            yield call_item(call.id, wire_name(call.tool_name), json.dumps(call.tool_args))


def _shown(content: Sequence[Content], number: int) -> Iterator[Json]:
    """Yield, after the last of several results, what they show: xAI takes an output as text."""
    after = content[number + 1] if number + 1 < len(content) else None
    if isinstance(after, ToolResultContent):
        return
    shown: list[Json] = []
    for each in reversed(content[: number + 1]):
        if not isinstance(each, ToolResultContent):
            break
        if isinstance(each.result, Seen):
            shown.append(each.result.picture)
    if shown:
        yield user_item(_SHOWN, "", shown[::-1])


def _output(content: ToolResultContent) -> Json:
    data = content.result.data
    if content.result.error and "error" not in data:
        data = {"error": data}
    return {
        "type": "function_call_output",
        "call_id": content.tool_call_id,
        "output": json_dumps(data),
    }


def _is_whole(item: Json, answered: set[str]) -> bool:
    """Tell whether an item is no call, or one that was answered: xAI takes no other."""
    return item.get("type") != "function_call" or item["call_id"] in answered


def _is_asked(item: Json, calls: set[str]) -> bool:
    """Tell whether an item is no output, or one of a call."""
    return item.get("type") != "function_call_output" or item["call_id"] in calls

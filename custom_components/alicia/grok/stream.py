"""The events of an answer, as what Home Assistant's chat log takes."""

from collections.abc import Callable, Iterator, Mapping
import json
from typing import Any

from homeassistant.components.conversation import AssistantContentDeltaDict
from homeassistant.helpers import llm

from .ear import Ear
from .errors import GrokError, Kind
from .history import Replay, call_item, said_item
from .request import Json
from .usage import NOTHING, Usage

type Deltas = Iterator[AssistantContentDeltaDict]
type Handler = Callable[[Json], Deltas]


class Translator:
    """Translates one answer: text for the ear, calls of tools, and what the next request needs."""

    def __init__(
        self, model: str, facts: str, names: Mapping[str, str], ear: Ear | None = None
    ) -> None:
        self._model = model
        self._facts = facts
        #: the tools' names at home, by those on the wire
        self._names = names
        self._ear = ear or Ear()
        self._items: list[Json] = []
        self._has_begun = False
        self._raw = ""
        self._events: Mapping[str, Handler] = {
            "response.output_text.delta": self._text,
            "response.reasoning_summary_text.delta": self._thought,
            "response.reasoning_text.delta": self._thought,
            "response.output_item.added": self._begun,
            "response.output_item.done": self._item,
            "response.completed": self._completed,
        }
        #: What runs at xAI is seen, but nothing of it has to be given back.
        self._kinds: Mapping[str, Handler] = {
            "reasoning": self._reasoning,
            "message": self._message,
            "function_call": self._function_call,
        }
        self.has_spoken = False
        self.has_called = False
        #: whether something ran at xAI, whose findings strangers wrote
        self.has_searched = False
        #: of the whole answer
        self.usage = NOTHING

    def hear(self, event: Json) -> Deltas:
        """Yield what an event comes to; nothing for one that nobody knows. Raises GrokError."""
        if handler := self._events.get(event["type"]):
            yield from handler(event)

    def break_off(self, sentence: str) -> Deltas:
        """Yield the end of an answer that broke off, with a sentence that says so."""
        rest = self._ear.end()
        if self._raw:
            self._items.append(said_item(self._raw))
        yield from self._say(f"{rest.rstrip()} {sentence}" if sentence else rest)
        yield from self._close()

    def _say(self, text: str) -> Deltas:
        if text:
            self.has_spoken = True
            yield from self._delta({"content": text})

    def _delta(self, delta: AssistantContentDeltaDict) -> Deltas:
        if not self._has_begun:
            self._has_begun = True
            yield {"role": "assistant"}
        yield delta

    def _text(self, event: Json) -> Deltas:
        piece = _as_text(event.get("delta"))
        self._raw += piece
        yield from self._say(self._ear.hear(piece))

    def _thought(self, event: Json) -> Deltas:
        yield from self._delta({"thinking_content": _as_text(event.get("delta"))})

    def _begun(self, event: Json) -> Deltas:
        """Take note of what is none of ours as soon as it begins."""
        self.has_searched = self.has_searched or self._handler(_item_of(event)) is None
        yield from ()

    def _item(self, event: Json) -> Deltas:
        item = _item_of(event)
        if handler := self._handler(item):
            yield from handler(item)
        else:
            self.has_searched = True

    def _handler(self, item: Json) -> Handler | None:
        return self._kinds.get(_as_text(item.get("type")))

    def _reasoning(self, item: Json) -> Deltas:
        """Keep what only xAI can read; without it there is nothing to give back."""
        if secret := _as_text(item.get("encrypted_content")):
            kept = {"type": "reasoning", "summary": _as_list(item.get("summary"))}
            self._items.append(kept | {"encrypted_content": secret})
        yield from ()

    def _message(self, item: Json) -> Deltas:
        """Keep a text as it was written; on the next one's first word it is a new paragraph."""
        self._items.append(said_item(self._raw or _text_of(item)))
        if not self._raw:
            yield from self._say(self._ear.hear(_text_of(item)))
        self._raw = ""
        yield from self._say(self._ear.hear("\n"))

    def _function_call(self, item: Json) -> Deltas:
        if not self._names:
            raise GrokError(Kind.FAILED)  # for a call of what nobody offered there is no result
        name, call_id = _as_text(item.get("name")), _as_text(item.get("call_id"))
        arguments = str(item.get("arguments") or "{}")
        try:
            given = json.loads(arguments)
        except (ValueError, RecursionError) as err:
            raise GrokError(Kind.FAILED) from err
        if not (name and call_id and isinstance(given, dict)):
            raise GrokError(Kind.FAILED)
        self._items.append(call_item(call_id, name, arguments))
        self.has_called = True
        call = llm.ToolInput(id=call_id, tool_name=self._names.get(name, name), tool_args=given)
        yield from self._delta({"tool_calls": [call]})

    def _completed(self, event: Json) -> Deltas:
        response = event.get("response")
        self.usage = Usage.read(response.get("usage") if isinstance(response, dict) else None)
        yield from self._say(self._ear.end())
        yield from self._close()

    def _close(self) -> Deltas:
        if self._items:
            replay = Replay(self._model, self._facts, tuple(self._items))
            yield from self._delta({"native": replay})


def _text_of(item: Json) -> str:
    parts = _as_list(item.get("content"))
    return "".join(_as_text(part.get("text")) for part in parts if isinstance(part, dict))


def _item_of(event: Json) -> Json:
    item = event.get("item")
    return item if isinstance(item, dict) else {}


def _as_text(value: object) -> str:
    """Return a text; what is none says nothing, and half of a surrogate pair is none."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

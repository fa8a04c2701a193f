"""What the brain sees of a request: what was said, what it was told, and what its tools did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
import json
import re
from typing import Any

from ..request import Function, Json, Request, text_of, type_of
from ..turns import Call
from .house import House, house
from .replies import failure


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a tool and what came of it."""

    call: Call
    output: str

    @property
    def failure(self) -> str | None:
        """What went wrong, if anything did."""
        return failure(self.output)

    @property
    def texts(self) -> list[str]:
        """All texts in what came of it."""
        try:
            return list(_texts(json.loads(self.output)))
        except ValueError:
            return [self.output]


class View:
    """A request in the brain's terms."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._items = request.items
        spoken = [n for n, item in enumerate(self._items) if item.get("role") == "user"]
        self._last = spoken[-1] if spoken else len(self._items)

    @cached_property
    def said(self) -> str:
        """What the user said last: the last line of the last part of a message."""
        return _spoken(self._items[self._last]) if self._last < len(self._items) else ""

    @cached_property
    def pictures(self) -> int:
        """How many pictures came with it."""
        content = self._items[self._last].get("content") if self.said else None
        parts = content if isinstance(content, list) else []
        return sum(part.get("type") == "input_image" for part in parts)

    @cached_property
    def functions(self) -> list[Function]:
        """The client's tools."""
        none = self.request.body.get("tool_choice") == "none"
        return [] if none else self.request.functions

    @cached_property
    def steps(self) -> list[Step]:
        """What was done since the user spoke."""
        return list(_steps(self._items[self._last :]))

    @cached_property
    def before(self) -> list[Step]:
        """What was done before the user spoke."""
        return list(_steps(self._items[: self._last]))

    @cached_property
    def told(self) -> list[str]:
        """Every text that is not what somebody said: prompts, context, results of tools."""
        return [self.request.instructions, *_told(self._items)]

    @cached_property
    def house(self) -> House:
        """The things that were named."""
        return house(self.told)

    @cached_property
    def here(self) -> str:
        """The area that the user is in, if it was told; what is told with the sentence counts."""
        late = [text for item in self._items[self._last :] for text in _told([item])]
        areas = {area.casefold(): area for area in self.house.areas}
        names = "|".join(re.escape(area) for area in areas)
        for texts, between in ((late, r"\W{1,5}"), (self.told, r"(?: is|:)? ")):
            place = re.compile(rf"\b(?:area|room){between}({names})\b")
            for text in reversed(texts):
                if areas and (found := place.search(text.casefold())):
                    return areas[found[1]]
        return ""

    def knows(self, sentence: str) -> str:
        """Return a name that a sentence holds and that was told, in the spelling it was told."""
        low = sentence.casefold()
        names = (name for thing in self.house.things for name in thing.names)
        named = max((name for name in names if name.casefold() in low), key=len, default="")
        if named:
            return named
        words = {word for word in re.findall(r"[\w.-]{4,}", low) if re.search(r"[\d_-]", word)}
        told = "\n".join(self.told).casefold()
        return next((word for word in sorted(words) if word in told), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _spoken(item: Json) -> str:
    content = item.get("content")
    if isinstance(content, list):
        texts = [part["text"] for part in content if "text" in part]
        return texts[-1].strip().splitlines()[-1] if texts and texts[-1].strip() else ""
    lines = text_of(item).strip().splitlines()
    return lines[-1] if lines else ""


def _told(items: Sequence[Json]) -> Iterator[str]:
    for item in items:
        if type_of(item) == "function_call_output":
            yield item["output"]
        elif item.get("role") in {"system", "developer"}:
            yield text_of(item)
        elif item.get("role") == "user":
            yield text_of(item).strip().removesuffix(_spoken(item))


def _steps(items: Sequence[Json]) -> Iterator[Step]:
    outputs = {
        item["call_id"]: item["output"] for item in items if type_of(item) == "function_call_output"
    }
    for item in items:
        if type_of(item) == "function_call" and item["call_id"] in outputs:
            try:
                arguments = json.loads(item["arguments"])
            except ValueError:
                continue
            yield Step(Call(item["name"], arguments), outputs[item["call_id"]])

"""A request to Grok: what stays the same comes first, so that xAI has read it before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
import re
from typing import Any, Final

from .models import effort

type Json = dict[str, Any]

#: tokens that thinking may take beside the answer; xAI counts them together
_THOUGHT: Final[Mapping[str | None, int]] = {
    "none": 0,
    "low": 4_000,
    "medium": 16_000,
    "high": 32_000,
    "xhigh": 64_000,
}
#: of a model that isn't told how long to think
_UNTOLD: Final = 16_000

#: xAI takes no more.
MAX_TOOLS: Final = 128
MAX_NAME: Final = 64

_FOREIGN: Final = re.compile(r"[^a-zA-Z0-9_-]")
#: xAI refuses these at the top of a tool's parameters.
_CHOICES: Final = ("allOf", "anyOf", "oneOf")
#: Where there are too many tools, these go first.
_LEAST: Final = "script__"


@dataclass(frozen=True, slots=True)
class Manner:
    """How an agent asks."""

    model: str
    #: None is the model's own for voice
    effort: str | None = None
    #: of an answer, without what was thought before it
    max_tokens: int = 1024
    #: tools that run at xAI: ``web_search``, ``x_search``, ``code_interpreter``
    server_tools: tuple[str, ...] = ()


def build(
    manner: Manner,
    instructions: str,
    tools: Sequence[Json],
    items: Sequence[Json],
    cache_key: str,
) -> Json:
    """Return the body of a request; the items are the only part that grows."""
    wanted = effort(manner.model, manner.effort)
    body: Json = {
        "model": manner.model,
        "instructions": instructions,
        "tools": [*tools, *({"type": name} for name in sorted(manner.server_tools))],
        "input": list(items),
        "include": ["reasoning.encrypted_content"],
        "max_output_tokens": manner.max_tokens + _THOUGHT.get(wanted, _UNTOLD),
        "parallel_tool_calls": True,
        "prompt_cache_key": cache_key,
        "store": False,
        "stream": True,
    }
    if wanted:
        body["reasoning"] = {"effort": wanted}
    if not body["tools"]:
        del body["tools"], body["parallel_tool_calls"]
    return body


def wire_name(name: str) -> str:
    """Return a tool's name as xAI takes it; a long one ends in a digest."""
    plain = _FOREIGN.sub("_", name)
    if plain == name and len(name) <= MAX_NAME:
        return name
    return f"{plain[: MAX_NAME - 9]}_{sha256(name.encode()).hexdigest()[:8]}"


def function(name: str, description: str | None, parameters: Mapping[str, Any]) -> Json:
    """Return a tool of the client."""
    return {
        "type": "function",
        "name": wire_name(name),
        "description": description or "",
        "parameters": _schema(parameters),
    }


def chosen(tools: Sequence[Json], others: int = 0) -> list[Json]:
    """Return as many tools as xAI takes beside others, in an order that never changes."""
    by_need = sorted(tools, key=lambda tool: (_LEAST in tool["name"], tool["name"]))
    return sorted(by_need[: MAX_TOOLS - others], key=lambda tool: str(tool["name"]))


def _schema(parameters: Mapping[str, Any]) -> Json:
    """Return parameters as xAI takes them: an object, without a choice at the top."""
    plain = {key: _settled(each) for key, each in parameters.items() if key not in _CHOICES}
    return {"properties": {}, **plain, "type": "object"}


def _settled(value: object) -> object:
    """Return a schema with its choices in order; Home Assistant keeps some of them in a set."""
    if isinstance(value, Mapping):
        return {
            key: sorted(each, key=str)
            if key == "enum" and isinstance(each, list | set | tuple)
            else _settled(each)
            for key, each in value.items()
        }
    return [_settled(each) for each in value] if isinstance(value, list | tuple) else value

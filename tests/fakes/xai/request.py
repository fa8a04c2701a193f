"""A request for a response, as far as it is well-formed: what the other parts look at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
import json
from typing import Any, Final

from .refusals import Refusal, RefusedError, malformed

Json = dict[str, Any]

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "a boolean": (bool,),
    "an integer": (int,),
    "a number": (int, float),
    "a string": (str,),
    "a sequence": (list,),
    "a map": (dict,),
    "a string or a sequence": (str, list),
    "a string or a map": (str, dict),
    "anything": (object,),
}

#: The fields of a request and their types.
FIELDS: Final = {
    "background": "a boolean",
    "context_management": "a sequence",
    "include": "a sequence",
    "input": "a string or a sequence",
    "instructions": "a string",
    "logprobs": "a boolean",
    "max_output_tokens": "an integer",
    "max_turns": "an integer",
    "metadata": "anything",
    "model": "a string",
    "parallel_tool_calls": "a boolean",
    "previous_response_id": "a string",
    "prompt_cache_key": "a string",
    "reasoning": "a map",
    "search_parameters": "a map",
    "service_tier": "a string",
    "store": "a boolean",
    "stream": "a boolean",
    "temperature": "a number",
    "text": "a map",
    "tool_choice": "a string or a map",
    "tools": "a sequence",
    "top_logprobs": "an integer",
    "top_p": "a number",
    "truncation": "a string",
    "user": "a string",
}

#: What each type of input item must have.
ITEMS: Final = {
    "message": {"role": "a string", "content": "a string or a sequence"},
    "function_call": {"call_id": "a string", "name": "a string", "arguments": "a string"},
    "function_call_output": {"call_id": "a string", "output": "a string"},
    "reasoning": {},
    "web_search_call": {},
    "custom_tool_call": {"call_id": "a string", "name": "a string"},
    "code_interpreter_call": {},
    "file_search_call": {},
    "image_generation_call": {},
    "mcp_call": {},
}

#: What each part of a message must have.
PARTS: Final = {
    "input_text": {"text": "a string"},
    "input_image": {"image_url": "a string"},
    "input_file": {},
    "output_text": {"text": "a string"},
    "refusal": {},
}

#: What each type of tool must have.
TOOLS: Final = {
    "function": {"name": "a string", "parameters": "a map"},
    "web_search": {},
    "x_search": {},
    "image_generation": {},
    "collections_search": {},
    "file_search": {},
    "code_execution": {},
    "code_interpreter": {},
    "mcp": {"server_url": "a string"},
    "shell": {},
    "tool_search": {},
}

ROLES: Final = {"user", "assistant", "system", "developer"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the client that the model may call."""

    name: str
    description: str
    parameters: Json

    @property
    def properties(self) -> Json:
        """Its parameters by name."""
        found: Json = self.parameters.get("properties", {})
        return found


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed request."""

    body: Json
    #: The items before this input, if it goes on from a stored response.
    before: Sequence[Json] = field(default=())

    @property
    def model(self) -> str:
        """The model's name; xAI takes a missing one for "latest", which no model is called."""
        return str(self.body.get("model") or "latest")

    @property
    def own_items(self) -> list[Json]:
        """The input; a bare text is a user's message."""
        given = self.body["input"]
        return [{"role": "user", "content": given}] if isinstance(given, str) else given

    @property
    def items(self) -> list[Json]:
        """The whole conversation."""
        return [*self.before, *self.own_items]

    @property
    def tools(self) -> list[Json]:
        """The tools, as they came."""
        return self.body.get("tools") or []

    @property
    def functions(self) -> list[Function]:
        """The client's functions."""
        return [
            Function(tool["name"], tool.get("description") or "", tool["parameters"])
            for tool in self.tools
            if tool["type"] == "function"
        ]

    @property
    def server_tools(self) -> set[str]:
        """The types of the tools that run at xAI."""
        return {tool["type"] for tool in self.tools} - {"function"}

    @property
    def effort(self) -> str | None:
        """The reasoning effort that is asked for."""
        return (self.body.get("reasoning") or {}).get("effort")

    @property
    def instructions(self) -> str:
        """What the model is told before anything else."""
        return self.body.get("instructions") or ""

    @property
    def wants_secrets(self) -> bool:
        """Whether reasoning is to come with its encrypted content."""
        return "reasoning.encrypted_content" in (self.body.get("include") or [])


def text_of(item: Json) -> str:
    """Return the text of a message."""
    content = item.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content or [] if "text" in part)


def type_of(item: Json) -> str:
    """Return the type of an input item; one without a type is a message."""
    return str(item.get("type") or "message")


def parse(raw: bytes) -> Request:
    """Return a request, or raise RefusedError: a 400 in plain text or a 422, as xAI does."""
    try:
        body = json.loads(raw)
    except ValueError as err:
        text = f"Failed to parse the request body as JSON: {err}"
        raise RefusedError(Refusal(400, "", text, plain=True)) from err
    if not isinstance(body, dict):
        raise RefusedError(malformed("invalid type, expected a map"))
    for wrong in _shapes(body):
        raise RefusedError(wrong)
    return Request(body)


def _shapes(body: Json) -> Iterator[Refusal]:
    if body.get("input") is None:
        yield malformed("missing field `input`")
        return
    for name, kind in FIELDS.items():
        if body.get(name) is not None and not _is(body[name], kind):
            yield malformed(f"{name}: invalid type, expected {kind}")
            return
    yield from _items(body["input"])
    yield from _tools(body.get("tools") or [])
    yield from _format((body.get("text") or {}).get("format"))


def _items(given: str | list[Any]) -> Iterator[Refusal]:
    for item in given if isinstance(given, list) else []:
        yield from _typed("input", "ModelInput", item, ITEMS, type_of)
        if type_of(item) == "message" and item["role"] not in ROLES:
            yield malformed(f"input: unknown role `{item['role']}`")
        content = item.get("content")
        for part in content if type_of(item) == "message" and isinstance(content, list) else []:
            yield from _typed("input", "ModelInputContent", part, PARTS, lambda it: it["type"])


def _tools(given: list[Any]) -> Iterator[Refusal]:
    for tool in given:
        yield from _typed("tools", "ModelTool", tool, TOOLS, lambda it: it["type"])


def _format(given: Any) -> Iterator[Refusal]:
    if isinstance(given, dict) and given.get("type") == "json_schema" and "schema" not in given:
        yield malformed("text.format: missing field `schema`")


def _typed(
    place: str,
    variant: str,
    item: Any,
    table: dict[str, dict[str, str]],
    typed: Callable[[Json], str],
) -> Iterator[Refusal]:
    """Yield what is wrong with a thing that has a type and what the type asks for."""
    try:
        needed = table[typed(item)]
    except (KeyError, TypeError, AttributeError):
        yield malformed(f"{place}: data did not match any variant of untagged enum {variant}")
        return
    for name, kind in needed.items():
        if name not in item:
            yield malformed(f"{place}: missing field `{name}`")
        elif not _is(item[name], kind):
            yield malformed(f"{place}.{name}: invalid type, expected {kind}")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind not in {"a boolean", "anything"}:
        return False
    return isinstance(value, _KINDS[kind])

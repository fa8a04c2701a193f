"""What xAI refuses of a well-formed request, and what a client of ours had better not send.

Each check yields all that it finds, so that a lenient server can tell what it let pass.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import re
from typing import Final

from .models import Model
from .refusals import (
    Known,
    Refusal,
    invalid,
    no_live_search,
    not_decryptable,
    unsupported,
)
from .request import FIELDS, Json, Request, type_of
from .sealed import Seal

MOST_TOOLS: Final = 128

#: Fields that others know; xAI says that it doesn't take them.
UNSUPPORTED: Final = ("metadata", "max_tokens")
LIVE_SEARCH: Final = ("search_parameters", "web_search_options")
#: No model takes these, not even as 0.
SAMPLING: Final = {
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "stop": "stop",
}
#: Models that were seen to take "stop", at least elsewhere than here.
STOPPING: Final = ("grok-4.3", "grok-4.20")
#: Numbers: from, to, and whether the first is itself too small.
RANGES: Final = {
    "temperature": (0.0, 2.0, False),
    "top_p": (0.0, 1.0, True),
    "top_logprobs": (0, 8, False),
    "max_output_tokens": (1, 2**31, False),
}
#: The fields of tools that run at xAI; others are refused by name.
TOOL_FIELDS: Final = {
    "web_search": {
        "allowed_domains", "excluded_domains", "filters", "enable_image_understanding",
        "search_context_size", "user_location",
    },
    "x_search": {
        "allowed_x_handles", "excluded_x_handles", "from_date", "to_date",
        "enable_image_understanding", "enable_video_understanding",
    },
    "code_interpreter": set(),
}  # fmt: skip
#: Lists of a tool that exclude each other, and how long each may be.
EITHER: Final = {
    "web_search": ("allowed_domains", "excluded_domains", 5),
    "x_search": ("allowed_x_handles", "excluded_x_handles", 10),
}
_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CHOICES: Final = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what it is checked against."""

    request: Request
    model: Model
    seal: Seal


def refusals(asked: Asked) -> Iterator[Refusal]:
    """Yield everything that is wrong with a request; xAI would tell the first."""
    for check in CHECKS:
        yield from check(asked)


def _fields(asked: Asked) -> Iterator[Refusal]:
    body = asked.request.body
    if any(body.get(name) is not None for name in LIVE_SEARCH):
        yield no_live_search()
    for name in body:
        if name in UNSUPPORTED and body[name] is not None:
            yield unsupported(name)
        elif name not in FIELDS and name not in (*UNSUPPORTED, *LIVE_SEARCH, *SAMPLING):
            # xAI ignores what it doesn't know: a limit with a typing error limits nothing.
            yield unsupported(name, Known.STRICTER)
    if body.get("background"):
        yield unsupported("background")


def _sampling(asked: Asked) -> Iterator[Refusal]:
    body = asked.request.body
    for name, argument in SAMPLING.items():
        if body.get(name) is not None:
            text = f"Model {asked.model.name} does not support parameter {argument}."
            took_it = name == "stop" and asked.model.name.startswith(STOPPING)
            yield invalid(text, Known.STRICTER if took_it else Known.SEEN)
    for name, (least, most, open_) in RANGES.items():
        value = body.get(name)
        if value is not None and not (least <= value <= most and not (open_ and value == least)):
            text = f"Invalid value for {name}: {value} is not between {least:g} and {most:g}."
            yield invalid(text, Known.DOCUMENTED)


def _effort(asked: Asked) -> Iterator[Refusal]:
    effort, model = asked.request.effort, asked.model
    if effort is None or model.takes(effort):
        return
    if not model.efforts:
        yield invalid(f"Model {model.name} does not support parameter reasoningEffort.")
    else:
        yield invalid(f"Invalid reasoning effort: {effort}.")


def _tools(asked: Asked) -> Iterator[Refusal]:
    tools = asked.request.tools
    if len(tools) > MOST_TOOLS:
        text = f"A maximum of {MOST_TOOLS} tools are supported, got {len(tools)}."
        yield invalid(text, Known.DOCUMENTED)
    for tool in tools:
        yield from _function(tool) if tool["type"] == "function" else _server_tool(tool)
    names = [function.name for function in asked.request.functions]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield invalid(f"Duplicate function name: {name}", Known.STRICTER)
    choice = asked.request.body.get("tool_choice")
    if isinstance(choice, dict) and choice.get("name") not in names:
        yield invalid(f"Unknown function in tool_choice: {choice.get('name')}", Known.STRICTER)


def _function(tool: Json) -> Iterator[Refusal]:
    name, parameters = tool["name"], tool["parameters"]
    if not _NAME.fullmatch(name):
        yield invalid(f"Invalid function name: {name}", Known.STRICTER)
    if chosen := [word for word in _CHOICES if word in parameters]:
        yield invalid(f"Invalid schema of function {name}: {chosen[0]} at the top level.")
    if parameters.get("type") != "object":
        text = f"Invalid schema of function {name}: the top level must be an object."
        yield invalid(text, Known.STRICTER)


def _server_tool(tool: Json) -> Iterator[Refusal]:
    kind = tool["type"]
    if (fields := TOOL_FIELDS.get(kind)) is not None:
        yield from (unsupported(name) for name in tool if name not in fields | {"type"})
    if kind in EITHER:
        first, second, most = EITHER[kind]
        if tool.get(first) and tool.get(second):
            yield invalid(f"{first} cannot be set with {second}.", Known.DOCUMENTED)
        for name in (first, second):
            if len(tool.get(name) or []) > most:
                yield invalid(f"{name}: at most {most} are supported.", Known.DOCUMENTED)


def _chain(asked: Asked) -> Iterator[Refusal]:
    body = asked.request.body
    if body.get("instructions") is not None and body.get("previous_response_id") is not None:
        text = "instructions cannot be used alongside previous_response_id."
        yield invalid(text, Known.DOCUMENTED)


def _calls(asked: Asked) -> Iterator[Refusal]:
    """Every call has one answer, which comes after it. The texts are those of OpenAI's API."""
    waiting: dict[str, None] = {}
    for item in asked.request.items:
        call = str(item.get("call_id"))
        if type_of(item) == "function_call":
            waiting[call] = None
        elif type_of(item) == "function_call_output":
            if call not in waiting:
                text = f"No tool call found for function call output with call_id {call}."
                yield invalid(text, Known.STRICTER)
            waiting.pop(call, None)
    for call in waiting:
        yield invalid(f"No tool output found for function call {call}.", Known.STRICTER)


def _reasoning(asked: Asked) -> Iterator[Refusal]:
    for item in asked.request.items:
        if type_of(item) != "reasoning":
            continue
        if "content" in item and item["content"] is None:
            yield invalid("Invalid reasoning item: content must not be null.")
        secret = item.get("encrypted_content")
        if secret is None:
            continue
        if not isinstance(item.get("summary"), list):
            yield invalid(
                "Could not decode the compaction blob. "
                "Ensure it is unmodified from the compact response."
            )
        elif asked.seal.open(str(secret), asked.model.name) is None:
            yield not_decryptable()


CHECKS: Final[tuple[Callable[[Asked], Iterator[Refusal]], ...]] = (
    _fields,
    _sampling,
    _effort,
    _tools,
    _chain,
    _calls,
    _reasoning,
)

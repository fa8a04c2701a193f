"""An answer as xAI describes it: the response object and its output items."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
from typing import Final

from .models import PRIORITY, Model
from .request import Json, Request
from .sealed import Seal, Thought
from .tokens import Usage, pieces
from .turns import Call, Search, Turn

#: Tokens that thinking takes at least. Assumed; how they grow is what matters.
THOUGHT_TOKENS: Final = {"minimal": 40, "low": 40, "medium": 120, "high": 300, "xhigh": 600}


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer, before it is streamed."""

    id: str
    created: int  # s, epoch
    request: Request
    model: Model
    items: tuple[Json, ...]
    usage: Usage

    @property
    def tier(self) -> str:
        """The service tier; xAI has two, and takes every other name for the default."""
        return PRIORITY if self.request.body.get("service_tier") == PRIORITY else "default"

    def describe(self, status: str, **changes: object) -> Json:
        """Return the response object in some state; output and usage are there at the end."""
        body = self.request.body
        ended = status != "in_progress"
        return {
            "created_at": self.created,
            "completed_at": self.created if status == "completed" else None,
            "id": self.id,
            "max_output_tokens": body.get("max_output_tokens"),
            "model": self.model.name,
            "object": "response",
            "output": list(self.items) if ended else [],
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": body.get("previous_response_id"),
            "reasoning": {"effort": self.request.effort, "summary": None},
            "temperature": body.get("temperature"),
            "text": body.get("text") or {"format": {"type": "text"}},
            "tool_choice": body.get("tool_choice") or "auto",
            "tools": self.request.tools,
            "top_p": body.get("top_p"),
            "usage": self.usage.describe(self.model, self.tier) if ended else None,
            "user": body.get("user"),
            "incomplete_details": None,
            "status": status,
            "store": body.get("store", True),
            "metadata": {"system_fingerprint": "fp_fake000000000000"},
            "background": False,
            "service_tier": self.tier,
            "truncation": "disabled",
            "top_logprobs": 0,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
            "prompt_cache_key": body.get("prompt_cache_key"),
            "max_tool_calls": None,
            "safety_identifier": None,
            "error": None,
            "instructions": None,
            **changes,
        }


def items_of(turn: Turn, thought: Json | None, id_: str) -> Iterator[Json]:
    """Yield the output items of a turn, in the order in which a model makes them."""
    if thought is not None:
        yield thought
    for number, search in enumerate(turn.searches):
        yield _SEARCHES[search.tool](search, f"{id_}_call_{number}")
    if turn.text:
        yield _message(turn, id_)
    for number, call in enumerate(turn.calls):
        yield _function_call(call, f"{id_}_{number}")


def tokens_of(turn: Turn) -> int:
    """Return how many tokens of a turn are said."""
    calls = "".join(call.name + json.dumps(call.arguments) for call in turn.calls)
    return len(pieces(turn.text or "")) + len(pieces(calls))


def thought_of(turn: Turn, request: Request, model: Model) -> Thought | None:
    """Return what the model thinks before a turn, if it thinks."""
    effort = request.effort or model.effort
    if effort == "none":
        return None
    text = turn.reasoning or "I look at what is asked, and at what I may use for it.\n"
    return Thought(model.name, text, max(THOUGHT_TOKENS.get(effort, 0), len(pieces(text))))


def reasoning(thought: Thought, id_: str, seal: Seal | None, *, raw: bool) -> Json:
    """Return a thought as an output item, summed up or as it is, sealed if there is a seal."""
    if raw:
        told = {"summary": [], "content": [{"type": "reasoning_text", "text": thought.text}]}
    else:
        told = {"summary": [{"type": "summary_text", "text": thought.text}]}
    secret = {"encrypted_content": seal.close(thought)} if seal else {}
    return {"id": f"rs_{id_}", **told, "type": "reasoning", "status": "completed", **secret}


def _message(turn: Turn, id_: str) -> Json:
    text, urls = turn.text or "", [url for search in turn.searches for url in search.urls]
    annotations = []
    for number, url in enumerate(urls, start=1):
        mark = f"[[{number}]]({url})"
        text = text if mark in text else f"{text} {mark}"
        start = text.index(mark)
        place = {"start_index": start, "end_index": start + len(mark)}
        annotations.append({"type": "url_citation", "url": url, "title": str(number), **place})
    part = {"type": "output_text", "text": text, "logprobs": [], "annotations": annotations}
    return {
        "content": [part],
        "id": f"msg_{id_}",
        "role": "assistant",
        "type": "message",
        "status": "completed",
    }


def _function_call(call: Call, id_: str) -> Json:
    return {
        "arguments": json.dumps(call.arguments, ensure_ascii=False),
        "call_id": f"call-{id_}",
        "name": call.name,
        "type": "function_call",
        "id": f"fc_{id_}",
        "status": "completed",
    }


def _web_search(search: Search, id_: str) -> Json:
    sources = [{"type": "url", "url": url} for url in search.urls]
    return {
        "id": f"ws_{id_}",
        "type": "web_search_call",
        "status": "completed",
        "action": {"type": "search", "query": search.query, "sources": sources},
    }


def _x_search(search: Search, id_: str) -> Json:
    """X is searched by what looks like a tool of the client, but is none."""
    return {
        "call_id": f"xs_{id_}",
        "input": json.dumps({"query": search.query, "limit": 20, "mode": "Latest"}),
        "name": "x_keyword_search",
        "type": "custom_tool_call",
        "id": f"ctc_{id_}",
        "status": "completed",
    }


def _code(search: Search, id_: str) -> Json:
    return {
        "id": f"ci_{id_}",
        "type": "code_interpreter_call",
        "status": "completed",
        "code": search.query,
        "container_id": "",
        "outputs": None,
    }


_SEARCHES: Final = {"web_search": _web_search, "x_search": _x_search, "code_interpreter": _code}

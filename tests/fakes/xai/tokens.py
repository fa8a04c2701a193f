"""How many tokens a prompt has, how many of them were there before, and what an answer costs.

Assumed, since xAI publishes neither its tokenizer nor how it puts a prompt together:
- A token is a word of up to seven letters with the space before it, up to three digits, or any
  other character: about four bytes of English text.
- The order is xAI's own prompt, the instructions, the tools, the input; ids and states of items
  are not part of it.
- Prompts are cached in blocks of 64 tokens. The bills that are known have 192 of 197, 192 of 216,
  512 of 642 and 1,152 of 5,467 tokens cached.
- Requests with one prompt_cache_key reach the same cache, those without any another; nothing is
  evicted. Answers are not cached before they come back as input.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
import json
import re
from typing import Any, Final

from .models import LONG_PROMPT, PRIORITY, TOOL_TICKS, Model
from .request import Json, Request, text_of, type_of
from .sealed import Seal

BLOCK: Final = 64
#: Of a picture of a megapixel.
IMAGE: Final = 1_026
#: What one search brings in. Seen: between 1,500 and 6,000.
FOUND: Final = 4_000

_PIECES: Final = re.compile(r" ?[^\W\d_]{1,7}|\d{1,3}|\s+|.")


def pieces(text: str) -> list[str]:
    """Return the tokens of a text."""
    return _PIECES.findall(text)


def prompt(request: Request, model: Model, seal: Seal) -> list[str]:
    """Return the tokens of a request, in the order in which the model reads them."""
    found = [f"<{model.name}>"] * model.hidden
    found += pieces(request.instructions)
    if request.tools:
        found += pieces(_compact(request.tools))
    if schema := (request.body.get("text") or {}).get("format"):
        found += pieces(_compact(schema))
    for item in request.items:
        found += _item(item, model, seal)
    return found


def _item(item: Json, model: Model, seal: Seal) -> Iterator[str]:
    kind = type_of(item)
    yield f"<{kind}>"
    if kind == "message":
        yield from pieces(str(item["role"]))
        yield from pieces(text_of(item))
        for part in item["content"] if isinstance(item["content"], list) else []:
            if image := part.get("image_url"):
                yield from [_mark(image)] * IMAGE
    elif kind == "function_call":
        yield from pieces(item["name"] + item["arguments"])
    elif kind == "function_call_output":
        yield from pieces(item["output"])
    elif kind == "reasoning":
        secret = str(item.get("encrypted_content"))
        thought = seal.open(secret, model.name)
        yield from [_mark(secret)] * (thought.tokens if thought else 0)
    else:
        yield from pieces(_compact({k: v for k, v in item.items() if k not in {"id", "status"}}))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _mark(content: str) -> str:
    return blake2b(content.encode(), digest_size=8).hexdigest()


class PrefixCache:
    """Knows the beginnings of the prompts that were there before."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, str | None], set[bytes]] = {}

    def meet(self, tokens: list[str], model: str, key: str | None) -> int:
        """Remember a prompt; return how many of its first tokens were known."""
        known = self._blocks.setdefault((model, key), set())
        chain = list(_chain(tokens))
        cached = next((n for n, block in enumerate(chain) if block not in known), len(chain))
        known.update(chain)
        return cached * BLOCK


def _chain(tokens: list[str]) -> Iterator[bytes]:
    """Yield a digest for each full block and all that is before it."""
    digest = blake2b(digest_size=16)
    for start in range(0, len(tokens) - BLOCK + 1, BLOCK):
        digest.update("\0".join(tokens[start : start + BLOCK]).encode(errors="surrogatepass"))
        yield digest.digest()


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took."""

    input: int
    cached: int
    said: int
    reasoned: int
    #: Calls of tools that ran at xAI, by type.
    server_tools: tuple[str, ...] = ()

    @property
    def output(self) -> int:
        """What was said and thought."""
        return self.said + self.reasoned

    def ticks(self, model: Model, tier: str | None = None) -> int:
        """Return the bill in ten-billionths of a US dollar."""
        tokens = (
            (self.input - self.cached) * model.input
            + self.cached * model.cached
            + self.output * model.output
        )
        if self.input >= LONG_PROMPT:
            tokens *= 2
        if tier == PRIORITY:
            tokens *= 2
        return tokens + sum(TOOL_TICKS.get(tool, 0) for tool in self.server_tools)

    def describe(self, model: Model, tier: str | None = None) -> Json:
        """Return it as xAI does."""
        return {
            "input_tokens": self.input,
            "input_tokens_details": {"cached_tokens": self.cached},
            "output_tokens": self.output,
            "output_tokens_details": {"reasoning_tokens": self.reasoned},
            "total_tokens": self.input + self.output,
            "num_sources_used": 0,
            "num_server_side_tools_used": len(self.server_tools),
            "cost_in_usd_ticks": self.ticks(model, tier),
            "server_side_tool_usage_details": {
                f"{tool}_calls": self.server_tools.count(tool)
                for tool in (
                    "web_search", "x_search", "code_interpreter", "file_search", "mcp",
                    "document_search", "image_generation",
                )
            },
            "context_details": {"input_tokens": self.input, "output_tokens": self.output},
        }  # fmt: skip

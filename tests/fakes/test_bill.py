"""Tokens, the cached ones among them, and what they cost."""

from typing import Any

import pytest

from .client import Client, call, function, output
from .xai.models import MODELS, TICKS_PER_DOLLAR
from .xai.server import FakeXai
from .xai.tokens import BLOCK, Usage, pieces
from .xai.turns import Search, Turn

LONG = "The kitchen light stands in the kitchen. " * 60


@pytest.mark.parametrize(
    ("model", "usage", "ticks"),
    [
        # Two bills that xAI wrote, in July and August 2026, and one that somebody checked.
        ("grok-4.3", Usage(197, 192, 1, 198), 5_421_500),
        ("grok-4.6", Usage(5_467, 1_152, 18, 575, ("web_search",)), 177_640_000),
        ("grok-4.6", Usage(642, 512, 173, 0), 15_540_000),
    ],
)
def test_real_bills(model: str, usage: Usage, ticks: int) -> None:
    assert usage.ticks(MODELS[model]) == ticks


@pytest.mark.parametrize(
    ("tokens", "tier", "dollars"),
    [
        (100_000, None, 0.125),
        (199_999, None, 0.24999875),
        (200_000, None, 0.5),
        (100_000, "priority", 0.25),
        (200_000, "priority", 1.0),
        (100_000, "flex", 0.125),
    ],
)
def test_long_prompts_and_priority_cost_double(
    tokens: int, tier: str | None, dollars: float
) -> None:
    usage = Usage(tokens, 0, 0, 0)
    assert usage.ticks(MODELS["grok-4.3"], tier) == pytest.approx(dollars * TICKS_PER_DOLLAR)


def test_searches_cost_half_a_cent_whatever_the_tier() -> None:
    usage = Usage(0, 0, 0, 0, ("web_search", "x_search", "code_interpreter"))
    assert usage.ticks(MODELS["grok-4.3"], "priority") == 0.015 * TICKS_PER_DOLLAR


async def test_the_bill_adds_up(xai: FakeXai, client: Client) -> None:
    xai.will(Turn("It rains.", searches=(Search("weather"),)))
    usage = (await client.ask(reasoning={"effort": "low"})).body["usage"]
    assert usage["input_tokens_details"]["cached_tokens"] == 0
    assert usage["output_tokens_details"]["reasoning_tokens"] == 40
    assert usage["output_tokens"] == 40 + len(pieces("It rains."))
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["server_side_tool_usage_details"]["web_search_calls"] == 1
    assert usage["cost_in_usd_ticks"] == (
        12_500 * usage["input_tokens"] + 25_000 * usage["output_tokens"] + 50_000_000
    )
    assert xai.requests[-1].cost_in_usd_ticks == usage["cost_in_usd_ticks"]


async def cached(client: Client, input_: Any = "hello", **body: Any) -> tuple[int, int]:
    """Ask, and return how many tokens were cached and how many there were."""
    usage = (await client.ask(input_, **{"prompt_cache_key": "house", **body})).body["usage"]
    return usage["input_tokens_details"]["cached_tokens"], usage["input_tokens"]


async def test_a_prompt_again_is_cached_but_for_its_last_block(client: Client) -> None:
    assert (await cached(client, LONG))[0] == 0
    known, all_ = await cached(client, LONG)
    assert known == all_ // BLOCK * BLOCK > 500


@pytest.mark.parametrize(
    "more",
    [
        {"instructions": LONG},
        {"tools": [function(description=LONG)]},
        {"text": {"format": {"type": "json_schema", "schema": {"description": LONG}}}},
    ],
)
async def test_what_the_model_reads_is_paid_for(client: Client, more: dict[str, Any]) -> None:
    _, without = await cached(client)
    _, together = await cached(client, **more)
    assert together - without >= len(pieces(LONG))


@pytest.mark.parametrize(
    "change",
    [
        {"prompt_cache_key": "another house"},
        {"model": "grok-4.5"},
        {"instructions": "You are in the bedroom. " + LONG},
    ],
)
async def test_what_makes_the_cache_useless(client: Client, change: dict[str, Any]) -> None:
    body = {"instructions": "You are in the kitchen. " + LONG}
    await cached(client, **body)
    known, _ = await cached(client, **(body | change))
    assert known <= MODELS["grok-4.3"].hidden + BLOCK


async def test_what_comes_last_spoils_nothing(client: Client) -> None:
    """Time and area in the last message leave the instructions and the tools cached."""
    tools = [function(f"tool_{n}", description="x" * 40) for n in range(20)]
    body: dict[str, Any] = {"instructions": LONG, "tools": tools}
    await cached(client, "It is noon. Kitchen. Turn on the light.", **body)
    known, all_ = await cached(client, "It is one. Bedroom. Turn off the fan.", **body)
    assert known > 0.95 * all_


async def test_tools_in_another_order_are_another_prompt(client: Client) -> None:
    tools = [function(f"tool_{n}") for n in range(40)]
    await cached(client, tools=tools)
    assert (await cached(client, tools=tools[::-1]))[0] <= MODELS["grok-4.3"].hidden + BLOCK


async def test_a_conversation_that_grows_stays_cached(client: Client) -> None:
    talk: list[dict[str, Any]] = [{"role": "user", "content": LONG}]
    _, before = await cached(client, talk)
    talk += [call(), output(text="done")]
    known, after = await cached(client, talk)
    assert known == before // BLOCK * BLOCK < after


async def test_reasoning_left_out_breaks_the_prefix(client: Client) -> None:
    secret = {"include": ["reasoning.encrypted_content"], "reasoning": {"effort": "high"}}
    reply = await client.ask(LONG, **secret)
    first, thought = {"role": "user", "content": LONG}, reply.items("reasoning")[0]
    said = {"role": "assistant", "content": LONG}
    await cached(client, [first, thought, said])
    kept, _ = await cached(client, [first, thought, said, first])
    dropped, _ = await cached(client, [first, said, first])
    assert kept - dropped > 300


async def test_ids_of_items_are_not_part_of_the_prompt(client: Client) -> None:
    item = {"type": "message", "role": "user", "content": LONG}
    await cached(client, [{**item, "id": "msg_1", "status": "completed"}])
    assert (await cached(client, [{**item, "id": "msg_2"}]))[0] > 500


async def test_a_picture_costs_what_it_costs(client: Client) -> None:
    def asked(image: str) -> list[dict[str, Any]]:
        picture = {"type": "input_image", "image_url": image}
        return [{"role": "user", "content": [{"type": "input_text", "text": "?"}, picture]}]

    _, plain = await cached(client, "?")
    _, shown = await cached(client, asked("data:image/png;base64,AAAA"))
    assert shown - plain == 1_026
    assert (await cached(client, asked("data:image/png;base64,BBBB")))[0] < 300

"""OpenAI's client, which Home Assistant's own agent uses, understands the fake.

It is no requirement of this repository, and skipped without it; ``scripts/bench agent`` gets it.
"""

from collections.abc import AsyncIterator

import pytest

from .client import MODEL, function
from .xai.server import FakeXai
from .xai.state import Settings
from .xai.turns import Call, Search, Turn

openai = pytest.importorskip(
    "openai",
    reason="after scripts/bench agent: PYTHONPATH=.cache/openai scripts/test tests/fakes",
)


@pytest.fixture
def settings() -> Settings:
    return Settings(hard=False, lenient=True)


@pytest.fixture
async def peer(xai: FakeXai) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=xai.url, api_key=xai.account.key, max_retries=0
    ) as client:
        yield client


async def test_models(peer: openai.AsyncOpenAI) -> None:
    assert MODEL in [model.id async for model in await peer.models.list()]


async def test_a_stream(xai: FakeXai, peer: openai.AsyncOpenAI) -> None:
    """Each event has the type that the client knows for it."""
    searches = (Search("wetter", urls=("https://a.example/",)), Search("x", tool="x_search"))
    calls = (Call("light_on", {"name": "Küche"}), Call("light_on", {"name": "Büro"}))
    xai.will(Turn("Schön.", calls, searches, reasoning="Hm."))
    stream = await peer.responses.create(
        model=MODEL,
        input="Wie ist das Wetter?",
        stream=True,
        store=False,
        tools=[function()],
        include=["reasoning.encrypted_content"],
        prompt_cache_key="house",
        safety_identifier="x",
        service_tier="auto",
    )
    events = [event async for event in stream]
    assert [event.type for event in events] == xai.requests[-1].events
    assert not [event for event in events if type(event).__name__ == "BaseModel"]
    items = [event.item for event in events if event.type == "response.output_item.done"]
    assert [type(item).__name__ for item in items] == [
        "ResponseReasoningItem",
        "ResponseFunctionWebSearch",
        "ResponseCustomToolCall",
        "ResponseOutputMessage",
        "ResponseFunctionToolCall",
        "ResponseFunctionToolCall",
    ]
    assert events[-1].response.output_text == "Schön. [[1]](https://a.example/)"
    assert events[-1].response.usage.cost_in_usd_ticks > 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("bad_key", openai.BadRequestError),
        ("no_key", openai.AuthenticationError),
        ("no_credits", openai.PermissionDeniedError),
        ("model_retired", openai.NotFoundError),
        ("rate_limited", openai.RateLimitError),
        ("unavailable", openai.InternalServerError),
        ("cut_before_headers", openai.APIConnectionError),
    ],
)
async def test_refusals(
    xai: FakeXai, peer: openai.AsyncOpenAI, fault: str, error: type[Exception]
) -> None:
    xai.will(Turn(fault=fault))
    with pytest.raises(error):
        await peer.responses.create(model=MODEL, input="hello", stream=True)


@pytest.mark.parametrize(
    ("fault", "last"),
    [
        ("incomplete_output", "response.incomplete"),
        ("failed", "response.failed"),
        ("error_event", "error"),
    ],
)
async def test_responses_without_an_end(
    xai: FakeXai, peer: openai.AsyncOpenAI, fault: str, last: str
) -> None:
    xai.will(Turn("One two three.", fault=fault))
    stream = await peer.responses.create(model=MODEL, input="hello", stream=True)
    assert [event.type async for event in stream][-1] == last

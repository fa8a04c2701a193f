"""The client on a real socket: what it asks, how often, and what it makes of what goes wrong."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.alicia.grok import wire
from custom_components.alicia.grok.catalogue import ModelInfo
from custom_components.alicia.grok.client import BASE_URL, GrokClient
from custom_components.alicia.grok.errors import GrokError, Kind
from custom_components.alicia.grok.wire import Limits
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.state import Settings
from tests.fakes.xai.turns import Turn

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client has waited before another try."""
    return []


@pytest.fixture
def client(session: ClientSession, xai: FakeXai, limits: Limits, waits: list[float]) -> GrokClient:
    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return GrokClient(session, xai.account.key, xai.url, limits, pause)


def question(**more: Any) -> dict[str, Any]:
    asked = {"model": "grok-4.3", "input": [{"role": "user", "content": "hello"}], "stream": True}
    return {**asked, **more}


async def types(client: GrokClient, **more: Any) -> list[str]:
    return [event["type"] async for event in client.async_stream(question(**more))]


async def failure(client: GrokClient, **more: Any) -> GrokError:
    with pytest.raises(GrokError) as caught:
        await types(client, **more)
    return caught.value


async def test_a_stream_ends_with_its_last_event(client: GrokClient, xai: FakeXai) -> None:
    xai.will(Turn(text="Fine."))
    assert (await types(client))[-1] == "response.completed"


async def test_connections_are_used_again(client: GrokClient, xai: FakeXai) -> None:
    await client.async_key()
    for _ in range(3):
        xai.will(Turn(text="Fine."))
        await types(client)
    assert len({record.connection for record in xai.requests}) == 1


async def test_a_session_that_is_closed_meanwhile(
    client: GrokClient, xai: FakeXai, session: ClientSession
) -> None:
    """As by a reload of the account, in the middle of an answer and before the next."""
    xai.will(Turn(text="Fine. " * 20_000))

    async def hear() -> None:
        async for event in client.async_stream(question()):
            if event["type"] == "response.output_text.delta":
                await session.close()

    with pytest.raises(GrokError) as caught:
        await hear()
    assert caught.value.kind is Kind.CUT
    assert (await failure(client)).kind is Kind.CONNECTION
    with pytest.raises(GrokError) as caught:
        await client.async_key()
    assert caught.value.kind is Kind.CONNECTION


async def test_what_is_wrong_with_us_is_not_said_to_be_the_connection(
    client: GrokClient, xai: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_self: object, _chunk: bytes) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(wire.SseReader, "feed", wrong)
    with pytest.raises(RuntimeError, match="a mistake"):
        await types(client)


@pytest.mark.parametrize("seed", range(5))
async def test_hard_streams(session: ClientSession, seed: int) -> None:
    async with FakeXai(Settings(seed=seed)).running() as xai:
        client = GrokClient(session, xai.account.key, xai.url)
        xai.will(Turn(text="Größe: ja – 今日は。", reasoning="Hm."))
        events = [event async for event in client.async_stream(question())]
    deltas = [each["delta"] for each in events if each["type"] == "response.output_text.delta"]
    assert "".join(deltas) == "Größe: ja – 今日は。"


@pytest.mark.parametrize(
    ("fault", "kind", "tries"),
    [
        ("bad_key", Kind.AUTH, 1),
        ("no_key", Kind.AUTH, 1),
        ("blocked", Kind.BLOCKED, 1),
        ("no_credits", Kind.NO_CREDITS, 1),
        ("no_credits_429", Kind.NO_CREDITS, 1),
        ("model_retired", Kind.MODEL_GONE, 1),
        ("rate_limited", Kind.RATE_LIMITED, 2),
        ("server_error", Kind.SERVER, 2),
        ("bad_gateway", Kind.SERVER, 2),
        ("unavailable", Kind.SERVER, 2),
        ("html_page", Kind.SERVER, 2),
        ("stall_before_headers", Kind.TIMEOUT, 1),
        ("stall_at_start", Kind.TIMEOUT, 1),
        ("stall_mid_stream", Kind.TIMEOUT, 1),
        ("cut_before_headers", Kind.CONNECTION, 2),
        ("cut_mid_stream", Kind.CUT, 1),
        ("cut_before_end", Kind.CUT, 1),
        ("incomplete_output", Kind.ANSWER_TOO_LONG, 1),
        ("incomplete_prompt", Kind.PROMPT_TOO_LONG, 1),
        ("incomplete_time", Kind.TOOK_TOO_LONG, 1),
        ("failed", Kind.FAILED, 2),
        ("failed_mid_stream", Kind.FAILED, 1),
        ("error_event", Kind.FAILED, 1),
    ],
)
async def test_what_goes_wrong(
    client: GrokClient, xai: FakeXai, fault: str, kind: Kind, tries: int
) -> None:
    xai.will(Turn(text="All is well here.", fault=fault, times=0))
    err = await failure(client)
    assert err.kind is kind
    assert xai.account.key[:4] not in str(err)
    assert len(xai.asked) == tries


@pytest.mark.parametrize("fault", ["server_error", "rate_limited", "cut_before_headers", "failed"])
async def test_what_passes_is_not_noticed(client: GrokClient, xai: FakeXai, fault: str) -> None:
    xai.will(Turn(fault=fault), Turn(text="Fine."))
    assert (await types(client))[-1] == "response.completed"
    assert len(xai.asked) == 2


async def test_it_waits_as_long_as_it_is_told(
    client: GrokClient, xai: FakeXai, waits: list[float]
) -> None:
    xai.will(Turn(fault="rate_limited", retry_after=0.25), Turn(text="Fine."))
    await types(client)
    assert waits == [0.25]


async def test_it_waits_for_nothing_that_takes_long(client: GrokClient, xai: FakeXai) -> None:
    xai.will(Turn(fault="rate_limited", retry_after=60))
    assert (await failure(client)).retry_after == 60
    assert len(xai.asked) == 1


async def test_what_a_model_does_not_take_is_left_out_from_then_on(
    client: GrokClient, xai: FakeXai
) -> None:
    for _ in range(2):
        xai.will(Turn(text="Fine."))
        await types(client, model="grok-build-0.1", reasoning={"effort": "low"})
    sent = ["reasoning" in (record.body or {}) for record in xai.asked]
    assert sent == [True, False, False]
    xai.will(Turn(text="Fine."))
    await types(client, reasoning={"effort": "low"})
    assert "reasoning" in (xai.asked[-1].body or {}), "another model takes it"


async def test_reasoning_that_xai_can_not_read_is_left_out(
    client: GrokClient, xai: FakeXai
) -> None:
    strange = {"type": "reasoning", "summary": [], "encrypted_content": "AAAA"}
    user = {"role": "user", "content": "hello"}
    xai.will(Turn(text="Fine."))
    assert (await types(client, input=[strange, user]))[-1] == "response.completed"
    assert xai.asked[-1].input == [user]


async def test_nobody_is_there(session: ClientSession) -> None:
    client = GrokClient(session, "key", NOWHERE)
    assert (await failure(client)).kind is Kind.CONNECTION
    with pytest.raises(GrokError) as caught:
        await client.async_key()
    assert caught.value.kind is Kind.CONNECTION


async def test_an_answer_that_nobody_waits_for(client: GrokClient, xai: FakeXai) -> None:
    """Whoever stops listening closes the connection; the next question opens another."""
    xai.will(Turn(text="One two three four."), Turn(text="Fine."))
    stream = client.async_stream(question())
    await anext(stream)
    await stream.aclose()
    assert (await types(client))[-1] == "response.completed"


async def test_the_key(client: GrokClient, xai: FakeXai) -> None:
    key = await client.async_key()
    assert key.team_id == xai.account.team
    assert key.is_usable
    assert xai.asked == [], "it costs nothing"


async def test_an_answer_without_an_end(
    client: GrokClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_MAX_WHOLE", 10)
    with pytest.raises(GrokError) as caught:
        await client.async_key()
    assert caught.value.kind is Kind.FAILED


@pytest.mark.parametrize(
    ("told", "kind"),
    [("[]", Kind.WRONG_ADDRESS), ("{", Kind.CONNECTION), ("[" * 200_000, Kind.CONNECTION)],
)
async def test_an_answer_that_is_none(
    session: ClientSession, aiohttp_server: Any, told: str, kind: Kind
) -> None:
    async def tell(_request: web.Request) -> web.Response:
        return web.Response(text=told, content_type="application/json")

    application = web.Application()
    application.router.add_get("/api-key", tell)
    server = await aiohttp_server(application)
    client = GrokClient(session, "key", str(server.make_url("")).rstrip("/"))
    with pytest.raises(GrokError) as caught:
        await client.async_key()
    assert caught.value.kind is kind


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_nobody_else_is_told_anything(
    client: GrokClient, xai: FakeXai, aiohttp_server: Any, session: ClientSession, status: int
) -> None:
    """Where somebody on the way leads to another server, such as a hotel's page."""
    await client.async_key()

    async def lead(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{xai.url}/responses"})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", lead)
    server = await aiohttp_server(application)
    url = str(server.make_url("")).rstrip("/")
    led = GrokClient(session, xai.account.key, url, Limits(), pause=_never)
    assert (await failure(led)).kind is Kind.SERVER
    with pytest.raises(GrokError) as caught:
        await led.async_key()
    assert caught.value.kind is Kind.SERVER
    assert len(xai.requests) == 1


async def _never(_seconds: float) -> None:
    return None


@pytest.mark.parametrize("flag", ["key_blocked", "key_disabled", "team_blocked"])
async def test_a_key_that_may_nothing(client: GrokClient, xai: FakeXai, flag: str) -> None:
    setattr(xai.account, flag, True)
    assert not (await client.async_key()).is_usable


async def test_the_models(client: GrokClient) -> None:
    models = await client.async_models()
    assert models[0] == ModelInfo("grok-build-0.1", ("grok-code-fast-1",), sees=True)
    assert "grok-4.3" in {model.name for model in models}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("bad_key", Kind.AUTH),
        ("stall_before_headers", Kind.TIMEOUT),
        ("html_page", Kind.SERVER),
        ("unavailable", Kind.SERVER),
    ],
)
async def test_the_key_can_not_be_asked_for(
    client: GrokClient, xai: FakeXai, fault: str, kind: Kind
) -> None:
    xai.will(Turn(fault=fault, path="/v1/api-key"))
    with pytest.raises(GrokError) as caught:
        await client.async_key()
    assert caught.value.kind is kind


def test_the_key_is_in_no_text(session: ClientSession) -> None:
    client = GrokClient(session, "s3cret", BASE_URL)
    assert "s3cret" not in repr(client)

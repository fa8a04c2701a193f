"""Whatever stands in a stream in the place of what belongs there, nothing breaks."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from functools import partial
import json
from typing import Any, TypeAlias
from unittest.mock import patch

from aiohttp import ClientSession, web
import pytest

from custom_components.alicia.grok.client import GrokClient
from custom_components.alicia.grok.errors import GrokError, Kind
from custom_components.alicia.grok.sse import MAX_EVENT
from custom_components.alicia.grok.stream import Translator
from custom_components.alicia.grok.wire import Limits, _parsed
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Search, Turn

from .conftest import Home, spoken

JUNK: tuple[Any, ...] = (
    None, True, -1, 10**40, float("nan"), "", "x" * 3, [], [None], {}, {"type": 5}, [[["deep"]]],
)  # fmt: skip
ASKED = {
    "model": "grok-4.3",
    "input": [{"role": "user", "content": "hello"}],
    "stream": True,
    "tools": [
        {"type": "web_search"},
        {"type": "function", "name": "on", "parameters": {"type": "object", "properties": {}}},
    ],
    "include": ["reasoning.encrypted_content"],
    "store": False,
}
Path: TypeAlias = tuple[str | int, ...]


@pytest.fixture
async def events(xai: FakeXai) -> list[dict[str, Any]]:
    """The events of an answer with thoughts, a search, words and a call."""
    search = Search("weather", urls=("https://example.com",))
    xai.will(Turn("Fine. It is.", calls=(Call("on", {}),), searches=(search,), reasoning="Hm."))
    async with ClientSession() as session:
        client = GrokClient(session, xai.account.key, xai.url, Limits())
        return [event async for event in client.async_stream(ASKED)]


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, each in items:
        yield (*path, key)
        yield from paths(each, (*path, key))


def put(event: dict[str, Any], path: Path, junk: object) -> dict[str, Any]:
    changed: Any = deepcopy(event)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = junk
    return changed


def hear(events: list[dict[str, Any]]) -> None:
    translator = Translator("grok-4.3", "Time: now", {"on": "on"})
    for event in events:
        if isinstance(event.get("type"), str):  # the wire lets nothing else pass
            json.dumps([str(delta) for delta in translator.hear(event)])


async def test_any_field_may_be_anything(events: list[dict[str, Any]]) -> None:
    seen = set()
    for number, event in enumerate(events):
        for path in paths(event):
            kind = (event["type"], *(key for key in path if isinstance(key, str)))
            if kind in seen:
                continue
            seen.add(kind)
            for junk in JUNK:
                told = [*events[:number], put(event, path, junk), *events[number + 1 :]]
                with suppress(GrokError):
                    hear(told)
    assert len(seen) > 100


@pytest.mark.parametrize("junk", [None, [5]], ids=repr)
async def test_a_turn_ends_with_words(
    home: Home, xai: FakeXai, events: list[dict[str, Any]], junk: object
) -> None:
    """The same for everything else that looks at how an answer ends: meter, traces, guard."""
    end = events[-1]
    named = [path for path in paths(end) if all(isinstance(key, str) for key in path)]
    assert ("response", "usage", "input_tokens_details") in named
    for path in named:
        xai.will(Turn("Fine. It is."))
        junked = partial(put, path=path, junk=junk)
        with patch(
            "custom_components.alicia.grok.wire._parsed", partial(parsed, junked, END["type"])
        ):
            assert await home.say("How is it?"), path


def parsed(
    junked: Callable[[dict[str, Any]], dict[str, Any]], kind: str, texts: Iterator[str]
) -> Iterator[dict[str, Any]]:
    """Yield events, those of a kind with junk in them."""
    for event in _parsed(texts):
        told = junked(event) if event["type"] == kind else event
        if isinstance(told["type"], str):
            yield told


async def test_any_event_may_be_missing_or_come_twice(events: list[dict[str, Any]]) -> None:
    for number in range(len(events)):
        hear(events[:number] + events[number + 1 :])
        hear(events[: number + 1] + events[number:])
    hear(events[::-1])


WORD = {"type": "response.output_text.delta", "delta": "Fine."}
END = {"type": "response.completed", "response": {}}
DEEP = f'{{"type": {"[" * 100_000}'.encode()


def lines(*events: object) -> bytes:
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


@pytest.mark.parametrize(
    ("sent", "ends_as"),
    [
        pytest.param(b"data: no JSON\n\n" + lines(WORD, END), None, id="no JSON"),
        pytest.param(b"data: \xff\xfe\n\n" + lines(WORD, END), None, id="no text"),
        pytest.param(b"data: " + DEEP + b"\n\n" + lines(WORD, END), None, id="deep"),
        pytest.param(
            lines([], 5, None, {}, {"type": 5}, {"type": []}, WORD, END), None, id="types"
        ),
        pytest.param(lines(WORD, END, WORD, END), None, id="more than the end"),
        pytest.param(lines(WORD), Kind.CUT, id="an orderly end before the end"),
        pytest.param(lines(WORD, {"type": "error", "error": 5}), Kind.FAILED, id="an error"),
        pytest.param(
            lines(WORD, {"type": "response.incomplete", "response": []}), Kind.FAILED, id="half"
        ),
        pytest.param(lines(WORD) + b"data: " + b"x" * MAX_EVENT, Kind.FAILED, id="without an end"),
    ],
)
async def test_bytes(aiohttp_server: Any, sent: bytes, ends_as: Kind | None) -> None:
    """One answer in any bytes: its words arrive, and it ends in a way that is known."""

    async def tell(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError):  # whoever has heard enough leaves
            await response.write(sent)
        return response

    application = web.Application()
    application.router.add_post("/responses", tell)
    server = await aiohttp_server(application)
    heard: list[dict[str, Any]] = []
    failure: Kind | None = None
    async with ClientSession() as session:
        client = GrokClient(session, "key", str(server.make_url("")).rstrip("/"), Limits())
        try:
            async for event in client.async_stream(ASKED):
                heard.append(event)  # noqa: PERF401 - what came before an error counts
        except GrokError as err:
            failure = err.kind
    assert heard[0] == WORD
    assert failure is ends_as


async def told_by(aiohttp_server: Any, tell: Any) -> list[dict[str, Any]]:
    """Return the events of an answer that is told so; raises GrokError."""
    application = web.Application()
    application.router.add_post("/responses", tell)
    server = await aiohttp_server(application)
    async with ClientSession() as session:
        limits = Limits(connect=1, first=1, between=1)
        client = GrokClient(session, "key", str(server.make_url("")).rstrip("/"), limits)
        return [event async for event in client.async_stream(ASKED)]


async def test_an_error_whose_text_never_comes(aiohttp_server: Any) -> None:
    async def tell(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        response.content_length = 100
        await response.prepare(request)
        with suppress(ConnectionError):
            await asyncio.sleep(20)
        return response

    async with asyncio.timeout(10):
        with pytest.raises(GrokError) as caught:
            await told_by(aiohttp_server, tell)
    assert caught.value.kind is Kind.TIMEOUT


async def test_an_error_in_two_pieces(aiohttp_server: Any) -> None:
    async def tell(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=400, headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"code": "invalid-argument",')
        await asyncio.sleep(0.1)
        await response.write(b'"error": "Incorrect API key provided: xx***yy"}')
        return response

    with pytest.raises(GrokError) as caught:
        await told_by(aiohttp_server, tell)
    assert caught.value.kind is Kind.AUTH


async def test_a_connection_that_is_kept_alive_for_nothing(aiohttp_server: Any) -> None:
    begun = {"type": "response.output_item.added", "item": {"type": "reasoning"}}

    async def tell(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(lines(begun))
        with suppress(ConnectionError):
            for _ in range(80):
                await response.write(b": ping\n\n")
                await asyncio.sleep(0.25)
        return response

    async with asyncio.timeout(10):
        with pytest.raises(GrokError) as caught:
            await told_by(aiohttp_server, tell)
    assert caught.value.kind is Kind.TIMEOUT


@pytest.mark.parametrize("sent", [b"", lines(WORD)], ids=["before the first word", "after it"])
async def test_a_client_that_is_closed_while_it_reads(aiohttp_server: Any, sent: bytes) -> None:
    """Nobody waits for the rest of what nobody reads any more."""
    told = asyncio.Event()

    async def tell(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(sent)
        told.set()
        with suppress(ConnectionError):
            await asyncio.sleep(20)
        return response

    async def hear(client: GrokClient) -> None:
        async for _ in client.async_stream(ASKED):
            pass

    application = web.Application()
    application.router.add_post("/responses", tell)
    server = await aiohttp_server(application)
    async with ClientSession() as session:
        client = GrokClient(session, "key", str(server.make_url("")).rstrip("/"), Limits())
        hearing = asyncio.create_task(hear(client))
        await told.wait()
        await asyncio.sleep(0.2)
        await session.close()
        client.close()
        async with asyncio.timeout(5):
            with pytest.raises(GrokError):
                await hearing


async def test_half_of_a_surrogate_pair(home: Home, xai: FakeXai) -> None:
    """It is no text, and neither this turn nor the next one breaks on it."""
    xai.will(Turn("Fine."), Turn("Still fine."))
    half = partial(put, path=("delta",), junk="Fine \ud83d.")
    with patch("custom_components.alicia.grok.wire._parsed", partial(parsed, half, WORD["type"])):
        first = await home.ask("How is it?")
    assert spoken(first) == "Fine ?."
    assert await home.say("And \ud83d now?", conversation_id=first.conversation_id) == (
        "Still fine."
    )

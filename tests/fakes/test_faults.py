"""Everything that can go wrong goes wrong once, when it is told to."""

import asyncio
import json
from typing import Any

from aiohttp import ClientError, ClientPayloadError
import pytest

from .client import Client, Reply, call, function, output
from .xai.faults import FAULTS, How
from .xai.server import FakeXai
from .xai.state import Settings
from .xai.turns import Call, Search, Turn, read

LONG_TEXT = Turn("One two three four five six seven eight.")
CALLS = Turn(calls=(Call("light_on", {"name": "Kitchen light"}),))


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("bad_key", 400, "Incorrect API key provided: xa***ey."),
        ("no_key", 401, "No credentials presented."),
        ("blocked", 403, "The API key is blocked."),
        ("no_credits", 403, "used all available credits"),
        ("no_credits_429", 429, "used all available credits"),
        ("model_retired", 404, "The model grok-4.3 does not exist"),
        ("rate_limited", 429, "Too many requests for team"),
        ("server_error", 500, "Internal server error."),
        ("unavailable", 503, "currently unavailable"),
    ],
)
async def test_refusals(xai: FakeXai, client: Client, fault: str, status: int, error: str) -> None:
    xai.will(Turn(fault=fault))
    reply = await client.stream()
    assert (reply.status, reply.body["error"].count(error)) == (status, 1)
    assert (await client.stream()).said() == "Hello."


async def test_when_to_come_again(xai: FakeXai, client: Client) -> None:
    xai.will(Turn(fault="rate_limited", retry_after=2.5), Turn(fault="rate_limited"))
    assert (await client.stream()).headers["Retry-After"] == "2.5"
    assert "Retry-After" not in (await client.stream()).headers


@pytest.mark.parametrize(("fault", "status"), [("bad_gateway", 502), ("html_page", 200)])
async def test_pages(xai: FakeXai, client: Client, fault: str, status: int) -> None:
    xai.will(Turn(fault=fault))
    reply = await client.stream()
    assert (reply.status, reply.headers["Content-Type"]) == (status, "text/html")
    assert reply.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("fault", "status", "details"),
    [
        ("incomplete_output", "incomplete", {"reason": "max_output_tokens"}),
        ("incomplete_prompt", "incomplete", {"reason": "max_prompt_tokens"}),
        ("incomplete_time", "incomplete", {"reason": "max_time_limit"}),
        ("failed", "failed", None),
        ("failed_mid_stream", "failed", None),
    ],
)
async def test_responses_without_an_end(
    xai: FakeXai, client: Client, fault: str, status: str, details: dict[str, Any] | None
) -> None:
    xai.will(Turn("One two three four.", fault=fault), Turn("One two three four.", fault=fault))
    reply = await client.stream()
    assert f"response.{status}" in reply.types
    assert "response.completed" not in reply.types
    assert reply.said() != "One two three four."
    assert "One two three four.".startswith(reply.said())
    assert reply.last["incomplete_details"] == details
    assert bool(reply.last["error"]) == (status == "failed")
    assert reply.last["usage"]["input_tokens"] > 0
    assert (await client.ask()).body["status"] == status


async def test_an_answer_that_is_too_long_is_incomplete(xai: FakeXai, client: Client) -> None:
    """Thoughts are not limited, and paid for."""
    xai.will(LONG_TEXT)
    reply = await client.stream(max_output_tokens=4, reasoning={"effort": "high"})
    assert reply.last["incomplete_details"] == {"reason": "max_output_tokens"}
    assert reply.last["usage"]["output_tokens"] == 4 + 300


async def test_an_error_event(xai: FakeXai, client: Client) -> None:
    xai.will(Turn("One two three four.", fault="error_event"))
    reply = await client.stream()
    assert "response.completed" not in reply.types
    assert [event["message"] for event in reply.events if event["type"] == "error"] == ["An error."]


class TestBroken:
    """Connections that break, and those over which nothing more comes."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(hard=False)

    async def cut(self, client: Client) -> bytes:
        """Return what came before the connection broke."""
        reply = Reply(0, {})
        with pytest.raises(ClientPayloadError):
            await client.stream(into=reply)
        return b"".join(reply.pieces)

    async def test_cut_in_the_middle_of_arguments(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(calls=CALLS.calls, fault="cut_mid_arguments"))
        stream = await self.cut(client)
        assert stream.rpartition(b"event: ")[2].startswith(
            b"response.function_call_arguments.delta"
        )
        assert b"Kitchen light" not in stream
        assert xai.requests[-1].complete is False

    async def test_cut_in_the_middle_of_text(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(LONG_TEXT.text, fault="cut_mid_stream"))
        stream = await self.cut(client)
        assert b'"delta":" five"' in stream
        assert b'"delta":" six"' not in stream

    async def test_cut_before_the_end(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(LONG_TEXT.text, fault="cut_before_end"))
        stream = await self.cut(client)
        assert stream.count(b"event: response.output_item.done") == 2
        assert b"event: response.completed" not in stream

    async def test_cut_before_headers(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(fault="cut_before_headers"))
        with pytest.raises(ClientError):
            await client.stream()

    @pytest.mark.parametrize(
        ("fault", "headers", "events"),
        [
            ("stall_before_headers", False, 0),
            ("stall_at_start", True, 2),
            ("stall_mid_stream", True, 16),
        ],
    )
    async def test_stalls(
        self, xai: FakeXai, client: Client, fault: str, headers: bool, events: int
    ) -> None:
        """Nothing more comes until the client has enough."""
        xai.will(Turn(LONG_TEXT.text, fault=fault))
        asking = asyncio.create_task(client.stream(reasoning={"effort": "low"}))
        await xai.until(lambda: bool(xai.requests) and len(xai.requests[-1].events) == events)
        assert not asking.done()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert xai.requests[-1].complete is False

    async def test_a_stalled_server_can_be_stopped(self, client: Client) -> None:
        async with FakeXai().running() as other:
            other.will(Turn(fault="stall_before_headers"))
            stalled = Client(client._session, other)
            asking = asyncio.create_task(stalled.stream())
            await other.until(lambda: bool(other.requests))
        with pytest.raises(ClientError):
            await asking


async def test_reasoning_is_refused_once(xai: FakeXai, client: Client) -> None:
    """Only a request with encrypted content can be refused for it."""
    secret = (await client.ask(include=["reasoning.encrypted_content"])).items("reasoning")
    xai.will(Turn(fault="undecryptable"))
    assert (await client.ask()).status == 200
    refused = await client.ask([*secret, {"role": "user", "content": "x"}])
    assert refused.error.startswith("Could not decrypt")
    assert (await client.ask([*secret, {"role": "user", "content": "x"}])).status == 200


async def test_the_effort_is_refused_once(xai: FakeXai, client: Client) -> None:
    xai.will(Turn(fault="effort_refused"))
    assert (await client.ask()).status == 200
    refused = await client.ask(reasoning={"effort": "low"})
    assert refused.error == "Model grok-4.3 does not support parameter reasoningEffort."
    assert (await client.ask(reasoning={"effort": "low"})).status == 200


@pytest.mark.parametrize("path", ["/v1/api-key", "/v1/models", "/v1/me"])
async def test_other_paths_fail_too(xai: FakeXai, client: Client, path: str) -> None:
    xai.will(Turn(fault="unavailable", path=path))
    assert (await client.ask()).status == 200
    assert (await client.get(path)).status == 503
    assert (await client.get(path)).status == 200


async def test_every_fault_ends(xai: FakeXai, client: Client) -> None:
    """No fault is forgotten: each is one of those that this file looks at, or a stall."""
    for name, fault in FAULTS.items():
        if fault.how in {How.STALL, How.CUT} or fault.needs:
            continue
        xai.will(Turn("One two three four.", fault=name))
        reply: Reply = await client.stream()
        assert reply.said() != "One two three four.", name


class TestScripts:
    """Which turn a request gets."""

    async def test_in_order(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn("One."), Turn("Two."))
        assert [(await client.stream()).said() for _ in range(3)] == ["One.", "Two.", "Hello."]

    async def test_by_what_is_said(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn("Rain.", when="weather"), Turn("Noon.", when="time"))
        assert (await client.stream("what time is it")).said() == "Noon."
        assert (await client.stream("hello")).said() == "Hello."
        assert (await client.stream("how is the weather")).said() == "Rain."

    async def test_always(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(fault="unavailable", times=0))
        assert {(await client.stream()).status for _ in range(3)} == {503}
        xai.script.clear()
        assert (await client.stream()).status == 200

    async def test_a_fault_alone_leaves_the_answer_to_the_brain(
        self, xai: FakeXai, client: Client
    ) -> None:
        xai.will(Turn(fault="incomplete_time"))
        reply = await client.stream("thanks")
        assert reply.last["status"] == "incomplete"
        assert xai.requests[-1].turn is not None
        assert xai.requests[-1].turn.text == "You are welcome."

    async def test_an_empty_text_is_an_answer(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(""))
        assert (await client.stream(reasoning={"effort": "none"})).last["output"] == []

    def test_from_json(self) -> None:
        script = [
            {"text": "Hi.", "when": "hello"},
            {"calls": [{"name": "a", "arguments": {"b": 1}}, {"name": "c"}]},
            {"text": "X.", "searches": [{"query": "q", "urls": ["https://a.example"]}]},
            {"fault": "rate_limited", "retry_after": 2, "times": 3},
        ]
        assert read(json.dumps(script)) == [
            Turn("Hi.", when="hello"),
            Turn(calls=(Call("a", {"b": 1}), Call("c"))),
            Turn("X.", searches=(Search("q", urls=("https://a.example",)),)),
            Turn(fault="rate_limited", retry_after=2, times=3),
        ]

    @pytest.mark.parametrize("wrong", [{"fualt": "failed"}, {"fault": "fire"}])
    def test_what_is_no_turn(self, wrong: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"fualt|fire"):
            read(json.dumps([wrong]))


async def test_sessions_do_not_mix(xai: FakeXai, client: Client) -> None:
    """Fifty at once: each gets its own answer."""
    xai.will(*(Turn(f"Number {n}.", when=f"number {n}!") for n in range(50)))
    replies = await asyncio.gather(*(client.stream(f"number {n}!") for n in range(50)))
    assert [reply.said() for reply in replies] == [f"Number {n}." for n in range(50)]


async def test_connections_are_told_apart(xai: FakeXai, client: Client) -> None:
    await client.stream()
    await client.stream()
    await asyncio.gather(client.stream(), client.stream())
    ports = [record.connection for record in xai.requests]
    assert ports[0] == ports[1]
    assert len(set(ports)) == 2


async def test_a_turn_with_calls_wants_answers(xai: FakeXai, client: Client) -> None:
    xai.will(CALLS)
    made = (await client.ask(tools=[function()])).items("function_call")[0]
    assert (await client.ask([{"role": "user", "content": "x"}, made])).status == 400
    answered = [{"role": "user", "content": "hello"}, made, output(made["call_id"])]
    assert (await client.ask(answered)).status == 200
    assert (await client.ask([*answered, call("call-2")])).status == 400

"""Streams: the order in which xAI sends events, and how nasty they may be."""

from dataclasses import replace
import itertools
import json
import random

import pytest

from .client import Client, events, function
from .xai.server import FakeXai
from .xai.state import Settings
from .xai.turns import Call, Search, Turn
from .xai.wire import PLAIN, Pen, hard

FULL = Turn(
    text="Schön, 7 °C 🌧.",
    reasoning="Draußen? Ich sehe nach.",
    searches=(
        Search("wetter", urls=("https://a.example/ü", "https://b.example/")),
        Search("wetter", tool="x_search"),
        Search("6*7", tool="code_interpreter"),
    ),
    calls=(Call("light_on", {"name": "Küche"}), Call("light_on", {"name": "Büro", "level": 3})),
)
SEEDS = range(6)


class TestPlain:
    """The order of the recorded streams."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(hard=False)

    async def test_reasoning_and_text(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn("Hi there", reasoning="Hm."))
        reply = await client.stream(include=["reasoning.encrypted_content"])
        assert [name for name, _ in itertools.groupby(reply.types)] == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.types)))
        assert reply.types.count("response.output_text.delta") == 2

    async def test_a_function_call_in_one_piece(self, xai: FakeXai, client: Client) -> None:
        xai.will(Turn(calls=(Call("light_on", {"name": "Küche"}),)))
        reply = await client.stream(reasoning={"effort": "none"})
        assert reply.types[2:-1] == [
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
        ]
        added, delta, done, item = reply.events[2:-1]
        assert added["item"]["arguments"] == ""
        assert delta["delta"] == done["arguments"] == item["item"]["arguments"]
        assert json.loads(delta["delta"]) == {"name": "Küche"}
        assert item["item"]["id"].startswith("fc_")
        assert item["item"]["call_id"].startswith("call-")

    async def test_tools_of_the_server(self, xai: FakeXai, client: Client) -> None:
        xai.will(FULL)
        reply = await client.stream()
        kinds = [item["type"] for item in reply.last["output"]]
        assert kinds == [
            "reasoning",
            "web_search_call",
            "custom_tool_call",
            "code_interpreter_call",
            "message",
            "function_call",
            "function_call",
        ]
        assert reply.items("custom_tool_call")[0]["name"] == "x_keyword_search"
        assert "response.web_search_call.searching" in reply.types

    async def test_citations(self, xai: FakeXai, client: Client) -> None:
        xai.will(FULL)
        reply = await client.stream()
        text = "Schön, 7 °C 🌧. [[1]](https://a.example/ü) [[2]](https://b.example/)"
        assert reply.said() == text
        annotations = [event["annotation"] for event in reply.events if "annotation" in event]
        assert annotations == reply.items("message")[0]["content"][0]["annotations"]
        assert [text[a["start_index"] : a["end_index"]] for a in annotations] == [
            "[[1]](https://a.example/ü)",
            "[[2]](https://b.example/)",
        ]

    async def test_lines(self, client: Client) -> None:
        stream = b"".join((await client.stream()).pieces)
        first, second, blank, *_ = stream.split(b"\n")
        assert first == b"event: response.created"
        assert second.startswith(b'data: {"sequence_number":0,"type":"response.created"')
        assert blank == b""
        assert stream.endswith(b"data: [DONE]\n\n")

    async def test_no_thinking_without_effort(self, client: Client) -> None:
        assert (await client.stream(reasoning={"effort": "none"})).items("reasoning") == []
        model = "grok-4.20-0309-non-reasoning"
        assert (await client.stream(model=model)).items("reasoning") == []


class TestHard:
    """Whatever the bytes look like, the same is said."""

    @pytest.fixture(params=SEEDS)
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        return Settings(seed=request.param)

    async def test_nothing_is_lost(self, xai: FakeXai, client: Client) -> None:
        xai.will(FULL)
        reply = await client.stream(tools=[function()])
        assert reply.said().startswith(FULL.text or "")
        thoughts = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
        assert "".join(reply.said(kind) for kind in thoughts) == FULL.reasoning
        arguments = {
            item["id"]: "".join(
                event["delta"]
                for event in reply.events
                if event["type"] == "response.function_call_arguments.delta"
                and event["item_id"] == item["id"]
            )
            for item in reply.items("function_call")
        }
        assert [json.loads(text) for text in arguments.values()] == [
            call.arguments for call in FULL.calls
        ]
        assert "response.completed" in reply.types

    async def test_bytes_are_cut_where_it_hurts(self, xai: FakeXai, client: Client) -> None:
        xai.will(FULL)
        reply = await client.stream()
        assert any(piece[0] & 0xC0 == 0x80 for piece in reply.pieces), "within a character"
        stream = b"".join(reply.pieces)
        if b"\r\n" in stream:
            assert any(piece.startswith(b"\n") for piece in reply.pieces), "between CR and LF"
            assert not any(b"\r\n" in piece for piece in reply.pieces)


def test_all_that_is_hard_comes_up() -> None:
    styles = [hard(random.Random(seed)) for seed in SEEDS]
    for name in ("names", "done", "crlf", "space", "arguments_in_pieces", "raw_thoughts"):
        assert {getattr(style, name) for style in styles} == {True, False}, name


def test_items_take_turns() -> None:
    pen = Pen(replace(PLAIN, interleave=True), random.Random(1))
    streams = [
        [{"item": {"type": "function_call"}, "n": n, "index": index} for n in range(4)]
        for index in range(2)
    ]
    order = [(event["index"], event["n"]) for event in pen.order(streams)]
    assert order != sorted(order)
    for index in range(2):
        assert [n for i, n in order if i == index] == list(range(4))


def test_noise_is_no_event() -> None:
    rng = random.Random(2)
    pen = Pen(replace(PLAIN, noise=True, unknown=True), rng)
    stream = b"".join(pen.write({"type": "x"}) for _ in range(100))
    assert b": keep-alive\n" in stream
    assert b"retry: 3000\n" in stream
    kinds = {event["type"] for event in events(stream)}
    assert kinds == {"x", "response.mood.changed", "response.output_item.pondered"}


async def test_one_seed_gives_one_stream() -> None:
    """Ids, styles and cuts come from the seed; the time of day does not."""
    found = []
    for _ in range(2):
        state = FakeXai(Settings(seed=7))
        found.append((state.new_id(), hard(state.new_chance())))
    assert found[0] == found[1]


async def test_an_answer_in_one_piece_is_the_same(xai: FakeXai, client: Client) -> None:
    xai.will(FULL, FULL)
    whole, streamed = await client.ask(), await client.stream()
    assert [item["type"] for item in whole.body["output"]] == [
        item["type"] for item in streamed.last["output"]
    ]
    assert whole.body["status"] == streamed.last["status"] == "completed"


async def test_headers(xai: FakeXai, client: Client) -> None:
    xai.account.zero_data_retention = True
    for reply in (await client.ask(), await client.stream()):
        assert reply.headers["x-zero-data-retention"] == "true"
        for name in ("x-request-id", "x-ratelimit-limit-requests", "x-metrics-ttft-ms"):
            assert name in reply.headers


async def test_the_catalogue(client: Client) -> None:
    models = (await client.get("/v1/models")).body["data"]
    assert {"grok-4.3", "grok-4.7", "grok-imagine-image"} <= {each["id"] for each in models}
    found = {each["id"]: each for each in (await client.get("/v1/language-models")).body["models"]}
    assert found["grok-4.3"]["prompt_text_token_price"] == 12_500
    assert found["grok-4.3"]["aliases"] == ["grok-4"]


async def test_who_it_is(xai: FakeXai, client: Client) -> None:
    xai.account.team_blocked = True
    key = (await client.get("/v1/api-key")).body
    assert (key["team_id"], key["team_blocked"]) == (xai.account.team, True)
    me = (await client.get("/v1/me")).body
    assert (me["user_id"], me["zdr_status"]) == (xai.account.user, "no_zdr")


async def test_pictures(client: Client) -> None:
    asked = {"prompt": "a cat", "response_format": "b64_json", "n": 2}
    reply = await client.post("/v1/images/generations", asked)
    assert len(reply.body["data"]) == 2
    assert reply.body["data"][0]["b64_json"].startswith("iVBORw0KGgo")
    assert reply.body["usage"]["cost_in_usd_ticks"] == 2 * 600_000_000
    for wrong in ({"size": "1024x1024"}, {"model": "grok-2-image"}, {"n": 11}):
        assert (await client.post("/v1/images/generations", asked | wrong)).status == 400
    assert (await client.post("/v1/images/generations", {"n": 1})).status == 422


async def test_pictures_after_others(client: Client) -> None:
    asked = {"prompt": "a cat", "response_format": "b64_json"}
    image = {"type": "image_url", "url": "data:image/png;base64,AA=="}
    for shown, count in (({"image": image}, 2), ({"images": [image] * 3}, 4)):
        reply = await client.post("/v1/images/edits", asked | shown)
        assert reply.body["data"][0]["b64_json"].startswith("iVBORw0KGgo")
        assert reply.body["usage"]["cost_in_usd_ticks"] == count * 600_000_000
    many = {"images": [image] * 4}
    for wrong, status in ((many, 400), ({"image": image} | many, 400), ({"image": {}}, 422)):
        assert (await client.post("/v1/images/edits", asked | wrong)).status == status
    assert (await client.post("/v1/images/edits", asked)).status == 422
    assert (await client.post("/v1/images/generations", asked | {"image": image})).status == 400

"""The hub dispatches good messages, answers bad ones, and forgets neither."""

from collections.abc import Callable
import json
import logging

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.codec import Outgoing, read_meta
from alicia_bus.errors import CommandError, DecodeError, ErrorCode
from alicia_bus.hub import Hub, reply_meta
from alicia_bus.messages import (
    AiRequest,
    AudioIn,
    Heartbeat,
    Message,
    Meta,
    Query,
    RouteCommand,
    SttRequest,
    SttResponse,
)
from alicia_bus.topics import Kind, Topics

NOW = 1_764_000_000.0
STT = "alicia/voice/stt/request"
AI = "alicia/voice/ai/request"


class Bench:
    """A hub with its clock, what it published, and what was heard."""

    def __init__(self, *listen: type[Message], serves: type[Message] | None = None) -> None:
        self.now = NOW
        self.sent: list[Outgoing] = []
        self.heard: list[Message] = []
        self.hub = Hub(Topics(), self.sent.append, lambda: self.now, "bench", serves)
        self.unsubscribe: list[Callable[[], None]] = [
            self.hub.on(cls, self.heard.append) for cls in listen
        ]

    def handle(self, topic: str, payload: bytes | dict[str, object], **more: bool) -> None:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.hub.handle_message(topic, raw, **more)

    @property
    def errors(self) -> list[str]:
        return [json.loads(each.payload)["error"]["code"] for each in self.sent]


def test_a_request_reaches_its_listener_and_gets_an_id() -> None:
    bench = Bench(AiRequest)
    bench.handle(AI, {"text": "hello"})
    bench.handle(AI, {"text": "hello", "message_id": "m-7"})
    first, second = bench.heard
    assert first.meta.request_id
    assert second.meta.request_id == "m-7"


def test_what_nobody_listens_to_is_only_counted() -> None:
    bench = Bench()
    bench.handle(STT, b"\xff" * 100)
    bench.handle("elsewhere", b"x")
    assert bench.hub.counters == {"unheard": 1, "unknown_topic": 1}
    assert not bench.sent


def test_unsubscribing_ends_it_and_can_be_repeated() -> None:
    bench = Bench(AiRequest)
    bench.unsubscribe[0]()
    bench.unsubscribe[0]()
    bench.handle(AI, {"text": "hello"})
    assert not bench.heard


def test_the_same_request_is_done_once() -> None:
    bench = Bench(AiRequest)
    for _ in range(3):
        bench.handle(AI, {"text": "hello", "request_id": "r"})
    assert len(bench.heard) == 1
    assert bench.hub.counters["duplicate"] == 2
    bench.now += 301
    bench.handle(AI, {"text": "hello", "request_id": "r"})
    assert len(bench.heard) == 2


def test_a_flood_of_ids_does_not_grow_without_end() -> None:
    bench = Bench(AiRequest)
    for number in range(5_000):
        bench.handle(AI, {"text": "x", "request_id": f"r{number}"})
    bench.handle(AI, {"text": "x", "request_id": "r0"})
    bench.handle(AI, {"text": "x", "request_id": "r4999"})
    assert len(bench.heard) == 5_001
    assert bench.hub.counters["duplicate"] == 1


def test_retained_requests_are_dropped_without_an_answer() -> None:
    bench = Bench(AiRequest, Heartbeat)
    bench.handle(AI, {"text": "unlock the door"}, retained=True)
    bench.handle("alicia/system/health/panel", {"status": "online"}, retained=True)
    assert [type(each) for each in bench.heard] == [Heartbeat]
    assert not bench.sent
    assert bench.hub.counters["retained_request"] == 1


def test_a_retained_answer_or_sound_is_dropped_as_well() -> None:
    bench = Bench(SttResponse, AudioIn)
    bench.handle("alicia/voice/stt/response", {"text": "unlock", "route": ["ai"]}, retained=True)
    bench.handle("alicia/voice/audio/panel/in", b"\x00\x00", retained=True)
    assert not bench.heard
    assert bench.hub.counters == {"retained_request": 2}


def test_an_emptied_retained_topic_is_no_error() -> None:
    bench = Bench(Heartbeat)
    bench.handle("alicia/system/health/panel", b"")
    assert bench.hub.counters == {"cleared": 1}


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ({}, None),
        ({"timestamp": NOW - 89}, None),
        ({"timestamp": NOW - 91}, "expired"),
        ({"timestamp": NOW + 29}, None),
        ({"timestamp": NOW + 31}, "clock_skew"),
        ({"timestamp": NOW - 600, "ttl": 900}, None),
        ({"timestamp": NOW - 60, "ttl": 5}, "expired"),
        ({"ttl": 0}, None),
        ({"expires_at": NOW - 31}, "expired"),
        ({"expires_at": NOW - 29}, None),
        ({"timestamp": "yesterday"}, "invalid_field"),
    ],
)
def test_late_and_early_requests(times: dict[str, object], error: str | None) -> None:
    bench = Bench(AiRequest)
    bench.handle(AI, {"text": "x", **times})
    assert bench.errors == ([error] if error else [])
    assert len(bench.heard) == (0 if error else 1)


def test_an_error_answer_carries_the_ids_even_of_what_can_not_be_parsed() -> None:
    bench = Bench(SttRequest)
    head = b'{"request_id": "r-1", "session_id":"s-1", "audio_data": "'
    bench.handle(STT, head + b"A" * 10_000_000)
    answer = json.loads(bench.sent[0].payload)
    assert bench.sent[0].topic == "alicia/voice/stt/response"
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert answer["error"]["code"] == "too_large"
    assert answer["source"] == "bench"


def test_bad_messages_are_logged_once_per_source_and_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(SttRequest, AiRequest)
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            bench.handle(STT, {"source": "panel"})
            bench.handle(STT, {"source": "phone"})
            bench.handle(AI, {"source": "panel"})
    assert len(caplog.records) == 3
    assert bench.hub.counters["missing_field"] == 15
    assert len(bench.sent) == 15


def test_addressed_requests_are_what_the_service_serves() -> None:
    bench = Bench(SttRequest, serves=SttRequest)
    bench.handle("alicia/services/stt-1/request", {"audio_data": "AAA="})
    assert len(bench.heard) == 1
    other = Bench(SttRequest)
    other.handle("alicia/services/stt-1/request", {"audio_data": "AAA="})
    assert other.hub.counters == {"unknown_topic": 1}


def test_a_service_leaves_the_errors_of_other_requests_to_others() -> None:
    bench = Bench(SttRequest, Query, serves=SttRequest)
    bench.handle("alicia/system/discovery/query", {"device_id": 7})
    assert bench.hub.counters["invalid_field"] == 1
    assert not bench.sent
    bench.handle(STT, {})
    assert bench.errors == ["missing_field"]


def test_raw_audio_is_passed_as_it_is() -> None:
    bench = Bench(AudioIn)
    bench.handle("alicia/voice/audio/panel/in", b"\x01\x02")
    bench.handle("alicia/voice/audio/panel/in", b"")
    assert [each.data for each in bench.heard if isinstance(each, AudioIn)] == [b"\x01\x02", b""]


def test_a_failed_request_is_answered() -> None:
    bench = Bench(RouteCommand)
    bench.handle("alicia/voice/command/route", {"text": "x", "request_id": "r"})
    bench.hub.answer_error(bench.heard[0], CommandError(ErrorCode.BUSY, "too much at once"))
    answer = json.loads(bench.sent[0].payload)
    assert answer["error"] == {"code": "busy", "message": "too much at once"}
    assert answer["outcome"] == "error"
    assert answer["request_id"] == "r"


def test_a_stage_takes_its_name_off_the_slip() -> None:
    meta = Meta(request_id="r", route=("ai", "tts"))
    assert reply_meta(meta, "ai").route == ("tts",)
    assert reply_meta(meta, "stt").route == ("ai", "tts")


def test_a_request_can_be_claimed_once() -> None:
    hub = Bench().hub
    assert hub.claim(Kind.TTS_REQUEST, "r")
    assert not hub.claim(Kind.TTS_REQUEST, "r")
    hub.release(Kind.TTS_REQUEST, "r")
    assert hub.claim(Kind.TTS_REQUEST, "r")


def test_a_tap_gets_payloads_as_they_came_and_costs_the_listeners_nothing() -> None:
    bench = Bench(SttResponse)
    tapped: list[tuple[str, bytes]] = []
    kinds = (Kind.STT_REQUEST, Kind.STT_RESPONSE, Kind.SERVICE_REQUEST)
    close = [
        bench.hub.tap(kind, lambda address, raw: tapped.append((address.kind.value, raw)))
        for kind in kinds
    ]
    bench.handle(STT, b"no json")
    bench.handle("alicia/services/speech_to_text/request", b"2")
    bench.handle("alicia/voice/stt/response", {"text": "heard"})
    bench.handle(STT, b"of yesterday", retained=True)
    assert [raw for _, raw in tapped[:2]] == [b"no json", b"2"]
    assert len(tapped) == 3
    assert len(bench.heard) == 1
    assert bench.hub.counters == {"received": 1, "unheard": 1}
    for each in close:
        each()
    bench.handle(STT, b"no json")
    assert len(tapped) == 3


LONG = "A" * 400_000


@pytest.mark.parametrize(
    "payload",
    [
        {"audio_data": LONG, "request_id": "r", "ttl": 5},
        {"request_id": "r", "ttl": 5, "audio_data": LONG, "text": 'a "quoted" word'},
        {"ttl": 5, "payload": {"audio_data": LONG, "request_id": "r"}},
        {"text": '"audio_data": "', "request_id": "r", "ttl": 5},
    ],
)
def test_ids_are_read_without_the_audio(payload: dict[str, object]) -> None:
    meta = read_meta(json.dumps(payload).encode())
    assert (meta.request_id, meta.ttl) == ("r", 5)
    assert meta.extra.get("audio_data", "") == ""
    assert meta.extra.get("text") == payload.get("text")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b'{"audio_data": "AAAA', "invalid_json"),
        (b"[]", "not_an_object"),
        (b'{"request_id": "with spaces"}', "invalid_field"),
        (json.dumps({"text": LONG}).encode(), "too_large"),
    ],
)
def test_ids_that_can_not_be_read(payload: bytes, code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_meta(payload)
    assert caught.value.code.value == code


TOPICS = st.sampled_from(
    [STT, AI, "alicia/voice/command/route", "alicia/system/discovery/register",
     "alicia/system/health/x", "alicia/voice/audio/x/start", "alicia/voice/audio/x/in"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["text", "audio_data", "payload", "request_id", "ttl", "timestamp",
                         "capabilities", "device_id", "route", "context"]) | st.text(max_size=5),
        inner, max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(TOPICS, st.binary(max_size=200) | JSON.map(lambda each: json.dumps(each).encode()))
def test_no_bytes_stop_the_next_good_message(topic: str, payload: bytes) -> None:
    classes = (SttRequest, AiRequest, RouteCommand, Heartbeat, AudioIn)
    bench = Bench(*classes)
    bench.handle(topic, payload)
    bench.heard.clear()
    bench.handle(AI, {"text": "good", "request_id": "the-good-one"})
    assert [each.meta.request_id for each in bench.heard] == ["the-good-one"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.binary(max_size=50))
def test_no_topic_stops_the_hub(topic: str, payload: bytes) -> None:
    bench = Bench(AiRequest)
    bench.handle(topic, payload)
    assert not bench.heard

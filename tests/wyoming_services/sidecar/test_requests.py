"""Requests from the bus: each is answered once, whatever its service does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
import json

import pytest
from wyoming.info import Info

from alicia_bus.codec import Outgoing
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.hub import Hub
from alicia_bus.messages import AiResponse, Answer, TtsRequest, TtsResponse
from alicia_bus.topics import Topics
from alicia_sidecar import hand_back, pulse
from alicia_sidecar.requests import ReplyTo, Requests, check_reply_topic
from alicia_sidecar.service import Conversation, Profile, Send, State
from alicia_sidecar.worker import Worker

REQUEST, RESPONSE = "alicia/voice/tts/request", "alicia/voice/tts/response"
TAKEN = "alicia/services/tts-one/taken"
NOW = 1_764_000_000.0
PROFILE = Profile("text_to_speech", "tts", "alicia_tts", "Speaker")
READY = State(ready=True)


@dataclass
class Speaker:
    """A service that answers as a test says."""

    do: Callable[[TtsRequest], Awaitable[TtsResponse]]
    profile: Profile = PROFILE
    worker: Worker = field(default_factory=Worker)
    request: type[TtsRequest] = TtsRequest
    continues: Sequence[type[Answer]] = (AiResponse,)
    info: Info = field(default_factory=Info)
    state: State = READY

    async def prepare(self) -> None: ...

    def converse(self, send: Send) -> Conversation:
        raise NotImplementedError

    async def answer(self, request: TtsRequest) -> TtsResponse:
        return await self.do(request)

    def continued(self, answer: Answer, /) -> TtsRequest | None:
        return TtsRequest(text=answer.text or "") if isinstance(answer, AiResponse) else None

    def listen(self, hub: Hub, changed: Callable[[], None], /) -> Sequence[str]:
        return ()


@pytest.fixture(autouse=True)
def _nobody_waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_back, "WAIT", 0.1)


class Bench:
    """Requests without a broker: what they publish is kept."""

    def __init__(
        self, do: Callable[[TtsRequest], Awaitable[TtsResponse]], timeout: float = 0.2
    ) -> None:
        self.sent: list[tuple[str, dict, bytes | None]] = []
        self._said = asyncio.Event()
        self.hub = Hub(Topics(), self._publish, lambda: NOW, "tts-one", TtsRequest)
        self.requests = Requests(self.hub, Speaker(do), "tts-one", timeout, self._keep)
        self.requests.listen()

    def _publish(self, outgoing: Outgoing) -> None:
        self.requests.publish(outgoing)

    def _keep(self, outgoing: Outgoing, correlation: bytes | None) -> None:
        self.sent.append((outgoing.topic, json.loads(outgoing.payload), correlation))
        self._said.set()

    def say(self, topic: str, reply_to: ReplyTo | None = None, **fields: object) -> None:
        payload = json.dumps(fields).encode()
        self.requests.handle(topic, payload, retained=False, reply_to=reply_to)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._said.clear()
                await self._said.wait()

    async def until_given_back(self) -> None:
        await self.until(lambda: any("error" in taken for taken in self.answers(TAKEN)))

    def answers(self, topic: str = RESPONSE) -> list[dict]:
        return [payload for there, payload, _ in self.sent if there == topic]


async def _speak(request: TtsRequest) -> TtsResponse:
    return TtsResponse(voice=request.text)


async def test_an_answer_takes_its_stage_off_the_slip() -> None:
    bench = Bench(_speak)
    bench.say(REQUEST, text="hello", request_id="r-1", session_id="s-1", route=["tts", "x"])
    await bench.requests.drain()

    assert bench.answers()[0] == {
        "voice": "hello",
        "request_id": "r-1",
        "session_id": "s-1",
        "route": ["x"],
        "source": "tts-one",
        "timestamp": NOW,
    }


async def test_it_goes_on_where_a_slip_names_it_once() -> None:
    bench = Bench(_speak)
    for _ in range(2):
        bench.say("alicia/voice/ai/response", text="hello", request_id="r-1", route=["tts"])
    await bench.requests.drain()

    assert [answer["voice"] for answer in bench.answers()] == ["hello"]
    assert "route" not in bench.answers()[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "hello", "route": ["x", "tts"]},
        {"text": "hello"},
        {"route": ["tts"], "error": {"code": "failed", "message": "no"}},
    ],
)
async def test_what_is_not_its_turn_is_left_alone(fields: dict) -> None:
    bench = Bench(_speak)
    bench.say("alicia/voice/ai/response", request_id="r-1", **fields)
    await bench.requests.drain()

    assert bench.sent == []


async def _break(_: TtsRequest) -> TtsResponse:
    raise RuntimeError("the engine broke")


async def _refuse(_: TtsRequest) -> TtsResponse:
    raise CommandError(ErrorCode.BUSY, "no")


async def _hang(_: TtsRequest) -> TtsResponse:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("do", "code"), [(_break, "failed"), (_refuse, "busy"), (_hang, "timeout")]
)
async def test_each_failure_is_answered(
    do: Callable[[TtsRequest], Awaitable[TtsResponse]], code: str
) -> None:
    bench = Bench(do)
    bench.say(REQUEST, ReplyTo("alicia/reply/me", b"7"), text="hello", request_id="r-1")
    await bench.requests.drain()
    await asyncio.sleep(0)

    for topic in (RESPONSE, "alicia/reply/me"):
        assert [answer["error"]["code"] for answer in bench.answers(topic)] == [code]
    assert [correlation for *_, correlation in bench.sent if correlation] == [b"7"]


@pytest.mark.parametrize("do", [_break, _refuse, _hang])
async def test_what_another_takes_is_left_to_it(
    do: Callable[[TtsRequest], Awaitable[TtsResponse]],
) -> None:
    bench = Bench(do)
    bench.say(REQUEST, text="hello", request_id="r-1")
    await bench.until_given_back()
    bench.say("alicia/services/tts-two/taken", request_id="r-2", every=1)
    bench.say("alicia/services/tts-two/taken", request_id="r-1", every=1)
    await bench.requests.drain()

    assert bench.answers() == []
    assert bench.hub.counters["handed_over"] == 1


async def test_a_bad_request_is_given_back_to_nobody() -> None:
    async def refuse(_: TtsRequest) -> TtsResponse:
        raise CommandError(ErrorCode.INVALID_FIELD, "no")

    bench = Bench(refuse)
    bench.say(REQUEST, text="hello", request_id="r-1")
    await bench.requests.drain()

    assert [answer["error"]["code"] for answer in bench.answers()] == ["invalid_field"]
    assert [taken for taken in bench.answers(TAKEN) if "error" in taken] == []


async def test_what_was_refused_for_want_of_time_may_come_again() -> None:
    answers = [_speak, _refuse]

    async def answer(request: TtsRequest) -> TtsResponse:
        return await answers.pop()(request)

    bench = Bench(answer)
    for _ in range(3):
        bench.say(REQUEST, text="hello", request_id="r-1")
        await bench.requests.drain()

    first, second = bench.answers()
    assert first["error"]["code"] == "busy"
    assert second["voice"] == "hello"


async def test_it_says_again_what_it_has_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    bench, looks = Bench(_hang, timeout=60), asyncio.Queue[bool]()
    is_connected = [True]

    def look() -> bool:
        looks.put_nowait(is_connected[0])
        return is_connected[0]

    running = asyncio.create_task(bench.requests.run(look))
    bench.say(REQUEST, text="hello", request_id="r-1")
    await bench.until(lambda: len(bench.answers(TAKEN)) > 2)
    assert {taken["request_id"] for taken in bench.answers(TAKEN)} == {"r-1"}
    assert bench.answers(TAKEN)[-1]["every"] == 1.0

    is_connected[0] = False
    before = len(bench.sent)
    while await looks.get():
        pass
    await looks.get()
    assert len(bench.sent) == before, "nobody would hear it, and it would be sent late"
    running.cancel()
    await bench.requests.cancel()


async def test_one_that_stood_still_hears_first_what_others_answered() -> None:
    clock = [0.0]
    woken = asyncio.Event()

    async def stand_still(request: TtsRequest) -> TtsResponse:
        clock[0] += 10
        woken.set()
        return await _speak(request)

    bench = Bench(stand_still)
    bench.requests._pulse = pulse.Pulse(lambda: clock[0])
    bench.say(REQUEST, text="hello", request_id="r-1")
    await woken.wait()
    bench.say(RESPONSE, request_id="r-1", voice="another")
    await bench.requests.drain()
    assert bench.answers() == []

    bench.say(REQUEST, text="again", request_id="r-2")
    await bench.requests.drain()
    assert [answer["voice"] for answer in bench.answers()] == ["again"]


async def test_who_is_stopped_says_so() -> None:
    bench = Bench(_hang)
    bench.say(REQUEST, text="hello", request_id="r-1")
    await asyncio.sleep(0)
    await bench.requests.cancel()

    assert [answer["error"]["code"] for answer in bench.answers()] == ["unavailable"]


async def test_what_another_answered_is_dropped() -> None:
    bench = Bench(_hang)
    bench.say(REQUEST, text="hello", request_id="r-1")
    await asyncio.sleep(0)
    bench.say(RESPONSE, request_id="r-1", voice="another")
    await bench.requests.drain()
    bench.say(REQUEST, text="hello", request_id="r-1")

    assert bench.answers() == []
    assert bench.hub.counters["answered_elsewhere"] == 1
    assert bench.hub.counters["duplicate"] == 1


async def test_what_another_refused_is_done() -> None:
    bench = Bench(_speak)
    bench.say(RESPONSE, request_id="r-1", error={"code": "busy", "message": "no"})
    bench.say(REQUEST, text="hello", request_id="r-1")
    await bench.requests.drain()

    assert [answer["voice"] for answer in bench.answers()] == ["hello"]


async def test_too_many_at_once_are_refused() -> None:
    bench = Bench(_hang)
    for number in range(70):
        bench.say(REQUEST, text="hello", request_id=f"r-{number}")

    assert [answer["error"]["code"] for answer in bench.answers()] == ["busy"] * 6
    await bench.requests.cancel()


@pytest.mark.parametrize(
    ("topic", "allowed"),
    [
        ("alicia/reply/me", True),
        ("alicia/voice/tts/response", True),
        ("somewhere/else", True),
        ("alicia/reply", False),
        ("alicia/voice/tts/request", False),
        ("alicia/devices/lock/command", False),
        ("alicia/system/health/tts-one", False),
        ("alicia/system/admin/tts-one/response", False),
        ("capability:text_to_speech", False),
        ("$SYS/x", False),
        ("alicia/reply/+", False),
        ("#", False),
        ("", False),
    ],
)
def test_answers_go_where_answers_belong(topic: str, allowed: bool) -> None:
    assert check_reply_topic(Topics(), topic) is allowed

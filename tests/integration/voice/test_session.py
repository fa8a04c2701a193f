"""The stages of a voice command, without Home Assistant's pipeline."""

from typing import Any

import pytest

from custom_components.alicia.bus.errors import CommandError, ErrorCode
from custom_components.alicia.bus.messages import CommandEvent, Meta
from custom_components.alicia.voice.session import Session, StageName


class Clock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def intent_end(**response: Any) -> dict[str, Any]:
    response = {"response_type": "action_done", "data": {}, **response}
    return {"intent_output": {"response": response, "continue_conversation": False}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> list[CommandEvent]:
    return []


@pytest.fixture
def session(clock: Clock, events: list[CommandEvent]) -> Session:
    return Session(Meta(session_id="s-1", source="panel"), clock, events.append)


def test_each_stage_takes_its_own_time(
    session: Session, clock: Clock, events: list[CommandEvent]
) -> None:
    for seconds, kind, data in (
        (0.5, None, None),
        (0.0, "run-start", {"language": "en"}),
        (0.25, "stt-start", None),
        (0.125, "stt-end", {"stt_output": {"text": "hello"}}),
        (0.0, "intent-start", {"intent_input": "hello"}),
        (1.0, "intent-end", intent_end(speech={"plain": {"speech": "hi"}})),
        (0.0, "tts-start", None),
        (0.0, "tts-end", {"tts_output": {"token": "t.wav"}}),
    ):
        clock.now += seconds
        session.end() if kind is None else session.on_event(kind, data)
    clock.now += 2.0
    session.end()
    response = session.finish()
    assert [(each.stage, each.duration_ms) for each in response.stages] == [
        ("queued", 500.0),
        ("stt", 125.0),
        ("intent", 1000.0),
        ("tts", 2000.0),
    ]
    assert response.duration_ms == 3875.0
    assert (response.text, response.response_text, response.language) == ("hello", "hi", "en")
    assert session.tts_token == "t.wav"
    assert [each.stage for each in events] == ["queued", "stt", "intent", "tts", "done"]
    assert {each.meta.source for each in events} == {None}


def test_listening_is_no_part_of_speech_to_text(session: Session, clock: Clock) -> None:
    heard: list[float] = []
    session.on_heard = lambda: heard.append(clock.now)
    session.end()
    session.on_event("stt-start", {})
    clock.now = 4.0
    session.on_event("stt-vad-end", {})
    clock.now = 4.25
    session.on_event("stt-end", {"stt_output": {"text": "hello"}})
    assert session.finish().stages[1].duration_ms == 250.0
    assert heard == [4.0, 4.25]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("no_intent_match", "no_match"),
        ("no_valid_targets", "no_match"),
        ("failed_to_handle", "error"),
        ("unknown", "error"),
    ],
)
def test_what_an_agent_could_not_do(session: Session, code: str, outcome: str) -> None:
    session.on_event("intent-start", {})
    speech = {"plain": {"speech": "sorry"}}
    session.on_event(
        "intent-end", intent_end(response_type="error", data={"code": code}, speech=speech)
    )
    response = session.finish()
    assert response.outcome == outcome
    assert (response.error is None) == (outcome == "no_match")


@pytest.mark.parametrize(
    ("code", "outcome", "told"),
    [
        ("stt-no-text-recognized", "no_text", None),
        ("stt-provider-missing", "error", "unavailable"),
        ("stt-stream-failed", "error", "failed"),
        ("something-new", "error", "failed"),
        (None, "error", "failed"),
    ],
)
def test_what_the_pipeline_could_not_do(
    session: Session, code: str | None, outcome: str, told: str | None
) -> None:
    session.on_event("stt-start", {})
    session.on_event("error", {"code": code})
    response = session.finish()
    assert response.outcome == outcome
    assert (response.error.code if response.error else None) == told


def test_what_was_done_stays_done_when_it_can_t_be_spoken(session: Session) -> None:
    session.on_event("intent-start", {})
    session.on_event("intent-end", intent_end())
    session.on_event("tts-start", {})
    session.fail(CommandError(ErrorCode.TIMEOUT, "too late"))
    response = session.finish()
    assert (response.outcome, response.error and response.error.code) == ("done", "timeout")


def test_a_stage_that_is_left_out_is_told(session: Session) -> None:
    session.end()
    session.skip(StageName.TTS, "unavailable")
    assert [(each.stage, each.outcome) for each in session.finish().stages] == [
        ("queued", "ok"),
        ("tts", "unavailable"),
    ]


@pytest.mark.parametrize("data", [None, {}, {"intent_output": 5}, {"stt_output": {"text": 5}}])
@pytest.mark.parametrize("kind", ["run-start", "stt-end", "intent-end", "tts-end", "unheard-of"])
def test_events_of_another_shape_do_no_harm(
    session: Session, kind: str, data: dict[str, Any] | None
) -> None:
    session.on_event(kind, data)
    assert session.finish().outcome == "done"

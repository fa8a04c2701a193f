"""What an instance does for those who look after it, and what it refuses."""

import asyncio
from collections.abc import Iterator
import json
import logging
from typing import Any

import pytest

from alicia_bus.codec import Outgoing
from alicia_bus.hub import Hub
from alicia_bus.messages import TtsRequest
from alicia_bus.topics import Topics
from alicia_sidecar import control as control_module
from alicia_sidecar.admin import Admin
from alicia_sidecar.control import Control, begin_anew
from alicia_sidecar.log import LatestLines, Log
from alicia_sidecar.options import OptionsError

NOW = 1_764_000_000.0
TOPIC = "alicia/system/admin/tts-one"
LOGS = "alicia/system/logs/tts-one"
OWN = ("alicia_bus", "alicia_sidecar", "alicia_stt", "alicia_tts")


class Bench:
    """An instance that is administered, and what it has published."""

    def __init__(self, *, is_pipe: bool = False) -> None:
        self.sent: list[Outgoing] = []
        self.mistake: str | None = None
        self.lines = LatestLines()
        self.control = Control(self._check, is_pipe=is_pipe)
        self.hub = Hub(Topics(), self.sent.append, lambda: NOW, "tts-one", TtsRequest)
        self.log = Log("info", self.lines)
        self.admin = Admin(self.hub, "tts-one", self.control, self.log)
        assert self.admin.listen() == (TOPIC,)

    def _check(self) -> None:
        if self.mistake is not None:
            raise OptionsError(self.mistake)

    def tell(self, payload: dict[str, Any] | bytes, **more: Any) -> dict[str, Any]:
        """Send a command; returns the answer."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.hub.handle_message(TOPIC, data, **more)
        answers = [each for each in self.sent if each.topic == f"{TOPIC}/response"]
        assert not any(each.retain for each in self.sent)
        return dict(json.loads(answers[-1].payload)) if answers else {}

    def code(self, payload: dict[str, Any] | bytes) -> str:
        code: str = self.tell(payload)["error"]["code"]
        return code

    def told(self) -> list[dict[str, Any]]:
        """The lines of the last log that was sent."""
        (*_, last) = [json.loads(each.payload) for each in self.sent if each.topic == LOGS]
        return list(last["lines"])


@pytest.fixture
async def bench() -> Bench:
    return Bench()


@pytest.fixture(autouse=True)
def _levels() -> Iterator[None]:
    """Put the levels of the loggers back."""
    loggers = [logging.getLogger(name) for name in ("", *OWN)]
    before = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def record(message: str, *args: object, level: int = logging.INFO, name: str = "alicia_stt") -> Any:
    return logging.LogRecord(name, level, "file", 1, message, args, None)


async def test_it_answers_and_then_begins_anew(bench: Bench) -> None:
    answer = bench.tell({"command": "restart", "request_id": "r-1", "session_id": "s-1"})
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert (answer["command"], answer["source"]) == ("restart", "tts-one")
    assert bench.control.begins_anew
    assert bench.control.stopping.is_set()


async def test_it_begins_anew_only_with_a_configuration_that_can_be_used(bench: Bench) -> None:
    bench.mistake = "config.toml: not TOML"
    answer = bench.tell({"command": "reload"})
    assert answer["error"] == {"code": "failed", "message": "kept as it is: config.toml: not TOML"}
    assert not bench.control.stopping.is_set()
    bench.mistake = None
    assert "error" not in bench.tell({"command": "reload"})
    assert bench.control.begins_anew


async def test_a_signal_has_the_last_word(bench: Bench) -> None:
    bench.tell({"command": "restart"})
    bench.control.stop()
    assert not bench.control.begins_anew
    bench.tell({"command": "restart"})
    assert not bench.control.begins_anew
    assert bench.control.stopping.is_set()


async def test_one_that_serves_its_standard_input_does_not_begin_anew() -> None:
    bench = Bench(is_pipe=True)
    assert bench.code({"command": "restart"}) == "unsupported"
    assert bench.code({"command": "reload"}) == "unsupported"
    assert not bench.control.stopping.is_set()


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"restart", "invalid_json"),
        ({}, "missing_field"),
        ({"command": 5}, "invalid_field"),
        ({"command": "format_disk"}, "unsupported"),
        ({"command": "restart", "timestamp": NOW - 600}, "expired"),
        ({"command": "set_log_level"}, "invalid_field"),
        ({"command": "set_log_level", "level": "loud"}, "invalid_field"),
        ({"command": "set_log_level", "level": "debug", "duration": 0}, "invalid_field"),
        ({"command": "set_log_level", "level": "debug", "duration": 1e6}, "invalid_field"),
        ({"command": "set_log_level", "level": "debug", "duration": "long"}, "invalid_field"),
        ({"command": "logs", "limit": 0}, "invalid_field"),
        ({"command": "logs", "limit": 501}, "invalid_field"),
        ({"command": "logs", "level": "loud"}, "invalid_field"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    bench: Bench, payload: dict[str, Any] | bytes, code: str
) -> None:
    assert bench.code(payload) == code
    assert not bench.control.stopping.is_set()
    assert "error" not in bench.tell({"command": "logs"})


async def test_what_was_retained_restarts_nothing(bench: Bench) -> None:
    assert bench.tell({"command": "restart"}, retained=True) == {}
    assert not bench.control.stopping.is_set()


async def test_a_command_that_comes_twice_is_done_once(bench: Bench) -> None:
    for _ in range(2):
        bench.tell({"command": "logs", "request_id": "r-1"})
    assert len([each for each in bench.sent if each.topic == LOGS]) == 1


async def test_the_latest_lines_are_told_to_who_asks(bench: Bench) -> None:
    for number in range(700):
        bench.lines.handle(record("line %d", number))
    bench.lines.handle(record("trouble", level=logging.WARNING))
    answer = bench.tell({"command": "logs", "limit": 3, "request_id": "r-1"})
    assert answer["detail"] == "3 lines"
    assert [each["message"] for each in bench.told()] == ["line 698", "line 699", "trouble"]
    bench.tell({"command": "logs", "level": "warning"})
    assert [each["message"] for each in bench.told()] == ["trouble"]
    bench.tell({"command": "logs", "limit": 500})
    assert len(bench.told()) == 500


async def test_a_line_is_one_short_line(bench: Bench) -> None:
    bench.lines.handle(record("a\nb\x1b[31m" + "x" * 5_000))
    failed = record("it failed", level=logging.ERROR)
    failed.exc_info = (ValueError, ValueError("what was said"), None)
    bench.lines.handle(failed)
    bench.tell({"command": "logs"})
    first, second = bench.told()
    assert first["message"].startswith("a b [31mx")
    assert len(first["message"]) == 500
    assert second == {**second, "message": "it failed (ValueError)", "level": "error"}


async def test_what_libraries_tell_of_what_was_said_is_not_kept(bench: Bench) -> None:
    spoken = record("text=%s", "open the door", level=logging.DEBUG, name="piper.voice")
    bench.lines.handle(spoken)
    bench.lines.handle(record("a detail", level=logging.DEBUG))
    bench.tell({"command": "logs"})
    assert [each["message"] for each in bench.told()] == ["a detail"]


async def test_a_line_that_can_not_be_written_harms_nobody(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    bench.lines.handle(record("%d", "not a number"))
    bench.lines.handle(record("%d", 5))
    bench.tell({"command": "logs"})
    assert [each["message"] for each in bench.told()] == ["5"]


async def test_a_log_tells_more_without_telling_what_was_said(bench: Bench) -> None:
    answer = bench.tell({"command": "set_log_level", "level": "debug"})
    assert "debug" in answer["detail"]
    assert logging.getLogger("alicia_stt.service").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("piper.voice").isEnabledFor(logging.DEBUG)
    bench.tell({"command": "set_log_level", "level": "error"})
    assert not logging.getLogger("alicia_stt.service").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("piper.voice").isEnabledFor(logging.WARNING)


async def test_a_log_tells_more_for_a_while_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_reset = asyncio.Event()
    reset = bench.log.reset
    monkeypatch.setattr(bench.log, "reset", lambda: (reset(), is_reset.set()))
    bench.tell({"command": "set_log_level", "level": "debug", "duration": 0.01})
    assert logging.getLogger("alicia_stt").isEnabledFor(logging.DEBUG)
    await is_reset.wait()
    assert not logging.getLogger("alicia_stt").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("alicia_stt").isEnabledFor(logging.INFO)


async def test_the_last_level_stays_that_was_asked_for(bench: Bench) -> None:
    """An earlier one's end does not end a later one."""
    bench.tell({"command": "set_log_level", "level": "debug", "duration": 600})
    first = bench.admin._reset
    bench.tell({"command": "set_log_level", "level": "error", "duration": 600})
    assert first is not None
    assert first.cancelled()
    bench.admin.close()
    assert bench.admin._reset is not None
    assert bench.admin._reset.cancelled()


def test_a_process_that_can_not_begin_anew_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[list[str]] = []

    def refuse(_path: str, arguments: list[str]) -> None:
        asked.append(arguments)
        raise OSError("no such file")

    monkeypatch.setattr(control_module.os, "execv", refuse)
    monkeypatch.setattr(control_module.logging, "shutdown", lambda: None)
    monkeypatch.setattr(control_module.sys, "orig_argv", ["python", "-m", "alicia_stt", "--x"])
    begin_anew()
    assert asked == [[control_module.sys.executable, "-m", "alicia_stt", "--x"]]
    assert "no such file" in caplog.text

"""One voice command on its way through the pipeline, stage by stage.

Knows Home Assistant's pipeline events by name only, so that it runs without it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, cast

from ..bus.errors import BusError, ErrorCode
from ..bus.messages import CommandEvent, CommandResponse, Meta
from ..bus.values import ErrorInfo, Stage

OK: Final = "ok"


class Outcome(StrEnum):
    """What became of a voice command."""

    DONE = "done"
    NO_MATCH = "no_match"
    NO_TEXT = "no_text"
    ERROR = "error"


class StageName(StrEnum):
    """A part of a voice command's way."""

    QUEUED = "queued"
    STT = "stt"
    INTENT = "intent"
    TTS = "tts"
    DONE = "done"


#: The speech-to-text stage counts from the end of speech, once that is known.
_BEGINS: Final[Mapping[str, StageName]] = {
    "stt-start": StageName.STT,
    "stt-vad-end": StageName.STT,
    "intent-start": StageName.INTENT,
    "tts-start": StageName.TTS,
}

#: What ends the listening.
_HEARD: Final = frozenset({"stt-vad-end", "stt-end"})

#: Text to speech ends when the audio was read: "tts-end" only says where it will be.
_ENDS: Final = frozenset({"stt-end", "intent-end"})

#: What a pipeline's error means to the sender of a command.
ERROR_CODES: Final[Mapping[str, ErrorCode]] = {
    "cloud-auth-failed": ErrorCode.UNAVAILABLE,
    "duplicate_wake_up_detected": ErrorCode.CANCELLED,
    "intent-agent-not-found": ErrorCode.UNAVAILABLE,
    "intent-not-supported": ErrorCode.UNAVAILABLE,
    "pipeline_not_found": ErrorCode.UNAVAILABLE,
    "stt-no-text-recognized": ErrorCode.NO_TEXT,
    "stt-provider-missing": ErrorCode.UNAVAILABLE,
    "stt-provider-unsupported-metadata": ErrorCode.UNSUPPORTED_LANGUAGE,
    "timeout": ErrorCode.TIMEOUT,
    "tts-not-supported": ErrorCode.UNAVAILABLE,
    "validation-error": ErrorCode.UNAVAILABLE,
}

#: An agent's errors that mean it did not understand, rather than that it failed.
_NO_MATCH: Final = frozenset({"no_intent_match", "no_valid_targets"})


def _mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}


def _text(data: Mapping[str, object], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) else None


class Session:
    """Tells each stage's outcome as it is known, and the command's in the end.

    `send` takes the events; a session begins in the queue.
    """

    def __init__(
        self,
        meta: Meta,
        clock: Callable[[], float],
        send: Callable[[CommandEvent], None],
        *,
        include_text: bool = False,
    ) -> None:
        self.meta = Meta(request_id=meta.request_id, session_id=meta.session_id)
        #: The token of the answer's audio in Home Assistant.
        self.tts_token: str | None = None
        self.audio_url: str | None = None
        self.audio: bytes | None = None
        self.text: str | None = None
        self.continue_conversation = False
        self.finished = False
        #: Called when no more audio is listened to.
        self.on_heard: Callable[[], None] = lambda: None
        self._clock = clock
        self._send = send
        self._include_text = include_text
        self._started = clock()
        self._open: tuple[StageName, float] | None = None
        self._stages: list[Stage] = []
        self._outcome = Outcome.DONE
        self._error: ErrorInfo | None = None
        self._language: str | None = None
        self._response_text: str | None = None
        self._takes: Mapping[str, Callable[[Mapping[str, object]], None]] = {
            "run-start": self._on_run_start,
            "stt-end": self._on_stt_end,
            "intent-start": self._on_intent_start,
            "intent-end": self._on_intent_end,
            "tts-end": self._on_tts_end,
            "error": self._on_error,
        }
        self.begin(StageName.QUEUED)

    @property
    def response_text(self) -> str | None:
        """What the conversation agent answers."""
        return self._response_text

    @property
    def stage(self) -> StageName | None:
        """The stage under way."""
        return self._open[0] if self._open else None

    def begin(self, stage: StageName) -> None:
        """Start the clock of a stage, or start it again."""
        self._open = (stage, self._clock())

    def end(self, outcome: str = OK, text: str | None = None) -> None:
        """Tell the outcome of the stage under way, if any."""
        if self._open is None:
            return
        (stage, started), self._open = self._open, None
        self._add(stage, outcome, started, text)

    def skip(self, stage: StageName, outcome: str) -> None:
        """Tell why a stage was left out."""
        self._add(stage, outcome, self._clock(), None)

    def on_event(self, kind: str, data: Mapping[str, object] | None) -> None:
        """Take an event of the pipeline."""
        data = data or {}
        if kind in _HEARD:
            self.on_heard()
        if kind in _BEGINS:
            self.begin(_BEGINS[kind])
        if take := self._takes.get(kind):
            take(data)
        if kind in _ENDS:
            self.end(text=self.text if kind == "stt-end" else self._response_text)

    def fail(self, error: BusError) -> None:
        """End with an error; what was done before the answer was spoken stays done."""
        if error.code is ErrorCode.NO_TEXT:
            self._outcome = Outcome.NO_TEXT
        else:
            self._error = ErrorInfo(error.code.value, error.message)
            if self.stage is not StageName.TTS:
                self._outcome = Outcome.ERROR
        self.end(error.code.value)

    def finish(self) -> CommandResponse:
        """Tell the outcome, and return the answer."""
        self.finished = True
        self._add(StageName.DONE, self._outcome.value, self._started, None)
        *stages, whole = self._stages
        return CommandResponse(
            meta=self.meta,
            error=self._error,
            outcome=self._outcome.value,
            text=self.text,
            response_text=self._response_text,
            language=self._language,
            audio_url=self.audio_url,
            audio=self.audio,
            continue_conversation=self.continue_conversation,
            stages=tuple(stages),
            duration_ms=whole.duration_ms,
        )

    def _add(self, name: StageName, outcome: str, started: float, text: str | None) -> None:
        took = round((self._clock() - started) * 1000, 1)
        self._stages.append(Stage(name.value, outcome, took))
        self._send(
            CommandEvent(
                meta=self.meta,
                stage=name.value,
                outcome=outcome,
                duration_ms=took,
                text=text if self._include_text else None,
            )
        )

    def _on_run_start(self, data: Mapping[str, object]) -> None:
        self._language = _text(data, "language")

    def _on_stt_end(self, data: Mapping[str, object]) -> None:
        self.text = _text(_mapping(data, "stt_output"), "text")

    def _on_intent_start(self, data: Mapping[str, object]) -> None:
        self.text = _text(data, "intent_input")

    def _on_intent_end(self, data: Mapping[str, object]) -> None:
        output = _mapping(data, "intent_output")
        response = _mapping(output, "response")
        speech = _mapping(_mapping(response, "speech"), "plain")
        self._response_text = _text(speech, "speech")
        self.continue_conversation = output.get("continue_conversation") is True
        if response.get("response_type") != "error":
            return
        if _mapping(response, "data").get("code") in _NO_MATCH:
            self._outcome = Outcome.NO_MATCH
        else:
            self._outcome = Outcome.ERROR
            reason = self._response_text or "the conversation agent failed"
            self._error = ErrorInfo(ErrorCode.FAILED.value, reason)

    def _on_tts_end(self, data: Mapping[str, object]) -> None:
        self.tts_token = _text(_mapping(data, "tts_output"), "token")

    def _on_error(self, data: Mapping[str, object]) -> None:
        code = ERROR_CODES.get(_text(data, "code") or "", ErrorCode.FAILED)
        self.fail(BusError(code, _text(data, "message") or "the pipeline failed"))

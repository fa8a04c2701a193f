"""Audio as an Assist satellite sends it: over Home Assistant's websocket, into its pipeline."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import time
from typing import Final, cast

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH

from ..home_assistant import Json, Socket
from .pacing import in_real_time
from .reply import Reply, Stage

_SECONDS: Final = 60.0
#: How long a room goes on to be quiet after a command.
_QUIET: Final = bytes(3 * SAMPLE_RATE * SAMPLE_WIDTH)
#: The stages as Home Assistant's events begin and end them.
_STAGES: Final = ("stt", "intent", "tts")


@dataclass(slots=True)
class _Run:
    """One run of the pipeline, as its events tell it."""

    reply: Reply = field(default_factory=lambda: Reply("error"))
    begun: dict[str, float] = field(default_factory=dict)

    def apply(self, kind: str, data: Mapping[str, object]) -> bool:
        """Take an event in; tell whether it was the last one."""
        stage, _, part = kind.rpartition("-")
        if stage in _STAGES:
            self._time(stage, part)
        match kind:
            case "stt-end":
                heard = cast(Mapping[str, str], data["stt_output"])["text"]
                self.reply = replace(self.reply, heard=heard)
            case "intent-end":
                self._understood(cast(Mapping[str, object], data["intent_output"]))
            case "tts-end":
                url = cast(Mapping[str, str], data["tts_output"])["url"]
                self.reply = replace(self.reply, audio_url=url)
            case "error":
                self._failed(cast(str, data["code"]), cast(str, data["message"]))
        return kind == "run-end"

    def _time(self, stage: str, part: str) -> None:
        if part == "start":
            self.begun[stage] = time.monotonic()
        elif part == "end":
            took = (time.monotonic() - self.begun[stage]) * 1000
            self.reply = replace(self.reply, stages=(*self.reply.stages, Stage(stage, took)))

    def _understood(self, output: Mapping[str, object]) -> None:
        response = cast(Mapping[str, Mapping[str, Mapping[str, str]]], output["response"])
        answer = response["speech"].get("plain", {}).get("speech", "")
        done = output["response"]["response_type"] != "error"  # type: ignore[index]
        self.reply = replace(self.reply, outcome="done" if done else "no_match", answer=answer)

    def _failed(self, code: str, message: str) -> None:
        outcome = "no_text" if code == "stt-no-text-recognized" else "error"
        self.reply = replace(self.reply, outcome=outcome, error=f"{code}: {message}")


async def speak(socket: Socket, pipeline: str, samples: bytes) -> Reply:
    """Speak 16 kHz samples at the pace of speech, and return the reply."""
    number = await socket.send(
        "assist_pipeline/run",
        pipeline=pipeline,
        start_stage="stt",
        end_stage="tts",
        input={"sample_rate": SAMPLE_RATE},
        timeout=_SECONDS,
    )
    run = _Run()
    talking: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await socket.receive()
                if message["id"] != number or message["type"] != "event":
                    continue
                event = cast(Mapping[str, object], message["event"])
                kind, data = cast(str, event["type"]), cast(Json, event["data"] or {})
                if kind == "run-start":
                    runner = cast(Mapping[str, int], data["runner_data"])
                    handler = runner["stt_binary_handler_id"]
                    talking = asyncio.create_task(_talk(socket, handler, samples))
                elif kind == "stt-end" and talking is not None:
                    talking.cancel()
                if run.apply(kind, data):
                    return run.reply
    except TimeoutError:
        return Reply("error", error=f"the run didn't end within {_SECONDS:.0f} s")
    finally:
        if talking is not None:
            talking.cancel()


async def _talk(socket: Socket, handler: int, samples: bytes) -> None:
    prefix = bytes([handler])
    async for chunk in in_real_time(samples + _QUIET):
        await socket.connection.send_bytes(prefix + chunk)
    await socket.connection.send_bytes(prefix)

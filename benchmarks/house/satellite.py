"""A voice command as an Assist satellite gives it: over Home Assistant's websocket."""

import asyncio
import time

import aiohttp

from .commands import RATE, Utterance
from .home_assistant import HomeAssistant, Json
from .marks import Mark, Marks
from .microphone import listen

_MARKS = {
    "stt-vad-end": Mark.SILENCE,
    "stt-end": Mark.TRANSCRIPT,
    "intent-end": Mark.INTENT,
    "tts-end": Mark.SPEECH,
}
_PATIENCE = 30.0


class Satellite:
    """Runs the pipeline with what a microphone hears, and fetches the answer."""

    name = "Assist satellite"

    def __init__(
        self, home: HomeAssistant, session: aiohttp.ClientSession, url: str, pipeline: str
    ) -> None:
        self._home = home
        self._session = session
        self._url = url
        self._pipeline = pipeline

    async def say(self, utterance: Utterance, marks: Marks) -> str:
        """Give a command; returns what was heard."""
        run = _Run(marks)
        await self._home.request(
            "assist_pipeline/run",
            run.on_event,
            start_stage="stt",
            end_stage="tts",
            input={"sample_rate": RATE},
            pipeline=self._pipeline,
        )
        handler = await asyncio.wait_for(run.handler, _PATIENCE)

        async def send(samples: bytes) -> None:
            await self._home.send_audio(handler, samples)

        def begin(end_of_speech: float) -> None:
            marks.end_of_speech = end_of_speech

        await listen(utterance, send, run.heard, begin)
        await send(b"")
        path = await asyncio.wait_for(run.answer, _PATIENCE)
        if path:
            await self._fetch(path, marks)
        return run.text

    async def _fetch(self, path: str, marks: Marks) -> None:
        async with self._session.get(f"{self._url}{path}") as response:
            async for _chunk in response.content.iter_any():
                marks.note(Mark.FIRST_AUDIO, time.perf_counter())
            marks.note(Mark.LAST_AUDIO, time.perf_counter())


class _Run:
    """What the pipeline has told so far."""

    def __init__(self, marks: Marks) -> None:
        loop = asyncio.get_running_loop()
        self.handler: asyncio.Future[int] = loop.create_future()
        self.answer: asyncio.Future[str | None] = loop.create_future()
        self.heard = asyncio.Event()
        self.text = ""
        self._marks = marks

    def on_event(self, event: Json, came: float) -> None:
        """Take an event of the pipeline."""
        kind, data = event["type"], event["data"] or {}
        if mark := _MARKS.get(kind):
            self._marks.note(mark, came)
        if kind == "run-start":
            self.handler.set_result(data["runner_data"]["stt_binary_handler_id"])
        elif kind == "stt-end":
            self.text = data["stt_output"]["text"]
        if kind in ("stt-vad-end", "stt-end", "error"):
            self.heard.set()
        if kind == "tts-end":
            self._finish(data["tts_output"].get("url"))
        elif kind in ("error", "run-end"):
            self._finish(None)

    def _finish(self, path: str | None) -> None:
        if not self.answer.done():
            self.answer.set_result(path)

"""A voice command as a room's device gives it: as audio on the bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import socket
import time
import uuid

import aiomqtt

from .commands import RATE, Utterance
from .marks import Mark, Marks
from .microphone import listen
from .reach import Broker

_DEVICE = "benchmark"
_AUDIO = f"alicia/voice/audio/{_DEVICE}"
_MARKS = {"stt": Mark.TRANSCRIPT, "intent": Mark.INTENT, "tts": Mark.SPEECH}
_PATIENCE = 30.0


class BusDevice:
    """Streams what a microphone hears, and takes the answer."""

    name = "audio on the bus"

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._run: _Run | None = None

    async def say(self, utterance: Utterance, marks: Marks) -> str:
        """Give a command; returns what was heard."""
        run = self._run = _Run(uuid.uuid4().hex, marks)
        start = {"session_id": run.session_id, "sample_rate": RATE}
        await self._client.publish(f"{_AUDIO}/start", json.dumps(start), qos=0)

        async def send(samples: bytes) -> None:
            await self._client.publish(f"{_AUDIO}/in", samples, qos=0)

        def begin(end_of_speech: float) -> None:
            marks.end_of_speech = end_of_speech

        await listen(utterance, send, run.heard, begin)
        await asyncio.wait_for(run.done.wait(), _PATIENCE)
        played = {"session_id": run.session_id}  # at once, so that the next command needn't wait
        await self._client.publish(f"{_AUDIO}/played", json.dumps(played), qos=0)
        return run.text

    async def receive(self) -> None:
        """Take what the bus says until the connection ends."""
        async for message in self._client.messages:
            payload = message.payload
            if self._run is not None and isinstance(payload, bytes):
                self._run.on_message(str(message.topic), payload, time.perf_counter())


class _Run:
    """What the bus has told of one command so far."""

    def __init__(self, session_id: str, marks: Marks) -> None:
        self.session_id = session_id
        self.heard = asyncio.Event()
        self.done = asyncio.Event()
        self.text = ""
        self._marks = marks

    def on_message(self, topic: str, payload: bytes, came: float) -> None:
        """Take a message."""
        if topic == f"{_AUDIO}/out":
            self._on_audio(payload, came)
            return
        content = json.loads(payload)
        if content.get("session_id") != self.session_id:
            return
        if topic.endswith("/event"):
            self._on_stage(content["stage"], content["duration_ms"] / 1000, came)
        else:
            self.text = content.get("text") or ""
            if content.get("error") or not content.get("audio_url"):
                self.heard.set()
                self.done.set()

    def _on_stage(self, stage: str, duration: float, came: float) -> None:
        if mark := _MARKS.get(stage):
            self._marks.note(mark, came)
        if stage == "stt":  # which counts from the silence that ended the speech
            self._marks.note(Mark.SILENCE, came - duration)
            self.heard.set()

    def _on_audio(self, samples: bytes, came: float) -> None:
        if samples:
            self._marks.note(Mark.FIRST_AUDIO, came)
        else:
            self._marks.note(Mark.LAST_AUDIO, came)
            self.done.set()


@asynccontextmanager
async def connect(broker: Broker) -> AsyncIterator[BusDevice]:
    """Connect a device to the bus."""
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.username,
        password=broker.password,
        # Small packets at once: a microphone's are 20 ms apart.
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    ) as client:
        device = BusDevice(client)
        for topic in (f"{_AUDIO}/out", "alicia/voice/command/event"):
            await client.subscribe(topic, qos=0)
        await client.subscribe("alicia/voice/command/response", qos=1)
        receiving = asyncio.create_task(device.receive())
        try:
            yield device
        finally:
            receiving.cancel()

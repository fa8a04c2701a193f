"""Starts sidecars and brokers, and talks with them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Mapping
import contextlib
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import re
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import aiomqtt
from paho.mqtt import subscribe
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event, async_read_event

from tests.ports import free_port

PATIENCE = 60.0  # s; a busy machine is slow
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Sidecar:
    """A server's process; its log is a file, so that a full pipe never blocks it."""

    module: str
    folder: Path
    arguments: tuple[str, ...] = ()
    uri: str = "tcp://127.0.0.1:0"
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", self.module, "--uri", self.uri, *self.arguments]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> Sidecar:
        """Start it and wait until it serves."""
        before = self.launch()
        found = self.wait_for_log(r"serves on (\S+)", before)
        self.uri = found[1]  # a port of 0 is a real one by now, also for the next start
        return self

    def launch(self) -> int:
        """Start it; returns how long its log was before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before = len(self.log) if (self.folder / "log").exists() else 0
        self.process = subprocess.Popen(
            self.command,
            stderr=(self.folder / "log").open("ab"),
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.environment},
        )
        return before

    def wait_for_log(self, pattern: str, after: int = 0) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.log[after:]):
                return found
            assert self.process is None or self.process.poll() is None, self.log
            time.sleep(0.02)
        raise AssertionError(self.log)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def clean_up(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


@dataclass(slots=True)
class Broker:
    """A mosquitto process, which lets everybody in unless its folder says otherwise."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Broker:
        self.port = self.port or free_port()
        config = self.folder / "mosquitto.conf"
        if not config.exists():
            settings = ("allow_anonymous true", "set_tcp_nodelay true")
            config.write_text("\n".join((f"listener {self.port} 127.0.0.1", *settings, "")))
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(config)], stderr=log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return self
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def until_online(self, instance: str) -> None:
        """Wait until a server says that it takes requests: it serves before it is on the bus."""

        def leave_if_online(client: Client, _data: object, message: MQTTMessage) -> None:
            if json.loads(message.payload)["status"] == "online":
                client.disconnect()

        topic = f"alicia/system/health/{instance}"
        subscribe.callback(leave_if_online, topic, 1, hostname="127.0.0.1", port=self.port)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("--mqtt-host", "127.0.0.1", "--mqtt-port", str(self.port))


class BusProbe:
    """A bus client that keeps what it hears."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.heard: list[tuple[str, Any]] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def connect(
        cls, broker: Broker, *topics: str, username: str | None = None, password: str | None = None
    ) -> AsyncIterator[BusProbe]:
        client = aiomqtt.Client(
            "127.0.0.1",
            broker.port,
            username=username,
            password=password,
            protocol=aiomqtt.ProtocolVersion.V5,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        async with client:
            for topic in topics or ("alicia/#",):
                await client.subscribe(topic, qos=1)
            yield cls(client)

    async def send(
        self,
        topic: str,
        payload: Mapping[str, object] | bytes,
        *,
        retain: bool = False,
        reply_to: tuple[str, bytes] | None = None,
    ) -> None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        properties = Properties(PacketTypes.PUBLISH)
        if reply_to:
            properties.ResponseTopic, properties.CorrelationData = reply_to
        await self._client.publish(topic, data, qos=1, retain=retain, properties=properties)

    async def expect(self, topic: str, **fields: object) -> dict[str, Any]:
        """The next message on a topic with these fields; those of before count too."""
        while True:
            for at, (there, message) in enumerate(self.heard):
                if there == topic and fields.items() <= message.items():
                    del self.heard[at]
                    return message
            await self._hear()

    async def _hear(self) -> None:
        async with asyncio.timeout(PATIENCE):
            message = await anext(self._client.messages)
        assert isinstance(message.payload, bytes)
        parsed = json.loads(message.payload) if message.payload else {}
        correlation = getattr(message.properties, "CorrelationData", None)
        extra = {"_correlation": correlation} if correlation else {}
        self.heard.append((str(message.topic), {**parsed, "_retained": message.retain, **extra}))


def stt_request(audio: bytes, **fields: object) -> dict[str, object]:
    """A bus request that holds audio."""
    return {"audio_data": base64.b64encode(audio).decode(), **fields}


def utterance(
    audio: bytes,
    *,
    language: str | None = "en",
    shape: tuple[int, int, int] = (16_000, 2, 1),
    chunk: int = 2048,
) -> Iterable[Event]:
    """The events by which a client has an utterance transcribed."""
    yield Transcribe(language=language).event()
    yield AudioStart(*shape).event()
    for at in range(0, len(audio), chunk):
        yield AudioChunk(*shape, audio[at : at + chunk]).event()
    yield AudioStop().event()


async def ask(uri: str, events: Iterable[Event]) -> list[Event]:
    """What a server answers to events, up to a transcript or the end."""
    async with AsyncClient.from_uri(uri, read_timeout=PATIENCE) as client:
        return await converse(client, events)


async def converse(client: AsyncClient, events: Iterable[Event]) -> list[Event]:
    """The same on a connection that is there already."""
    for event in events:
        await client.write_event(event)
    answers = []
    while (answer := await client.read_event()) is not None:
        answers.append(answer)
        if Transcript.is_type(answer.type):
            break
    return answers


async def send_raw(uri: str, data: bytes, *, leave: bool = False) -> list[Event]:
    """What a server answers to bytes before it hangs up."""
    host, port = uri.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answers = []
    with contextlib.suppress(ConnectionError):
        writer.write(data)
        await writer.drain()
        async with asyncio.timeout(PATIENCE):
            while not leave and (event := await async_read_event(reader)) is not None:
                answers.append(event)
    writer.close()
    return answers

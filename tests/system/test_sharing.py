"""Two servers share the requests of the bus: what one dies or stalls with, the other does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import json
from pathlib import Path
import signal
import uuid

import pytest

from demo.bus import Bus, Received
from demo.places import ROOT
from demo.processes import Command, Process

from .guest import bus, view
from .house import House

NAMES = ("tts-one", "tts-two")
PATIENCE = 30.0
SOURCE = str(ROOT / "wyoming_services" / "src")
REQUEST, RESPONSE = "alicia/voice/tts/request", "alicia/voice/tts/response"
#: Some tenths of a second to compute, so that there is a middle to die in.
LONG = "The kitchen light is on. " * 12
ROUNDS = 3


@dataclass
class Mouths:
    """Two servers, and somebody who asks them."""

    house: House
    client: Bus
    folder: Path
    processes: dict[str, Process] = field(default_factory=dict)
    #: Who answered, by request.
    answers: dict[str, list[str]] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        """Start one, and wait until Home Assistant knows it."""
        account = self.house.summary["mqtt"]
        options = {
            "--uri": "tcp://127.0.0.1:0",
            "--engine": "espeak",
            "--mqtt-host": str(account["host"]),
            "--mqtt-port": str(account["port"]),
            "--mqtt-username": "tts",
            "--mqtt-password-file": str(self.house.places.broker / "secrets" / "tts"),
            "--instance-id": name,
        }
        flat = (part for pair in options.items() for part in pair)
        python = str(ROOT / ".venv-sidecars" / "bin" / "python")
        command = Command(name, (python, "-m", "alicia_tts", *flat), {"PYTHONPATH": SOURCE})
        self.processes[name] = Process.start(command, self.folder / name, self.folder)
        assert await view(self.house, name, lambda found: found.get("status") == "online")

    async def stop(self) -> None:
        for process in self.processes.values():
            process.signal(signal.SIGCONT)
            await asyncio.to_thread(process.stop)
        for name in NAMES:
            self.client.publish("alicia/system/discovery/unregister", {"device_id": name})

    def ask(self, topic: str = REQUEST, text: str = LONG) -> str:
        request_id = uuid.uuid4().hex
        self.answers[request_id] = []
        self.client.publish(topic, {"text": text, "request_id": request_id})
        return request_id

    async def taker(self, words: asyncio.Queue[Received], request_id: str) -> str:
        """Who says first that a request is his."""
        async with asyncio.timeout(PATIENCE):
            while True:
                topic, payload = await words.get()
                if json.loads(payload)["request_id"] == request_id:
                    return topic.split("/")[2]

    async def answered(self, answers: asyncio.Queue[Received], request_id: str) -> str:
        """Who answers a request; answers to others are noted."""
        async with asyncio.timeout(PATIENCE):
            while not self.answers[request_id]:
                _, payload = await answers.get()
                answer = json.loads(payload)
                assert "error" not in answer, answer["error"]
                assert answer["audio_data"]
                self.answers.setdefault(answer["request_id"], []).append(answer["source"])
        return self.answers[request_id][0]


@pytest.fixture
async def mouths(house: House, tmp_path: Path) -> AsyncIterator[Mouths]:
    """The demo's own server rests meanwhile."""
    runner = house.runner()
    await asyncio.to_thread(runner.processes["tts"].stop)
    async with bus(house) as client:
        mouths = Mouths(house, client, tmp_path)
        try:
            for name in NAMES:
                await mouths.start(name)
            yield mouths
        finally:
            await mouths.stop()
            await asyncio.to_thread(runner.restart, "tts")


async def test_killed_with_a_request_in_hand(mouths: Mouths) -> None:
    listen = mouths.client.listen
    async with listen(RESPONSE) as answers, listen("alicia/services/+/taken") as words:
        for _ in range(ROUNDS):
            request_id = mouths.ask()
            name = await mouths.taker(words, request_id)
            mouths.processes[name].signal(signal.SIGKILL)
            assert await mouths.answered(answers, request_id) != name
            await mouths.start(name)
        await mouths.answered(answers, mouths.ask())
    assert [len(each) for each in mouths.answers.values()] == [1] * (ROUNDS + 1)


async def test_stalled_with_a_request_in_hand(mouths: Mouths) -> None:
    listen = mouths.client.listen
    async with listen(RESPONSE) as answers, listen("alicia/services/+/taken") as words:
        for _ in range(ROUNDS):
            request_id = mouths.ask()
            name = await mouths.taker(words, request_id)
            mouths.processes[name].signal(signal.SIGSTOP)
            other = await mouths.answered(answers, request_id)
            assert other != name
            mouths.processes[name].signal(signal.SIGCONT)
            # What it had in hand comes first, since it computes one request at a time.
            after = mouths.ask(f"alicia/services/{name}/request")
            assert await mouths.answered(answers, after) == name
            assert mouths.answers[request_id] in ([other], [other, name]), "late, and counted"
            assert mouths.answers[after] == [name]


async def test_without_home_assistant_the_broker_deals(mouths: Mouths) -> None:
    runner = mouths.house.runner()
    await asyncio.to_thread(runner.processes["home_assistant"].stop)
    try:
        async with mouths.client.listen(RESPONSE) as answers:
            asked = [mouths.ask(text="Yes.") for _ in range(6)]
            dealt = Counter([await mouths.answered(answers, each) for each in asked])
        assert dealt == dict.fromkeys(NAMES, 3)
        assert [len(mouths.answers[each]) for each in asked] == [1] * len(asked)
    finally:
        await asyncio.to_thread(runner.restart, "home_assistant")
        async with mouths.house.mouth() as mouth:
            await mouth.rest.wait_until_running(PATIENCE * 3)

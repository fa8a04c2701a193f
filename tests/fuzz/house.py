"""The servers that are fuzzed, on a broker of their own, and what each is asked in between."""

from collections.abc import AsyncIterator
import contextlib
import itertools
import json
from pathlib import Path
import random
from typing import Any

from tests.wyoming_services.stt.test_grammar import HOUSE, RATE, speak
from tests.wyoming_services.support import (
    Broker,
    BusProbe,
    Sidecar,
    ask,
    stt_request,
    utterance,
)
from tests.wyoming_services.tts.client import ask as ask_tts, synthesize

from .bus import Publisher
from .targets import FramingTarget, HubTarget, Target, WyomingTarget

SAID = "turn on the kitchen light"
STT, TTS = "stt-fuzz", "tts-fuzz"
VOCABULARY = "alicia/voice/vocabulary"
REGISTER = "alicia/system/discovery/register"
AREAS = ("Attic", "Cellar", "Garage", "Balcony", "Garden")
ANSWERS = {STT: "alicia/voice/stt/response", TTS: "alicia/voice/tts/response"}

#: Everything that the sidecars subscribe to.
LISTENED = (
    "alicia/system/discovery/query",
    "alicia/system/health/check",
    "alicia/voice/stt/request",
    "alicia/voice/stt/response",
    "alicia/voice/ai/response",
    "alicia/voice/tts/request",
    "alicia/voice/tts/response",
    "capability:speech_to_text",
    "capability:speak",
    f"alicia/services/{STT}/request",
    f"alicia/services/{TTS}/request",
    f"alicia/system/admin/{STT}",
    f"alicia/system/admin/{TTS}",
)


class BusTarget:
    """Both servers' place on the bus, through a real broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._publisher = Publisher(LISTENED)
        self._numbers = itertools.count()
        self._checks = itertools.count()
        self._audio = speak(SAID)

    async def batch(self, rng: random.Random, size: int) -> None:
        """Publish, with a set of names in it that may be none; then clear what was kept."""
        async with BusProbe.connect(self._broker, "nothing") as probe:
            for _ in range(size):
                message = self._publisher.message(rng)
                await probe.send(
                    message.topic, message.payload, retain=message.retain, reply_to=message.reply_to
                )
            names = {**HOUSE, "entities": rng.choice(([], [{"name": 7}], {}, "x", [[]]))}
            await probe.send(VOCABULARY, names, retain=True)
            for topic in LISTENED:
                await probe.send(topic, b"", retain=True)

    async def check(self) -> None:
        """Give the house its names again, and have each server do something."""
        request = stt_request(self._audio, sample_rate=RATE)
        async with BusProbe.connect(self._broker, REGISTER, *ANSWERS.values()) as probe:
            await self._name_things(probe)
            heard = await self._answer(probe, STT, request)
            spoken = await self._answer(probe, TTS, {"text": "Yes."})
        assert heard["text"] == SAID, heard
        assert spoken["audio_data"], spoken

    async def _name_things(self, probe: BusProbe) -> None:
        """Tell the names, with other areas each time, and wait until these are known."""
        more = AREAS[: 1 + next(self._checks) % len(AREAS)]
        areas = [*HOUSE["areas"], *more]
        await probe.send(VOCABULARY, {**HOUSE, "areas": areas}, retain=True)
        known = None
        while known != len(areas):
            hello = await probe.expect(REGISTER, device_id=STT)
            known = hello["capabilities"][0].get("areas")

    async def _answer(
        self, probe: BusProbe, instance: str, request: dict[str, object]
    ) -> dict[str, Any]:
        """Ask until it is no longer busy with what it was sent."""
        while True:
            request_id = f"good-{next(self._numbers)}"
            asked = {**request, "request_id": request_id}
            await probe.send(f"alicia/services/{instance}/request", asked)
            answer = await probe.expect(ANSWERS[instance], request_id=request_id)
            if answer.get("error", {}).get("code") != "busy":
                return answer


async def _understands(uri: str, /) -> bool:
    answers = await ask(uri, utterance(speak(SAID)))
    return [answer.data.get("text") for answer in answers if answer.type == "transcript"] == [SAID]


async def _speaks(uri: str, /) -> bool:
    return (await ask_tts(uri, synthesize("Yes."))).seconds > 0.2


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[dict[str, Target], tuple[Sidecar, ...]]]:
    """Run a broker and both servers; gives the targets by name, and the servers."""
    names = folder / "names.json"
    names.write_text(json.dumps(HOUSE))
    (folder / "broker").mkdir()
    async with contextlib.AsyncExitStack() as stack:
        broker = Broker(folder / "broker").start()
        stack.callback(broker.kill)
        engine = ("--engine", "grammar")
        stt = Sidecar(
            "alicia_stt",
            folder / "stt",
            (*engine, "--vocabulary", str(names), "--instance-id", STT, *broker.arguments),
        )
        tts = Sidecar(
            "alicia_tts",
            folder / "tts",
            ("--engine", "espeak", "--instance-id", TTS, *broker.arguments),
        )
        for sidecar in (stt, tts):
            stack.callback(sidecar.clean_up)
            sidecar.start()
        for instance in (STT, TTS):
            broker.until_online(instance)
        targets: dict[str, Target] = {
            "hub": HubTarget(),
            "framing": FramingTarget(),
            "stt": WyomingTarget(stt, _understands),
            "tts": WyomingTarget(tts, _speaks),
            "bus": BusTarget(broker),
        }
        yield targets, (stt, tts)

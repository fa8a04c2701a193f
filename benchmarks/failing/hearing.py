"""Utterances at the pace of speech, over two sidecars that fail in the middle of them."""

from array import array
import asyncio
import audioop
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
import io
from pathlib import Path
import random
import signal
import subprocess
import sys
import time
import wave

from benchmarks.report import Row
from benchmarks.sample import MS, compare, p95
from benchmarks.servers.contenders import our_whisper
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.hearing import async_hear
from custom_components.alicia.speech.pool import PONG
from custom_components.alicia.speech.wire import TICK
from tests.models.tone import make_tone

from .plan import SEED, plan
from .sidecars import Pair, Sidecar, pair

#: Tones that the scripted model takes for sentences.
LINES = ((400.0, "Turn on the kitchen light."), (1800.0, "Set the bedroom to twenty degrees."))
RATE = 16_000
CHUNK = 640  # bytes: 20 ms
SILENCE = 0.7  # s: what Home Assistant waits for
#: s until a stalled server is left: its pings, and the look that finds them unanswered
DEADLINE = PONG + 2 * TICK


@dataclass(slots=True)
class Trial:
    """What one utterance came to."""

    fault: signal.Signals | None
    right: bool
    #: s from the last audio to the text
    seconds: float
    #: Whether the signal was sent before there was a text.
    hit: bool = False


@dataclass(slots=True)
class Utterance:
    """Audio that says when its end was given."""

    audio: bytes
    pace: float
    ended: float = 0.0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the audio as a microphone gives it."""
        started = time.perf_counter()
        for at in range(0, len(self.audio), CHUNK):
            due = started + self.pace * at / (2 * RATE)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            yield self.audio[at : at + CHUNK]
            self.begun.set()
        self.ended = time.perf_counter()


async def measure(model: Path, folder: Path, trials: int, kills: int, stops: int) -> list[Row]:
    """Return the rows of speech to text."""
    sounds = [(speech(hertz, text), text) for hertz, text in LINES]
    chance = random.Random(SEED)
    async with pair(Service.STT, our_whisper(model, 1).argv, folder) as servers:
        for audio, _ in sounds * 2:
            await async_hear(servers.pool, Utterance(audio, 0.0).chunks(), "en")
        decodes = [await _hear(servers, sounds[n % 2], 0.0, None, chance) for n in range(20)]
        done = []
        for number, fault in enumerate(plan(trials, kills, stops)):
            done.append(await _hear(servers, sounds[number % 2], 1.0, fault, chance))
            await servers.ready()
            _tell(number, trials)
    return list(_rows([each.seconds for each in decodes], done))


async def _hear(
    servers: Pair,
    sound: tuple[bytes, str],
    pace: float,
    fault: signal.Signals | None,
    chance: random.Random,
) -> Trial:
    audio, text = sound
    utterance = Utterance(audio, pace)
    hearing = asyncio.create_task(async_hear(servers.pool, utterance.chunks(), "en"))
    hit = False
    if fault is not None:
        await utterance.begun.wait()
        # Half of them while it is spoken, and half at about its end, when it is decoded.
        length = len(audio) / (2 * RATE)
        await asyncio.sleep(chance.choice((chance.uniform(0, length), length)))
        hit = _strike(servers.busy(), fault) and not hearing.done()
    heard = await hearing
    return Trial(fault, heard == text, time.perf_counter() - utterance.ended, hit)


def _strike(sidecar: Sidecar | None, fault: signal.Signals) -> bool:
    if sidecar is not None:
        sidecar.signal(fault)
    return sidecar is not None


def _rows(decodes: list[float], done: list[Trial]) -> Iterator[Row]:
    decode = p95(decodes)
    clean = [each.seconds for each in done if each.fault is None]
    usual = sum(clean) / len(clean)
    killed = [each for each in done if each.hit and each.fault is signal.SIGKILL]
    stopped = [each for each in done if each.hit and each.fault is signal.SIGSTOP]
    right = sum(each.right for each in done)
    yield Row(
        what=f"hearing: right transcripts of {len(done)}",
        ours=right,
        unit="",
        goal=len(done),
        higher_is_better=True,
    )
    for what, hits, goal in (("SIGKILL", killed, 30), ("SIGSTOP", stopped, 10)):
        yield Row(
            what=f"hearing: {what} between first audio and transcript",
            ours=len(hits),
            unit="",
            goal=goal,
            higher_is_better=True,
        )
    yield from compare("hearing: one decode, audio at once", decodes)
    yield from compare("hearing: last audio to text, nothing fails", clean)
    limits = (("kill", killed, decode + 0.1), ("stall", stopped, DEADLINE + decode))
    for what, hits, limit in limits:
        added = [each.seconds - usual for each in hits]
        yield from compare(f"hearing: added by a {what}", added)
        yield Row(
            what=f"hearing: added by a {what}, the worst",
            ours=max(added) * MS,
            unit="ms",
            goal=limit * MS,
        )


def speech(hertz: float, text: str) -> bytes:
    """Return a sentence by espeak-ng over its tone, with the silence that ends it."""
    words = ["espeak-ng", "-v", "en-us", "-s", "150", "--stdout", text]
    found = subprocess.run(words, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(found)) as reader:
        voice, rate = reader.readframes(1 << 24), reader.getframerate()
    voice, _ = audioop.ratecv(voice, 2, 1, rate, RATE, None)
    voice = audioop.mul(voice, 2, 0.5)
    tone = make_tone(hertz, len(voice) / (2 * RATE))[: len(voice)]
    return audioop.add(voice, tone, 2) + array("h", [0] * round(SILENCE * RATE)).tobytes()


def _tell(number: int, trials: int) -> None:
    if number % 10 == 9:
        print(f"Measuring: {number + 1} of {trials}", file=sys.stderr, flush=True)

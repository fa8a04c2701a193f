"""Real sidecars that are killed and stopped while somebody speaks; nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
import signal
import subprocess

import pytest

from benchmarks.failing.sidecars import Pair, pair
from custom_components.alicia.speech.abilities import Service
from custom_components.alicia.speech.hearing import async_hear
from custom_components.alicia.speech.pool import Member
from custom_components.alicia.speech.speaking import Speech, Wanted
from custom_components.alicia.speech.wire import Patience

from ..models.tone import make_tone

ROOT = Path(__file__).resolve().parents[2]
PYTHON = str(ROOT / ".venv-sidecars/bin/python")
SIGNALS = (signal.SIGKILL, signal.SIGSTOP)
ANSWER = "The light is on. The fan is off. It is warm in the kitchen."


def run(*words: str) -> None:
    subprocess.run([PYTHON, "-m", *words], cwd=ROOT, check=True)


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Pair]:
    model = str(tmp_path / "model")
    run("tests.models.scripted_whisper", model)
    words = (PYTHON, "-m", "alicia_stt", "--uri", "{uri}", "--model", model)
    async with pair(Service.STT, words, tmp_path) as servers:
        yield servers


@pytest.fixture
async def mouths(tmp_path: Path) -> AsyncIterator[Pair]:
    voices = str(tmp_path / "voices")
    run("tests.models.tone_voice", voices, "--work", "20")
    words = (PYTHON, "-m", "alicia_tts", "--uri", "{uri}", "--voices-dir", voices)
    # A sentence that is kept from before is sent before a signal can hit its server.
    words = (*words, "--offline", "on", "--cache-mib", "0")
    async with pair(Service.TTS, words, tmp_path) as servers:
        yield servers


async def test_recogniser_fails_in_mid_utterance(ears: Pair) -> None:
    audio = make_tone(400.0, 1.5)
    for number in SIGNALS:
        strike = asyncio.Event()

        async def microphone(strike: asyncio.Event = strike) -> AsyncIterator[bytes]:
            for at in range(0, len(audio), 640):
                if at == 640 * 40:
                    strike.set()
                    await asyncio.sleep(0)
                yield audio[at : at + 640]

        hearing = asyncio.create_task(async_hear(ears.pool, microphone(), "en"))
        await strike.wait()
        victim = ears.busy()
        assert victim is not None
        victim.signal(number)
        assert await hearing == "Turn on the kitchen light."
        assert victim is not ears.busy()
        await ears.ready()


async def test_synthesiser_fails_in_mid_answer(
    mouths: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = len(await speak(mouths))  # no two sentences are of one length
    for number in SIGNALS:
        with monkeypatch.context() as patch:
            patch.setattr(mouths.pool, "begin", striking(mouths, number))
            assert len(await speak(mouths)) == expected
        await mouths.ready()
    faults = [each.workers[Service.TTS].counts for each in mouths.pool]
    assert sum(each["requests"] - each["answers"] for each in faults) == len(SIGNALS)


def striking(mouths: Pair, number: signal.Signals) -> Callable[..., Patience]:
    """A pool's beginning of a request, after the second of which its server gets a signal."""
    begin, begun = mouths.pool.begin, 0

    def begin_and_strike(member: Member, service: Service, *, alone: bool) -> Patience:
        nonlocal begun
        begun += 1
        if begun == 2:
            victim = mouths.sidecars[member.server.id]
            asyncio.get_running_loop().call_later(0.01, victim.signal, number)
        return begin(member, service, alone=alone)

    return begin_and_strike


async def speak(mouths: Pair) -> bytes:
    async def words() -> AsyncIterator[str]:
        yield ANSWER

    sound = Speech(mouths.pool, Wanted("en")).wav(words())
    return b"".join([data async for data in sound])

"""espeak-ng speaks what it is given, whatever it is, and stops when told to."""

from pathlib import Path
import threading

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.engines.base import Cancellation, SpeechAudio, Utterance, Voice
from alicia_tts.engines.espeak import EspeakEngine
from alicia_tts.text import split
from tests.wyoming_services.tts.measure import loudness

ENGLISH = Voice("en-us+klatt4", ("en-US",))


@pytest.fixture(scope="module")
def engine() -> EspeakEngine:
    return EspeakEngine()


def speak(
    engine: EspeakEngine, text: str, voice: Voice = ENGLISH, speed: float = 1.0
) -> SpeechAudio:
    """Return the speech of one sentence."""
    utterance = Utterance(text, voice, speed=speed)
    (audio,) = engine.synthesize(utterance, Cancellation())
    return audio


def test_speech_is_audible_and_as_long_as_its_words(engine: EspeakEngine) -> None:
    short, long = (
        speak(engine, "Yes."),
        speak(engine, "The kitchen light is on, and so is the fan."),
    )
    assert short.rate == long.rate == 22_050
    assert 0.3 < short.seconds < 1.2
    assert 2.0 < long.seconds < 5.0
    assert 0.05 < loudness(long.data) < 0.3


def test_speed(engine: EspeakEngine) -> None:
    text = "The kitchen light is on, and so is the fan."
    slow, fast = speak(engine, text, speed=0.5), speak(engine, text, speed=2.0)
    assert slow.seconds > 2.5 * fast.seconds


@pytest.mark.parametrize("language", ["de", "fr-fr", "ja", "ru"])
def test_other_languages(engine: EspeakEngine, language: str) -> None:
    voice = next(voice for voice in engine.voices if voice.name == language)
    assert loudness(speak(engine, "42", voice).data) > 0.03


def test_every_voice_says_something(engine: EspeakEngine) -> None:
    assert len(engine.voices) > 90
    silent = [voice.name for voice in engine.voices if speak(engine, "7", voice).seconds < 0.1]
    assert silent == []


@pytest.mark.parametrize(
    "text",
    ["--version", "-f /etc/passwd", "-w x.wav", "$(touch x) `touch x`; touch x | a", "<break/> a"],
)
def test_text_is_never_an_option_or_a_command(
    engine: EspeakEngine, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert speak(engine, text).seconds > 0.5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["[[42]] lights", "[[[42]]] lights"])
def test_brackets_swallow_nothing(engine: EspeakEngine, text: str) -> None:
    assert speak(engine, text).seconds >= speak(engine, "42 lights").seconds


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=60))
def test_any_text_is_spoken_or_silent(text: str) -> None:
    engine = EspeakEngine()
    for sentence in split(text):
        for audio in engine.synthesize(Utterance(sentence, ENGLISH), Cancellation()):
            assert len(audio.data) % 2 == 0


def test_cancelling_ends_the_process(tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = tmp_path / "slow"
    program.write_text(f"#!/bin/sh\necho $$ > {started}\nexec sleep 60\n")
    program.chmod(0o755)
    cancellation = Cancellation()

    def cancel() -> None:
        while not started.exists() or not started.read_text().strip():
            pass
        cancellation.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    utterance = Utterance("hello", ENGLISH)
    assert list(EspeakEngine(str(program)).synthesize(utterance, cancellation)) == []
    canceller.join()
    assert not Path(f"/proc/{started.read_text().strip()}").exists()


def test_cancelled_beforehand(engine: EspeakEngine) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    assert list(engine.synthesize(Utterance("hello", ENGLISH), cancellation)) == []


def test_missing_program_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="apt-get install") as missing:
        EspeakEngine("no-such-espeak")
    assert missing.value.code is ErrorCode.UNAVAILABLE


def test_voice_that_espeak_refuses(engine: EspeakEngine) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        list(engine.synthesize(Utterance("a", Voice("xx-none", ("xx",))), Cancellation()))

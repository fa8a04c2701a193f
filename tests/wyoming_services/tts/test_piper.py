"""piper speaks with any voice in its folder, at one loudness, and stops when told to."""

from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
import threading
import time

import numpy as np
import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.engines import piper
from alicia_tts.engines.base import Cancellation, SpeechAudio, Utterance, Voice
from alicia_tts.engines.piper import PiperEngine
from alicia_tts.engines.piper_model import to_pcm
from alicia_tts.engines.piper_voices import find_voices
from tests.models.tone_voice import RATE, make_voice
from tests.wyoming_services.tts.measure import loudness, peak, pitch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    make_voice(folder)
    make_voice(folder, "de_DE-toene-low", speakers=3, espeak_voice="de")
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> PiperEngine:
    return PiperEngine([folder])


def voice_named(engine: PiperEngine, name: str) -> Voice:
    return next(voice for voice in engine.voices if voice.name == name)


def speak(
    engine: PiperEngine,
    text: str,
    name: str = "en_US-tone-low",
    speaker: str | None = None,
    speed: float = 1.0,
) -> SpeechAudio:
    """Return the speech of a text that is one sentence to piper."""
    utterance = Utterance(text, voice_named(engine, name), speaker, speed)
    (audio,) = engine.synthesize(utterance, Cancellation())
    return audio


def test_voices_are_read_from_their_files(engine: PiperEngine) -> None:
    assert list(engine.voices) == [
        Voice(
            "de_DE-toene-low",
            ("de-DE",),
            ("speaker 0", "speaker 1", "speaker 2"),
            "toene, low",
            rate=RATE,
        ),
        Voice("en_US-tone-low", ("en-US",), (), "tone, low", rate=RATE),
    ]


def test_speech_is_audible(engine: PiperEngine) -> None:
    audio = speak(engine, "The light is on.")
    assert audio.rate == RATE
    assert audio.seconds > 1.0
    assert loudness(audio.data) > 0.03


def test_speed(engine: PiperEngine) -> None:
    text = "The light is on."
    slow, fast = (speak(engine, text, speed=speed).seconds for speed in (0.5, 2.0))
    assert slow == pytest.approx(4 * fast, rel=0.01)


def test_speakers_differ(engine: PiperEngine) -> None:
    pitches = [
        pitch(speak(engine, "[[aaaaaa]]", "de_DE-toene-low", speaker).data, RATE)
        for speaker in (None, "speaker 0", "speaker 1", "speaker 2")
    ]
    assert pitches[0] == pytest.approx(pitches[1], rel=0.05)
    assert pitches[2] == pytest.approx(2 * pitches[1], rel=0.05)
    assert pitches[3] == pytest.approx(3 * pitches[1], rel=0.05)


def test_loudness_is_the_voices_and_not_the_sentences(engine: PiperEngine) -> None:
    """Scaled one by one, a sentence of soft sounds would be as loud as any other."""
    soft, loud = (speak(engine, text) for text in ("[[ssssss]]", "[[ssaaaa]]"))
    assert peak(loud.data) == pytest.approx(4 * peak(soft.data), rel=0.15)
    assert peak(loud.data) < 0.99


def test_loud_sounds_are_bent_and_not_clipped() -> None:
    samples = np.linspace(-3.0, 3.0, 601, dtype=np.float32)
    heard = np.frombuffer(to_pcm(samples, 1.0), "<i2") / 32767.0
    is_soft = np.abs(samples) < 0.8
    assert np.allclose(heard[is_soft], samples[is_soft], atol=1e-4)
    assert np.all(np.diff(heard) >= 0)
    assert float(np.abs(heard).max()) < 0.99


def test_sounds_of_a_sentence_do_not_depend_on_those_around_them() -> None:
    samples = np.concatenate([np.full(50, 0.3, np.float32), np.full(50, 2.0, np.float32)])
    whole = to_pcm(samples, 1.0)
    assert whole == to_pcm(samples[:50], 1.0) + to_pcm(samples[50:], 1.0)


def test_abbreviations_make_no_pause_and_no_end(engine: PiperEngine) -> None:
    """Espeak ends a sentence after each, which costs the voice a full stop and a breath."""
    spoken, plain = (
        speak(engine, text) for text in ("Dr. Smith is here.", "Doctor Smith is here.")
    )
    assert spoken.seconds == pytest.approx(plain.seconds, rel=0.01)


def test_pause_follows_the_sentence(engine: PiperEngine) -> None:
    voice = voice_named(engine, "en_US-tone-low")
    (short,) = engine.synthesize(Utterance("Yes.", voice), Cancellation())
    speech, pause = engine.synthesize(Utterance("Yes.", voice, pause=0.5), Cancellation())
    assert speech.seconds == short.seconds
    assert pause.seconds == pytest.approx(0.5, abs=0.01)
    assert loudness(pause.data) == 0.0


def test_letters_that_the_voice_lacks(engine: PiperEngine) -> None:
    assert speak(engine, "東京 λ 7").seconds > 0.3


def test_cancelling_stops_the_model_within_a_sentence(tmp_path: Path) -> None:
    make_voice(tmp_path, work=300)
    engine = PiperEngine([tmp_path])
    engine.prepare(engine.voices[0])
    cancellation = Cancellation()
    utterance = Utterance("the kitchen light is on and " * 30, engine.voices[0])
    with ThreadPoolExecutor(1) as pool:
        began = time.process_time()
        running = pool.submit(list, engine.synthesize(utterance, cancellation))
        _compute_until(began + 0.5)
        cancellation.cancel()
        before = time.process_time()
        assert running.result() == []
        assert time.process_time() - before < 3  # of the ten seconds that all of it takes


def _compute_until(end: float) -> None:
    """Wait until this process has used so much of a processor, whatever its share of one is."""
    while time.process_time() < end:
        threading.Event().wait(0.02)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The voices that were loaded, in order."""
    names: list[str] = []
    load = piper.PiperModel

    def count(path: Path, threads: int) -> piper.PiperModel:
        names.append(path.stem)
        return load(path, threads)

    monkeypatch.setattr(piper, "PiperModel", count)
    return names


def test_many_at_once_load_a_voice_once(folder: Path, loads: list[str]) -> None:
    engine = PiperEngine([folder])
    with ThreadPoolExecutor(4) as pool:
        spoken = list(pool.map(lambda _: speak(engine, "Hello.").seconds, range(8)))
    assert len(set(spoken)) == 1
    assert loads == ["en_US-tone-low"]


def test_only_the_voices_used_last_stay_loaded(folder: Path, loads: list[str]) -> None:
    engine = PiperEngine([folder], max_loaded=1)
    for name in ("en_US-tone-low", "en_US-tone-low", "de_DE-toene-low", "en_US-tone-low"):
        assert speak(engine, "Hello.", name).seconds > 0.5
    assert loads == ["en_US-tone-low", "de_DE-toene-low", "en_US-tone-low"]


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[]",
        "{}",
        '{"audio": 3}',
        '{"audio": {"sample_rate": "x"}, "num_speakers": 1, "espeak": {"voice": "en"}}',
        '{"phoneme_type": "pinyin"}',
    ],
)
def test_what_is_no_voice_is_left_out(tmp_path: Path, config: str) -> None:
    path = make_voice(tmp_path)
    (tmp_path / "en_US-other-low.onnx").write_bytes(path.read_bytes())
    (tmp_path / "en_US-other-low.onnx.json").write_text(config)
    (tmp_path / "en_US-alone-low.onnx").write_bytes(path.read_bytes())
    assert list(find_voices([tmp_path])) == ["en_US-tone-low"]


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    assert find_voices([tmp_path / "nowhere"]) == {}


@pytest.mark.parametrize("model", [b"", b"no model", b"\x08\x08" * 50])
def test_broken_model(tmp_path: Path, model: bytes) -> None:
    make_voice(tmp_path).write_bytes(model)
    engine = PiperEngine([tmp_path])
    with pytest.raises(CommandError, match="can't be loaded") as broken:
        engine.prepare(engine.voices[0])
    assert broken.value.code is ErrorCode.UNAVAILABLE


def test_voice_without_the_sounds_it_needs(tmp_path: Path) -> None:
    path = make_voice(tmp_path)
    config = json.loads(Path(f"{path}.json").read_text())
    config["phoneme_id_map"] = {"a": [1]}
    Path(f"{path}.json").write_text(json.dumps(config))
    engine = PiperEngine([tmp_path])
    with pytest.raises(CommandError):
        engine.prepare(engine.voices[0])

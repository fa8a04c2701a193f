"""Whisper hears as little as it takes, and once more where the text looks wrong."""

from dataclasses import replace
from pathlib import Path

from faster_whisper import WhisperModel
import numpy as np
import pytest

from alicia_bus.errors import CommandError
from alicia_stt.engines.base import Hints, LeftError, WhisperOptions
from alicia_stt.engines.whisper import WhisperEngine
from alicia_stt.engines.whisper_decoder import Decoded, WhisperDecoder, window
from tests.models.scripted_whisper import SCRIPT, Line
from tests.models.tone import make_tone

OPTIONS = WhisperOptions(device="cpu", threads=1)
GOOD = Decoded("Turn on the light.", "en", 6, -0.2, 0.01, is_whole=True)


class Watched(WhisperModel):
    """A model that remembers the windows it was given."""

    def encode(self, features: np.ndarray) -> object:
        self.__dict__.setdefault("windows", []).append(features.shape[-1])
        return super().encode(features)


@pytest.fixture(scope="module")
def model(whisper_model: Path) -> Watched:
    return Watched(str(whisper_model), device="cpu", cpu_threads=1)


def _audio(line: Line, seconds: float = 1.0) -> np.ndarray:
    samples = np.frombuffer(make_tone(line.hertz, seconds), "<i2")
    return samples.astype(np.float32) / 32768


def _decode(model: Watched, options: WhisperOptions, audio: np.ndarray) -> tuple[Decoded, list]:
    model.__dict__["windows"] = []
    decoded = WhisperDecoder(model, options).decode(audio, None, (), lambda: False)
    return decoded, model.__dict__["windows"]


@pytest.mark.parametrize(
    ("seconds", "frames"), [(0.1, 1000), (7.9, 1000), (8.5, 1100), (20.0, 2200), (30.0, 3000)]
)
def test_the_window_is_the_audio_with_a_margin_and_a_floor(seconds: float, frames: int) -> None:
    assert window(round(seconds * 16_000), 1000) == frames


@pytest.mark.parametrize("seconds", [1.0, 9.0, 25.0])
@pytest.mark.parametrize("line", SCRIPT, ids=lambda line: line.text)
def test_a_short_window_hears_the_same(model: Watched, line: Line, seconds: float) -> None:
    decoded, windows = _decode(model, OPTIONS, _audio(line, seconds))

    assert (decoded.text, decoded.language) == (line.text, line.language)
    assert windows == [window(round((seconds + 0.5) * 16_000), 1000)]


def test_the_full_window_can_be_had(model: Watched) -> None:
    decoded, windows = _decode(model, replace(OPTIONS, floor=3000), _audio(SCRIPT[0]))

    assert (decoded.text, windows) == (SCRIPT[0].text, [3000])


def test_a_doubtful_text_is_decoded_with_the_full_window(model: Watched) -> None:
    """On noise the model is not sure of anything."""
    noise = np.random.default_rng(3).standard_normal(16_000).astype(np.float32) / 10

    class Doubting(WhisperDecoder):
        def _generate(self, *arguments: object) -> Decoded:
            return replace(super()._generate(*arguments), logprob=-1.5, no_speech=0.0)

    model.__dict__["windows"] = []
    Doubting(model, OPTIONS).decode(noise, "en", (), lambda: False)

    assert model.__dict__["windows"] == [1000, 3000]


def test_no_second_try_is_begun_past_the_budget(model: Watched) -> None:
    class Doubting(WhisperDecoder):
        tries = 0

        def _generate(self, *arguments: object) -> Decoded:
            self.tries += 1
            return replace(super()._generate(*arguments), is_whole=False)

    decoder = Doubting(model, replace(OPTIONS, budget=0.0))
    decoder.decode(_audio(SCRIPT[0]), "en", (), lambda: False)

    assert decoder.tries == 1


@pytest.mark.parametrize(
    ("decoded", "is_believed"),
    [
        (GOOD, True),
        (replace(GOOD, logprob=-1.2), False),
        (replace(GOOD, text="and then " * 20), False),
        (replace(GOOD, is_whole=False), False),
    ],
    ids=["good", "improbable", "a loop", "endless"],
)
def test_what_looks_wrong_is_not_believed(decoded: Decoded, is_believed: bool) -> None:
    assert decoded.is_believed is is_believed


@pytest.mark.parametrize("looks", range(3))
def test_it_stops_once_nobody_waits(model: Watched, looks: int) -> None:
    answers = iter([False] * looks + [True] * 10)
    decoder = WhisperDecoder(model, replace(OPTIONS, beam_size=1))
    model.__dict__["windows"] = []

    def is_left() -> bool:
        return next(answers)

    if looks < 2:
        with pytest.raises(LeftError):
            decoder.decode(_audio(SCRIPT[0]), "en", (), is_left)
        assert len(model.__dict__["windows"]) == looks
    else:
        assert decoder.decode(_audio(SCRIPT[0]), "en", (), is_left).text == SCRIPT[0].text


def test_a_text_in_slices_is_the_text_in_one_piece(
    model: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = _decode(model, OPTIONS, _audio(SCRIPT[2]))
    monkeypatch.setattr("alicia_stt.engines.whisper_decoder._SLICE", 3)
    sliced, _ = _decode(model, OPTIONS, _audio(SCRIPT[2]))

    assert sliced.text == whole.text == SCRIPT[2].text
    assert sliced.logprob == pytest.approx(whole.logprob, abs=0.01)


@pytest.mark.parametrize("beam", [1, 5])
def test_names_before_the_text_do_not_shorten_it(model: Watched, beam: int) -> None:
    decoder = WhisperDecoder(model, replace(OPTIONS, beam_size=beam))
    prompt = decoder.encode_words(" kitchen" * 100)[:120]

    decoded = decoder.decode(_audio(SCRIPT[2]), "en", prompt, lambda: False)

    assert decoded.text == SCRIPT[2].text


@pytest.mark.parametrize("speaks", [True, False])
def test_more_than_a_window_is_heard_segment_by_segment(whisper_model: Path, speaks: bool) -> None:
    engine = WhisperEngine(whisper_model, "scripted", OPTIONS)
    told: list[str] = []
    session = engine.start(Hints("en"))
    session.feed(make_tone(SCRIPT[0].hertz, 40.0) if speaks else bytes(40 * 32_000))
    heard = session.finish(lambda: False, told.append)

    assert heard.text.startswith(SCRIPT[0].text if speaks else "")
    assert bool(told) is speaks
    assert (told[-1:] or [""]) == [heard.text]


def test_a_closed_engine_has_no_weights(whisper_model: Path) -> None:
    """Whoever still decodes, though nobody waits for it, is stopped by that."""
    engine = WhisperEngine(whisper_model, "scripted", OPTIONS)
    session = engine.start(Hints("en"))
    session.feed(make_tone(SCRIPT[0].hertz, 1.0))
    engine.close()

    with pytest.raises(RuntimeError, match="replica"):
        session.finish(lambda: False)


def test_a_graphics_card_that_fails_is_not_used(
    whisper_model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As one that is there without its driver's libraries, or without memory to spare."""
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    engine = WhisperEngine(whisper_model, "scripted", WhisperOptions(threads=1))
    assert "The graphics card is not used, since it fails" in caplog.text
    session = engine.start(Hints("en"))
    session.feed(make_tone(SCRIPT[0].hertz, 1.0))
    assert session.finish(lambda: False).text == SCRIPT[0].text


def test_a_graphics_card_that_was_asked_for_must_work(
    whisper_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(CommandError, match="can't be loaded"):
        WhisperEngine(whisper_model, "scripted", WhisperOptions(device="cuda"))

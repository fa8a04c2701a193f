"""The voice is followed while audio arrives, as well as if all of it were there."""

from faster_whisper.vad import get_vad_model
import numpy as np
import pytest

from alicia_stt.engines.silero import Silero
from alicia_stt.voice import Evidence, Voice
from tests.models.tone import make_tone

SECOND = 32_000
SPEECH = make_tone(400.0, 2.0)
NOISE = np.random.default_rng(1).integers(-9000, 9000, 16_000).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def silero() -> Silero:
    return Silero()


@pytest.mark.parametrize("size", [2, 640, 1024, 5000, len(SPEECH)])
def test_pieces_are_judged_like_the_whole(silero: Silero, size: int) -> None:
    audio = np.frombuffer(SPEECH, "<i2").astype(np.float32) / 32768
    whole = get_vad_model()(audio[: len(audio) // 512 * 512]).ravel()

    ear = silero.listen()
    heard = [p for at in range(0, len(SPEECH), size) for p in ear.hear(SPEECH[at : at + size])]

    assert heard == pytest.approx(whole.tolist(), abs=1e-4)


def test_two_utterances_share_nothing(silero: Silero) -> None:
    busy, fresh = silero.listen(), silero.listen()
    busy.hear(SPEECH)

    assert fresh.hear(SPEECH) == silero.listen().hear(SPEECH)


@pytest.mark.parametrize(
    ("audio", "evidence"),
    [
        (b"", Evidence.NONE),
        (bytes(2 * SECOND), Evidence.NONE),
        (NOISE, Evidence.NONE),
        (SPEECH, Evidence.CLEAR),
    ],
    ids=["nothing", "silence", "noise", "speech"],
)
def test_speech_is_told_from_the_rest(silero: Silero, audio: bytes, evidence: Evidence) -> None:
    voice = Voice(silero.listen())
    voice.feed(audio)

    assert voice.evidence is evidence


class Ear:
    """Hears what a test says."""

    def hear(self, pcm: bytes) -> list[float]:
        return [byte / 100 for byte in pcm]


def test_a_pause_is_counted_from_the_last_of_the_voice() -> None:
    voice = Voice(Ear())
    voice.feed(bytes([0, 90, 90, 90, 40, 10, 10, 10]))

    assert voice.heard_at == pytest.approx(5 * 0.032)
    assert voice.pause == pytest.approx(3 * 0.032)


def test_a_click_is_no_voice() -> None:
    voice = Voice(Ear())
    voice.feed(bytes([0, 99, 0, 0, 99, 0]))

    assert not voice.has_spoken
    assert voice.stirred_at == pytest.approx(5 * 0.032)

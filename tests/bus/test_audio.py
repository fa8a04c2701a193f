"""Audio is read as WAV or bare PCM, and converted for recognisers."""

from array import array
import io
import itertools
import math
import struct
import wave

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.audio import Pcm, decode_audio, encode_wav, to_speech
from alicia_bus.errors import AudioError


def _wav(rate: int = 16_000, channels: int = 1, width: int = 2, frames: int = 8) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(bytes(range(frames * channels * width)))
    return buffer.getvalue()


def _tone(hertz: float, rate: int, channels: int = 1, seconds: float = 0.5) -> Pcm:
    samples = array("h")
    for i in range(int(rate * seconds)):
        samples.extend([round(10_000 * math.sin(2 * math.pi * hertz * i / rate))] * channels)
    return Pcm(samples.tobytes(), rate, channels)


def _crossings(pcm: Pcm) -> int:
    samples = array("h", pcm.data)
    return sum(a < 0 <= b for a, b in itertools.pairwise(samples))


def _rms(pcm: Pcm) -> float:
    samples = array("h", pcm.data)
    return math.sqrt(sum(each * each for each in samples) / len(samples))


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (22_050, 1), (48_000, 2)])
def test_reads_what_the_standard_library_writes(rate: int, channels: int) -> None:
    pcm = decode_audio(_wav(rate, channels))
    assert (pcm.rate, pcm.channels, len(pcm.data)) == (rate, channels, 16 * channels)


def test_the_standard_library_reads_what_it_writes() -> None:
    pcm = Pcm(b"\x01\x00\x02\x00", 22_050)
    with wave.open(io.BytesIO(encode_wav(pcm))) as found:
        assert found.getparams()[:4] == (1, 2, 22_050, 2)
        assert found.readframes(2) == pcm.data
    assert decode_audio(encode_wav(pcm)) == pcm


def test_bare_samples_have_the_rate_of_the_request() -> None:
    assert decode_audio(b"\x00\x00", 8_000) == Pcm(b"\x00\x00", 8_000)


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_stream_writers_placeholder_size_means_the_rest(size: int) -> None:
    data = bytearray(_wav())
    data[40:44] = struct.pack("<I", size)
    assert len(decode_audio(bytes(data)).data) == 16


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"RIFF",
        b"RIFF\x04\x00\x00\x00WAVE",
        b"RIFF\x04\x00\x00\x00AVI ",
        _wav()[:-2],
        _wav(frames=0),
        _wav(width=1),
        _wav(channels=3),
        _wav(rate=4_000),
        _wav(rate=96_000),
        _wav().replace(b"fmt ", b"junk"),
        _wav()[:16] + b"\x04\x00\x00\x00" + _wav()[20:24] + _wav()[36:],
    ],
)
def test_refuses_what_the_bus_does_not_carry(data: bytes) -> None:
    with pytest.raises(AudioError):
        decode_audio(data)


def test_refuses_a_rate_out_of_bounds() -> None:
    with pytest.raises(AudioError, match="sample rate"):
        decode_audio(b"\x00\x00", 0)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_header_is_read_or_refused(tail: bytes) -> None:
    data = b"RIFF\x00\x00\x00\x00WAVE" + tail
    try:
        pcm = decode_audio(data)
    except AudioError:
        return
    assert pcm.seconds > 0


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 1), (48_000, 2), (16_000, 2)])
def test_a_tone_stays_the_same_tone(rate: int, channels: int) -> None:
    speech = to_speech(_tone(440.0, rate, channels))
    assert (speech.rate, speech.channels) == (16_000, 1)
    assert speech.seconds == pytest.approx(0.5, abs=0.001)
    assert _crossings(speech) == pytest.approx(220, abs=2)
    assert _rms(speech) == pytest.approx(7_071, rel=0.05)


def test_what_lies_above_the_target_does_not_come_back_as_a_tone() -> None:
    assert _rms(to_speech(_tone(15_900.0, 48_000))) < 0.2 * 7_071


def test_speech_at_its_own_rate_is_untouched() -> None:
    pcm = _tone(440.0, 16_000)
    assert to_speech(pcm) == pcm

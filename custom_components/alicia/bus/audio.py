"""Audio as the bus carries it: 16-bit little-endian PCM, bare or as WAV."""

from array import array
from dataclasses import dataclass
import struct
import sys
from typing import Final

from .errors import AudioError, ErrorCode

SAMPLE_RATE: Final = 16_000
MIN_RATE: Final = 8_000
MAX_RATE: Final = 48_000
SAMPLE_WIDTH: Final = 2  # bytes
_PCM: Final = 1
_EXTENSIBLE: Final = 0xFFFE  # the same samples under a longer header
_NO_SIZE: Final = 0x7FFFF000  # espeak-ng's; other streaming writers put more there, or 0


@dataclass(frozen=True, slots=True)
class Pcm:
    """16-bit little-endian samples, channels interleaved; rate in Hz."""

    data: bytes
    rate: int = SAMPLE_RATE
    channels: int = 1

    @property
    def seconds(self) -> float:
        """How long the audio lasts."""
        return len(self.data) / (SAMPLE_WIDTH * self.channels * self.rate)


def _unsupported(message: str) -> AudioError:
    return AudioError(ErrorCode.UNSUPPORTED_AUDIO, message)


def decode_audio(data: bytes, rate: int = SAMPLE_RATE) -> Pcm:
    """Return the samples of a WAV, or of bare PCM at a rate; raises AudioError."""
    pcm = _decode_wav(data) if data[:4] == b"RIFF" else Pcm(data, rate)
    if not MIN_RATE <= pcm.rate <= MAX_RATE:
        raise _unsupported(f"a sample rate of {pcm.rate} Hz; {MIN_RATE} to {MAX_RATE} are carried")
    if not pcm.data:
        raise _unsupported("the audio is empty")
    if len(pcm.data) % (SAMPLE_WIDTH * pcm.channels):
        raise _unsupported("the audio ends in the middle of a sample")
    return pcm


def _decode_wav(data: bytes) -> Pcm:
    """Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF)."""
    if len(data) < 12 or data[8:12] != b"WAVE":
        raise _unsupported("a RIFF file that holds no WAVE")
    position, shape = 12, None
    while position + 8 <= len(data):
        name, size = data[position : position + 4], *struct.unpack_from("<I", data, position + 4)
        body = position + 8
        if name == b"fmt ":
            shape = _decode_format(data[body : body + size])
        elif name == b"data":
            if shape is None:
                raise _unsupported("a WAV whose samples come before its format")
            return Pcm(_samples(data, body, size), *shape)
        position = body + size + size % 2
    raise _unsupported("a WAV without samples")


def _decode_format(body: bytes) -> tuple[int, int]:
    if len(body) < 16:
        raise _unsupported("a WAV whose format is cut short")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if tag not in (_PCM, _EXTENSIBLE) or bits != 8 * SAMPLE_WIDTH:
        raise _unsupported(f"WAV format {tag} with {bits} bits; 16-bit PCM is carried")
    if channels not in (1, 2):
        raise _unsupported(f"{channels} channels; one or two are carried")
    return rate, channels


def _samples(data: bytes, start: int, size: int) -> bytes:
    if size == 0 or size >= _NO_SIZE:
        return data[start:]
    there = data[start : start + size]
    if len(there) < size:
        raise _unsupported("the WAV is cut short")
    return there


def encode_wav(pcm: Pcm) -> bytes:
    """Return a WAV file of the samples."""
    frame = SAMPLE_WIDTH * pcm.channels
    fmt = struct.pack(
        "<HHIIHH", _PCM, pcm.channels, pcm.rate, pcm.rate * frame, frame, 8 * SAMPLE_WIDTH
    )
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(pcm.data)) + pcm.data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def to_speech(pcm: Pcm) -> Pcm:
    """Return the audio as recognisers take it: mono, 16 kHz. Takes time: not for an event loop."""
    samples = array("h", pcm.data)
    if sys.byteorder == "big":
        samples.byteswap()
    if pcm.channels > 1:
        left, right = samples[::2], samples[1::2]
        samples = array("h", [(a + b) // 2 for a, b in zip(left, right, strict=True)])
    if pcm.rate != SAMPLE_RATE:
        samples = _resample(samples, pcm.rate)
    if sys.byteorder == "big":
        samples.byteswap()
    return Pcm(samples.tobytes())


def _resample(samples: "array[int]", rate: int) -> "array[int]":
    """Interpolate linearly; going down, average over each step first, against aliases."""
    step = rate / SAMPLE_RATE
    count = int(len(samples) / step)
    width = max(1, round(step))
    if width > 1:
        sums = [0]
        for sample in samples:
            sums.append(sums[-1] + sample)
        last = len(samples)
        bounds = ((int(i * step), min(int(i * step) + width, last)) for i in range(count))
        return array("h", [(sums[b] - sums[a]) // (b - a) for a, b in bounds])
    last = len(samples) - 1
    out = array("h")
    for i in range(count):
        whole, part = divmod(i * step, 1.0)
        left, right = samples[int(whole)], samples[min(int(whole) + 1, last)]
        out.append(round(left + (right - left) * part))
    return out

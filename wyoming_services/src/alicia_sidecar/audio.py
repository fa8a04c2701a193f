"""Audio from clients, brought to what recognisers take: 16 kHz, 16 bits, mono."""

import audioop
from typing import Final

from wyoming.event import Event

from alicia_bus.audio import MAX_RATE, MIN_RATE, SAMPLE_RATE, SAMPLE_WIDTH, Pcm
from alicia_bus.errors import AudioError, DecodeError, ErrorCode

_WIDTHS: Final = (1, 2, 3, 4)
_CHANNELS: Final = (1, 2)
_UNSIGNED_ZERO: Final = -128  # samples of one byte are unsigned


class SpeechConverter:
    """Converts the chunks of one stream; resampling carries over from one to the next."""

    def __init__(self, rate: int, width: int = SAMPLE_WIDTH, channels: int = 1) -> None:
        if not MIN_RATE <= rate <= MAX_RATE or width not in _WIDTHS or channels not in _CHANNELS:
            raise AudioError(
                ErrorCode.UNSUPPORTED_AUDIO,
                f"{rate} Hz, {width} bytes a sample, {channels} channels; taken are {MIN_RATE} to "
                f"{MAX_RATE} Hz, 1 to 4 bytes, 1 or 2 channels",
            )
        self._rate, self._width, self._channels = rate, width, channels
        self._state: tuple[int, tuple[tuple[int, int], ...]] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """The rate, width and channels that it converts from."""
        return self._rate, self._width, self._channels

    def convert(self, data: bytes) -> bytes:
        """Return a chunk converted; raises AudioError where it ends within a sample."""
        if len(data) % (self._width * self._channels):
            raise AudioError(
                ErrorCode.UNSUPPORTED_AUDIO, "the audio ends in the middle of a sample"
            )
        if self._width == 1:
            data = audioop.bias(data, 1, _UNSIGNED_ZERO)
        if self._width != SAMPLE_WIDTH:
            data = audioop.lin2lin(data, self._width, SAMPLE_WIDTH)
        if self._channels == 2:
            data = audioop.tomono(data, SAMPLE_WIDTH, 0.5, 0.5)
        if self._rate != SAMPLE_RATE:
            data, self._state = audioop.ratecv(
                data, SAMPLE_WIDTH, 1, self._rate, SAMPLE_RATE, self._state
            )
        return data


def to_speech(pcm: Pcm) -> bytes:
    """Return a whole recording converted."""
    return SpeechConverter(pcm.rate, SAMPLE_WIDTH, pcm.channels).convert(pcm.data)


def read_shape(event: Event) -> tuple[int, int, int]:
    """Return the rate, width and channels that an audio event states; raises DecodeError."""
    rate, width, channels = (_read_int(event, name) for name in ("rate", "width", "channels"))
    return rate, width, channels


def _read_int(event: Event, name: str) -> int:
    value = event.data.get(name)
    if value is None:
        raise DecodeError(ErrorCode.MISSING_FIELD, f"{event.type}: {name} is missing")
    if type(value) is not int:
        raise DecodeError(ErrorCode.INVALID_FIELD, f"{event.type}: {name} is not a whole number")
    return value

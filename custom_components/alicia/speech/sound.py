"""Samples from servers that have rates of their own, as one sound."""

from dataclasses import dataclass
import io
import wave

import audioop


@dataclass(frozen=True, slots=True)
class Shape:
    """What samples are like."""

    rate: int
    width: int
    channels: int

    @property
    def frame(self) -> int:
        """Bytes of one moment."""
        return self.width * self.channels

    def seconds(self, size: int) -> float:
        """Return how long so many bytes are heard."""
        return size / (self.rate * self.frame)

    def size(self, seconds: float) -> int:
        """Return how many bytes are heard so long, in whole frames."""
        return round(seconds * self.rate) * self.frame

    def header(self) -> bytes:
        """Return the beginning of a WAV whose length isn't known yet."""
        with io.BytesIO() as buffer:
            with wave.open(buffer, "wb") as writer:
                writer.setframerate(self.rate)
                writer.setsampwidth(self.width)
                writer.setnchannels(self.channels)
            return buffer.getvalue()


class Sound:
    """One sound, in the shape of its first samples, whoever they come from."""

    def __init__(self) -> None:
        self.shape: Shape | None = None
        self._from: Shape | None = None
        self._state: audioop._RatecvState | None = None

    def add(self, data: bytes, shape: Shape) -> bytes:
        """Return samples as the sound goes on with them; the first have the header before them."""
        if self.shape is None:
            self.shape = shape
            return shape.header() + data
        return data if shape == self.shape else self._convert(data, shape, self.shape)

    def _convert(self, data: bytes, shape: Shape, wanted: Shape) -> bytes:
        if shape != self._from:
            self._from, self._state = shape, None
        if shape.channels == 2:
            data = audioop.tomono(data, shape.width, 0.5, 0.5)
        data = audioop.lin2lin(data, shape.width, wanted.width)
        if shape.rate != wanted.rate:
            data, self._state = audioop.ratecv(
                data, wanted.width, 1, shape.rate, wanted.rate, self._state
            )
        return audioop.tostereo(data, wanted.width, 1, 1) if wanted.channels == 2 else data

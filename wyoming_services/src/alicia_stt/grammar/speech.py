"""Where the speech is in the sound: a cheap look before the costly one."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import log10, sqrt
from statistics import pstdev

from pocketsphinx import Vad

#: Samples a second, and bytes of 16-bit mono ones in it.
RATE = 16000
SECOND = 2 * RATE

#: The root mean square below which nothing was said, of 32768.
_FAINT = 40.0

#: Shorter than any command, and longer than any, in seconds.
_SHORTEST = 0.2
_LONGEST = 12.0

#: Decibels by which speech swings at the least; machines and mains hum on one level.
_SWING = 3.0

#: Kept before and after speech, in seconds.
MARGIN = 0.25

#: Seconds of sound that are judged at once.
FRAME = 0.03


#: Frames in which a room is as quiet as it gets, if only between two words.
_ROOM = 100


class Sound(Enum):
    """What a frame is taken for."""

    SILENCE = "silence"
    #: Sounds like speech, but is no louder than the room.
    DOUBTFUL = "doubtful"
    SPEECH = "speech"


@dataclass(slots=True)
class SpeechFinder:
    """Keeps an utterance and knows where its speech begins and ends."""

    sound: bytearray = field(default_factory=bytearray)
    #: Seconds of speech so far.
    spoken: float = 0.0
    _levels: list[float] = field(default_factory=list)
    _vad: Vad = field(default_factory=lambda: Vad(Vad.MEDIUM_STRICT, RATE, FRAME))
    _seen: int = 0
    _first: int = -1
    _last: int = 0

    def feed(self, pcm: bytes) -> Sequence[Sound]:
        """Take more of the sound; tell what each frame is that is complete by now."""
        self.sound += pcm
        size = self._vad.frame_bytes
        count = (len(self.sound) - self._seen) // size
        return [self._hear(bytes(self.sound[self._seen : self._seen + size])) for _ in range(count)]

    def _hear(self, frame: bytes) -> Sound:
        self._seen += len(frame)
        loud = loudness(frame)
        self._levels.append(20 * log10(max(1.0, loud)))
        if not self._vad.is_speech(frame) or loud < _FAINT:
            return Sound.SILENCE
        self.spoken += len(frame) / SECOND
        self._last = self._seen
        if self._first < 0:
            self._first = self._seen - len(frame)
        return self._judge()

    def _judge(self) -> Sound:
        """Tell what the last frame is; after more than any command, speech is none either."""
        if self.length > _LONGEST:
            return Sound.SILENCE
        room = min(self._levels[-_ROOM:])
        return Sound.SPEECH if self._levels[-1] >= room + _SWING else Sound.DOUBTFUL

    @property
    def pause(self) -> float:
        """Return the seconds of silence since the last speech."""
        return (self._seen - self._last) / SECOND

    @property
    def length(self) -> float:
        """Return the seconds from the first speech to the last."""
        return (self._last - self._first) / SECOND if self._first >= 0 else 0.0

    @property
    def plausible(self) -> bool:
        """Return whether a command may be in it: not too short, too long, or on one level."""
        return self.spoken >= _SHORTEST and self.length <= _LONGEST and not self.steady

    @property
    def steady(self) -> bool:
        """Return whether all of it, from first to last, is about as loud."""
        size = self._vad.frame_bytes
        levels = self._levels[max(0, self._first) // size : self._last // size]
        return len(levels) < 2 or pstdev(levels) < _SWING

    def speech(self) -> bytes:
        """Return the sound from shortly before the first speech to shortly after the last."""
        margin = int(MARGIN * SECOND) // 2 * 2
        return bytes(self.sound[max(0, self._first - margin) : self._last + margin])


def loudness(pcm: bytes) -> float:
    """Return the root mean square of the samples."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    return sqrt(sum(s * s for s in samples) / max(1, len(samples)))

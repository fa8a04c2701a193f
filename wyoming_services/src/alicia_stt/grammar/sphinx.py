"""One decoder of pocketsphinx, and the utterance that it is in the middle of."""

from collections.abc import Callable
from dataclasses import dataclass
import math

from pocketsphinx import Decoder, get_model_path

#: Frames a second, and bytes of 16-bit mono samples at 16 kHz in each.
FRAME_RATE = 100
FRAME_BYTES = 320

#: Bytes between two looks whether anybody waits. All other threads stand still meanwhile.
_STEP = 10 * FRAME_BYTES

#: Less than a sample. With it, and without a search, the decoder is told to keep all frames: the
#: ring in which it keeps them else drops some at the end.
_NOTHING = b"\0"

#: Whether nobody waits for the result any more.
IsLeft = Callable[[], bool]


def never() -> bool:
    """Tell that somebody waits all the while."""
    return False


@dataclass(frozen=True, slots=True)
class Segment:
    """A word or phone with its first and last frame and its acoustic log score."""

    label: str
    first: int
    last: int
    score: float

    @property
    def frames(self) -> int:
        """Return its length in frames."""
        return self.last - self.first + 1


class Sphinx:
    """A decoder with searches by name."""

    def __init__(self, *, scores_all: bool) -> None:
        """``scores_all``: against all the model's states, which is dear but comparable."""
        self.decoder = Decoder(
            hmm=get_model_path("en-us/en-us"),
            dict=None,
            lm=None,
            # The lattice's best path disagrees with the search's, and is more often wrong.
            bestpath=False,
            compallsen=scores_all,
            loglevel="FATAL",
        )
        self._is_open = False

    def begin(self, search: str, mean: str) -> None:
        """Begin an utterance with this cepstral mean; one that is under way is given up."""
        self.end()
        self.decoder.activate_search(search)
        # A new front end: the old one has learnt the noise of the utterance before.
        self.decoder.reinit_feat()
        self.decoder.set_cmn(mean)
        self.decoder.start_utt()
        self.decoder.process_raw(_NOTHING, no_search=True, full_utt=False)
        self._is_open = True

    def hear(self, pcm: bytes, is_left: IsLeft = never) -> None:
        """Take more of the utterance; no more once nobody waits."""
        for place in range(0, len(pcm), _STEP):
            if is_left():
                return
            self.decoder.process_raw(pcm[place : place + _STEP], no_search=False, full_utt=False)

    def end(self) -> None:
        """End the utterance, if one is under way."""
        if self._is_open:
            self._is_open = False
            self.decoder.end_utt()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The best path through what was heard so far; empty where there is none."""
        if self.decoder.hyp() is None:
            return ()
        return tuple(
            Segment(s.word, s.start_frame, s.end_frame, math.log(max(s.ascore, 1e-12)))
            for s in self.decoder.seg()
            if s.word != "(NULL)"
        )

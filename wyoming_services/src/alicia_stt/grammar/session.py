"""One utterance, decoded as often as is asked for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
import weakref

from .decoder import GrammarDecoder
from .partial import certain
from .recognizer import NOTHING, GrammarRecognizer, GrammarResult
from .speech import SECOND, Sound, SpeechFinder
from .sphinx import IsLeft, never

#: Seconds of sound that tell enough of a speaker to follow them.
_TELLING = 0.75

#: Seconds: a shorter one may be a word's own.
_PAUSE = 0.1


class RecognizerSession:
    """Is fed on one thread, which takes no time, and decodes on any other."""

    def __init__(self, recognizer: GrammarRecognizer) -> None:
        self._recognizer = recognizer
        self._finder = SpeechFinder()
        self._lock = Lock()
        self._decoder: GrammarDecoder | None = None
        self._return: weakref.finalize[[GrammarDecoder], RecognizerSession] | None = None
        self._known: tuple[bytes, GrammarResult] = (b"", NOTHING)

    def feed(self, pcm: bytes) -> Sequence[Sound]:
        """Take 16-bit mono samples at 16 kHz; tell what each frame is that is complete by now."""
        return self._finder.feed(pcm)

    def look(self, is_left: IsLeft = never) -> str:
        """Return what is certain of what is being said."""
        with self._lock:
            finder = self._finder
            is_pause, speech = finder.pause >= _PAUSE, finder.speech()
            if not finder.plausible or len(speech) < _TELLING * SECOND:
                return ""
            with self._borrow() as decoder:
                heard = decoder.follow(speech, is_left)
            return certain(heard, self._recognizer.grammar, is_pause=is_pause) if heard else ""

    def finish(self, is_left: IsLeft = never) -> GrammarResult:
        """Return what was commanded, worth nothing once nobody waits; more may be fed after it."""
        with self._lock:
            speech = self._finder.speech() if self._finder.plausible else b""
            if speech == self._known[0]:
                return self._known[1]
            with self._borrow() as decoder:
                result = self._recognizer.decide(decoder.decode(speech, is_left))
            self._give_back()
            if not is_left():
                self._known = (speech, result)
            return result

    @contextmanager
    def _borrow(self) -> Iterator[GrammarDecoder]:
        """Keep a decoder until all is decoded, or nobody has the utterance in hand any more."""
        if self._decoder is None:
            self._decoder = self._recognizer.lend()
            self._return = weakref.finalize(self, self._recognizer.take_back, self._decoder)
        try:
            yield self._decoder
        except RuntimeError:  # pocketsphinx's own, after which it is used no more
            if self._return is not None:
                self._return.detach()
            self._decoder = self._return = None
            raise

    def _give_back(self) -> None:
        if self._return is not None:
            self._return()
        self._decoder = self._return = None

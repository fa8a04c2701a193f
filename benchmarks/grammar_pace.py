"""The grammar recogniser at the pace of speech: what it knows, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import time

from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.speech import SECOND

from .report import Row, median_and_p95

#: A Wyoming client's usual chunk, 64 ms.
_CHUNK = 2048

#: How soon after its last word a command should be final, in seconds.
_SOON = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """What a sound became, and after how many seconds the first and the final text were there."""

    text: str
    first: float
    final: float
    #: Seconds of the recogniser's processor time.
    work: float

    def after(self, moment: float) -> "Told":
        """The same, with the seconds counted from another moment."""
        return Told(self.text, self.first - moment, self.final - moment, self.work)


def listen(recognizer: GrammarRecognizer, pcm: bytes) -> Told:
    """Have a sound recognised that arrives at the pace of speech.

    The clock is that of the sound and of the recogniser's processor time; so it tells of a
    machine that does nothing else, and needs none.
    """
    session = recognizer.start()
    now = work = 0.0
    told: list[tuple[float, str]] = []
    for place in range(0, len(pcm), _CHUNK):
        chunk = pcm[place : place + _CHUNK]
        began = time.thread_time()
        session.feed(chunk)
        took = time.thread_time() - began
        now = max(now, (place + len(chunk)) / SECOND) + took
        work += took
        if (text := session.known.text) != (told[-1][1] if told else ""):
            told.append((now, text))
    began = time.thread_time()
    text = session.finish().text
    work += time.thread_time() - began
    if not told or told[-1][1] != text:
        told.append((now + time.thread_time() - began, text))
    return Told(text, told[0][0], told[-1][0], work)


def pace_rows(told: Sequence[Told]) -> Iterator[Row]:
    """Yield rows about commands that became a text, their seconds counted from the last word."""
    soon = sum(each.final <= _SOON for each in told)
    early = sum(each.first < 0 for each in told)
    yield Row(
        what="a partial text before the last word ends",
        ours=100 * early / len(told),
        unit="%",
        higher_is_better=True,
    )
    yield Row(
        what="final 0.3 s after the last word",
        ours=100 * soon / len(told),
        unit="%",
        higher_is_better=True,
    )
    waits = [each.final * 1000 for each in told]
    yield from median_and_p95("last word to the final text", waits, "ms")

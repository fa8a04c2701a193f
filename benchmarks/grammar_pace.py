"""The grammar recogniser at the pace of speech: what a client is told, and when."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
import time
from typing import TypeVar

from alicia_sidecar.worker import Worker
from alicia_stt.engines.grammar import GrammarSession
from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.session import RecognizerSession
from alicia_stt.grammar.speech import SECOND
from alicia_stt.guess import Guesser
from alicia_stt.partials import Partials
from alicia_stt.turns import Turns

from .report import Row, median_and_p95

T = TypeVar("T")

#: A Wyoming client's usual chunk, 64 ms.
_CHUNK = 2048

#: How soon after its last word a command should be final, in seconds.
_SOON = 0.3

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Told:
    """What a sound became, and after how many seconds that was final."""

    text: str
    final: float
    #: Seconds of the recogniser's processor time.
    work: float
    #: What was told as partial texts before that, and when.
    partial: str = ""
    first: float = _NEVER
    last: float = _NEVER

    @property
    def is_taken_back(self) -> bool:
        """Tell whether the partial texts weren't the beginning of the final one."""
        words = self.partial.split()
        return self.text.split()[: len(words)] != words

    def after(self, moment: float) -> "Told":
        """The same, with the seconds counted from another moment."""
        times = (self.first - moment, self.last - moment)
        return Told(self.text, self.final - moment, self.work, self.partial, *times)


class _Clock(Worker):
    """A worker that does everything at once, on a machine that does nothing else.

    Its time is that of the sound and of the processor, so it needs no quiet machine.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = self.work = 0.0

    def do(self, function: Callable[..., T], *args: object) -> T:
        """Run a function, and count its time."""
        began = time.thread_time()
        try:
            return function(*args)
        finally:
            took = time.thread_time() - began
            self.now += took
            self.work += took

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """Do what else a thread does."""
        return self.do(function, *args)


class _Client:
    """Keeps the partial texts that it is told, with their times."""

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self._partials = Partials()
        self.told: list[tuple[float, str]] = []

    def tell(self, text: str) -> None:
        """Take the text so far."""
        if piece := self._partials.add(text):
            self.told.append((self._clock.now, piece))


def listen(recognizer: GrammarRecognizer, pcm: bytes, *, partials: bool = False) -> Told:
    """Have a sound recognised that arrives at the pace of speech, by the server's own rules."""
    return asyncio.run(_listen(recognizer, pcm, partials=partials))


async def _listen(recognizer: GrammarRecognizer, pcm: bytes, *, partials: bool) -> Told:
    clock = _Clock()
    client = _Client(clock)
    session = GrammarSession(RecognizerSession(recognizer))
    guesser = Guesser(clock, Turns(1, _NEVER), client.tell if partials else None)
    final = 0.0
    for place in range(0, len(pcm), _CHUNK):
        chunk = pcm[place : place + _CHUNK]
        clock.now = max(clock.now, (place + len(chunk)) / SECOND)
        clock.do(session.feed, chunk)
        before = guesser.guess
        guesser.follow(session, session.voice)
        if (guess := guesser.guess) is not None:
            await guess.wait()
        await asyncio.sleep(0)  # a look is had, too
        if guess is not before:
            final = clock.now
    if guesser.guess is None:
        text = clock.do(session.finish, lambda: False).text
        final = clock.now
    else:
        text = (await guesser.guess.wait()).text
    told = [each for each in client.told if each[0] < final]
    partial = "".join(piece for _, piece in told)
    times = (told[0][0], told[-1][0]) if told else (_NEVER, _NEVER)
    return Told(text, final, clock.work, partial, *times)


def pace_rows(told: Sequence[Told]) -> Iterator[Row]:
    """Yield rows about commands that became a text, their seconds counted from the last word."""
    yield Row(
        what="final 0.3 s after the last word",
        ours=_percent(told, lambda each: each.final <= _SOON),
        unit="%",
        higher_is_better=True,
    )
    waits = [each.final * 1000 for each in told]
    yield from median_and_p95("last word to the final text", waits, "ms")


def partial_rows(told: Sequence[Told]) -> Iterator[Row]:
    """Yield rows about the partial texts of such commands."""
    parts: dict[str, Callable[[Told], bool]] = {
        "a partial text before the last word ends": lambda each: each.first < 0,
        "a partial text that is whole 0.3 s after the last word": lambda each: (
            each.last <= _SOON and each.partial == each.text
        ),
    }
    for what, holds in parts.items():
        yield Row(what=what, ours=_percent(told, holds), unit="%", higher_is_better=True)
    taken = _percent(told, lambda each: each.is_taken_back)
    yield Row(what="a partial text that the final one takes back", ours=taken, unit="%")


def _percent(told: Sequence[Told], holds: Callable[[Told], bool]) -> float:
    return 100 * sum(holds(each) for each in told) / len(told)

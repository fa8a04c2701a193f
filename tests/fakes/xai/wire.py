"""How events become bytes: as plainly as can be, or as nastily as server-sent events allow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import json
import random

from .events import UNKNOWN, Cut, anywhere, by_word, interleaved, whole
from .request import Json


@dataclass(frozen=True, slots=True)
class Style:
    """What a stream looks like. The plain one is what xAI was seen to send."""

    #: A line with the event's name before its data. It was seen with and without.
    names: bool = True
    #: A last `data: [DONE]`. It was seen with and without.
    done: bool = True
    #: Lines that end in CR and LF.
    crlf: bool = False
    #: A space after the colon; it may be left out.
    space: bool = True
    #: Comments to keep the connection alive, times to wait, ids: all to be ignored.
    noise: bool = False
    #: Events that nobody knows.
    unknown: bool = False
    #: Items that don't wait for each other.
    interleave: bool = False
    #: Arguments in many pieces; xAI mostly sends one.
    arguments_in_pieces: bool = False
    #: Thoughts as they are and not summed up, which newer models were seen to send.
    raw_thoughts: bool = False
    #: Text cut anywhere, in the middle of words and of links.
    ragged: bool = False
    #: Bytes cut anywhere, within characters and between CR and LF.
    shreds: bool = False


PLAIN = Style()


def hard(rng: random.Random) -> Style:
    """Return a style with everything that is hard and a choice of what is not."""
    return Style(
        names=rng.random() < 0.5,
        done=rng.random() < 0.5,
        crlf=rng.random() < 0.5,
        space=rng.random() < 0.5,
        noise=True,
        unknown=True,
        interleave=True,
        arguments_in_pieces=rng.random() < 0.5,
        raw_thoughts=rng.random() < 0.5,
        ragged=True,
        shreds=True,
    )


class Pen:
    """Writes one stream in a style."""

    def __init__(self, style: Style, rng: random.Random) -> None:
        self._style = style
        self._rng = rng
        self._number = 0
        self._rest = b""

    @property
    def text(self) -> Cut:
        """How text is cut."""
        return anywhere(self._rng) if self._style.ragged else by_word

    @property
    def arguments(self) -> Cut:
        """How arguments are cut."""
        return anywhere(self._rng) if self._style.arguments_in_pieces else whole

    def order(self, streams: list[list[Json]]) -> Iterator[Json]:
        """Yield the events of all items; reasoning and text come in their place."""
        if not self._style.interleave:
            yield from (event for stream in streams for event in stream)
            return
        together: list[list[Json]] = []
        for stream in streams:
            if stream[0]["item"]["type"] in {"reasoning", "message"}:
                yield from interleaved(together, self._rng)
                together = []
                yield from stream
            else:
                together.append(stream)
        yield from interleaved(together, self._rng)

    def write(self, event: Json) -> bytes:
        """Return an event's bytes, and what comes before it."""
        lines = [*self._noise(), *self._event(event)]
        if self._style.unknown and self._rng.random() < 0.1:
            lines += self._event(self._rng.choice(UNKNOWN))
        return self._ended(lines)

    def end(self) -> bytes:
        """Return what comes after the last event."""
        return self._ended(["data: [DONE]", ""]) if self._style.done else b""

    def _event(self, event: Json) -> Iterator[str]:
        data = json.dumps(
            {"sequence_number": self._number, **event}, separators=(",", ":"), ensure_ascii=False
        )
        self._number += 1
        space = " " if self._style.space else ""
        if self._style.names:
            yield f"event:{space}{event['type']}"
        yield f"data:{space}{data}"
        yield ""

    def _noise(self) -> Iterator[str]:
        if not self._style.noise:
            return
        chance = self._rng.random()
        if chance < 0.15:
            yield from (": keep-alive", "")
        elif chance < 0.2:
            yield from ("retry: 3000", ":", "", f"id: {self._number}")

    def _ended(self, lines: Iterable[str]) -> bytes:
        end = "\r\n" if self._style.crlf else "\n"
        return "".join(line + end for line in lines).encode(errors="replace")

    def shred(self, data: bytes) -> Iterator[bytes]:
        """Yield bytes cut where it hurts: at every nasty place. The last few are kept back."""
        if not self._style.shreds:
            yield data
            return
        *pieces, self._rest = self._cut(self._rest + data)
        yield from pieces

    def flush(self) -> bytes:
        """Return what was kept back."""
        rest, self._rest = self._rest, b""
        return rest

    def _cut(self, data: bytes) -> Iterator[bytes]:
        start = 0
        for place in range(1, len(data)):
            nasty = 0x80 <= data[place] < 0xC0 or data[place - 1 : place + 1] == b"\r\n"
            if nasty or self._rng.random() < 0.01:
                yield data[start:place]
                start = place
        yield data[start:]

"""A text as it is spoken: pieces, and the silences between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .text import Splitter, ends_sentence


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or a clause; without text, a silence."""

    text: str
    #: 1 is the pace of the request.
    pace: float = 1.0
    #: Seconds of a silence.
    pause: float = 0.0

    @property
    def ends(self) -> bool:
        """Whether a sentence ends with it."""
        return ends_sentence(self.text)


class Reader(Protocol):
    """Reads text that arrives bit by bit; raises CommandError where it can't be spoken."""

    def add(self, text: str) -> Iterator[Piece]:
        """Take more text; yield the pieces that it completes."""

    def finish(self) -> Iterator[Piece]:
        """Yield what is left at the end of the text."""


class PlainReader:
    """Reads text as people write it."""

    def __init__(self, *, clauses: bool = True) -> None:
        """With ``clauses`` the first clause of the text is a piece by itself."""
        self._splitter = Splitter(clauses=clauses)

    def add(self, text: str) -> Iterator[Piece]:
        """Take more text; yield the pieces that it completes."""
        yield from map(Piece, self._splitter.add(text))

    def finish(self) -> Iterator[Piece]:
        """Yield what is left at the end of the text."""
        yield from map(Piece, self._splitter.finish())


def read(reader: Reader, text: str) -> Iterator[Piece]:
    """Yield the pieces of a whole text."""
    yield from reader.add(text)
    yield from reader.finish()

"""Reads the part of SSML that any voice can follow, and refuses the rest by name.

Where a document type or an entity begins, reading ends: nothing is ever expanded.
"""

from collections.abc import Callable, Iterator, Mapping
import re
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from alicia_bus.errors import CommandError, ErrorCode

from .pieces import Piece
from .text import Splitter

_MAX_DEPTH: Final = 16
_MAX_PAUSE: Final = 10.0  # seconds of one break
_MAX_PAUSES: Final = 60.0  # seconds of all of them
_SLOWEST: Final = 0.5
_FASTEST: Final = 2.0
_PARAGRAPH: Final = 0.4  # seconds of silence after it

#: Heard as plain text, since no voice can do anything else with them.
_PLAIN: Final = ("speak", "emphasis")
_RATES: Final = {
    "x-slow": 0.5,
    "slow": 0.75,
    "medium": 1.0,
    "default": 1.0,
    "fast": 1.25,
    "x-fast": 1.75,
}
_STRENGTHS: Final = {
    "none": 0.0,
    "x-weak": 0.1,
    "weak": 0.2,
    "medium": 0.4,
    "strong": 0.7,
    "x-strong": 1.0,
}
_PERCENT: Final = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,4}(?:\.\d{1,4})?)(?P<percent>%?)")
_TIME: Final = re.compile(r"\+?(?P<number>\d{1,6}(?:\.\d{1,4})?)(?P<unit>ms|s)")
_SPELT: Final = ("characters", "spell-out", "verbatim", "digits", "telephone")

_Attributes = Mapping[str, str]


class SsmlReader:
    """Reads SSML that arrives bit by bit."""

    def __init__(self, *, clauses: bool = True) -> None:
        """With ``clauses`` the first clause of the text is a piece by itself."""
        self._parser = ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        if hasattr(self._parser, "SetReparseDeferralEnabled"):
            self._parser.SetReparseDeferralEnabled(False)
        self._splitter = Splitter(clauses=clauses)
        self._found: list[Piece] = []
        self._open: list[str] = []
        self._paces = [1.0]
        self._pauses = 0.0
        #: What a sub or a say-as holds, which isn't spoken as it is written.
        self._held: list[str] | None = None
        self._begins: dict[str, Callable[[_Attributes], None]] = {
            "p": self._begin_sentence,
            "s": self._begin_sentence,
            "break": self._begin_break,
            "prosody": self._begin_prosody,
            "sub": self._begin_sub,
            "say-as": self._begin_say_as,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "p": self._end_paragraph,
            "s": self._flush,
            "prosody": self._end_prosody,
            "sub": self._end_held,
            "say-as": self._end_held,
        }
        self._say: Callable[[str], str] = str

    def add(self, text: str) -> Iterator[Piece]:
        """Take more text; yield the pieces that it completes; raises CommandError."""
        self._parse(text.encode("utf-8", "replace"))
        yield from self._take()

    def finish(self) -> Iterator[Piece]:
        """Yield what is left at the end of the text; raises CommandError."""
        self._parse(b"", is_last=True)
        self._flush()
        yield from self._take()

    def _parse(self, text: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(text, is_last)
        except ExpatError as err:
            raise CommandError(
                ErrorCode.INVALID_FIELD, f"the SSML is not well-formed: {err}"
            ) from None

    def _take(self) -> Iterator[Piece]:
        found, self._found = self._found, []
        yield from found

    def _begin(self, name: str, attributes: _Attributes) -> None:
        if not self._open and name != "speak":
            raise CommandError(ErrorCode.INVALID_FIELD, "SSML begins with <speak>")
        if len(self._open) >= _MAX_DEPTH:
            raise CommandError(ErrorCode.TOO_LARGE, f"SSML of more than {_MAX_DEPTH} levels")
        if name not in self._begins and name not in _PLAIN:
            known = ", ".join((*self._begins, *_PLAIN))
            raise CommandError(
                ErrorCode.UNSUPPORTED, f"<{name[:40]}> is not supported; supported are {known}"
            )
        self._open.append(name)
        if name in self._begins:
            self._begins[name](attributes)

    def _end(self, name: str) -> None:
        self._open.pop()
        if name in self._ends:
            self._ends[name]()

    def _hear(self, text: str) -> None:
        if self._held is None:
            self._put(self._splitter.add(text))
        else:
            self._held.append(text)

    def _put(self, sentences: Iterator[str]) -> None:
        self._found += [Piece(sentence, self._paces[-1]) for sentence in sentences]

    def _flush(self) -> None:
        self._put(self._splitter.finish())

    def _rest(self, seconds: float) -> None:
        self._flush()
        self._pauses += seconds
        if self._pauses > _MAX_PAUSES:
            raise CommandError(ErrorCode.TOO_LARGE, f"more than {_MAX_PAUSES:g} s of breaks")
        self._found.append(Piece("", pause=seconds))

    def _begin_sentence(self, _attributes: _Attributes) -> None:
        self._flush()

    def _end_paragraph(self) -> None:
        self._rest(_PARAGRAPH)

    def _begin_break(self, attributes: _Attributes) -> None:
        time = attributes.get("time")
        if time is not None:
            self._rest(min(_read_time(time), _MAX_PAUSE))
        else:
            self._rest(_look_up(_STRENGTHS, "break strength", attributes.get("strength", "medium")))

    def _begin_prosody(self, attributes: _Attributes) -> None:
        self._flush()
        pace = self._paces[-1] * _read_rate(attributes.get("rate", "medium"))
        self._paces.append(min(max(pace, _SLOWEST), _FASTEST))

    def _end_prosody(self) -> None:
        self._flush()
        self._paces.pop()

    def _begin_sub(self, attributes: _Attributes) -> None:
        alias = attributes.get("alias", "")
        self._hold(lambda _: alias)

    def _begin_say_as(self, attributes: _Attributes) -> None:
        is_spelt = attributes.get("interpret-as") in _SPELT
        self._hold(_spell if is_spelt else str)

    def _hold(self, say: Callable[[str], str]) -> None:
        if self._held is not None:
            raise CommandError(ErrorCode.UNSUPPORTED, "<sub> and <say-as> hold text alone")
        self._held, self._say = [], say

    def _end_held(self) -> None:
        held, self._held = self._held or [], None
        self._hear(self._say("".join(held)))


def _refuse_document_type(*_declaration: object) -> None:
    raise CommandError(ErrorCode.UNSUPPORTED, "SSML with a document type is not read")


def _look_up(table: Mapping[str, float], what: str, word: str) -> float:
    if word not in table:
        raise CommandError(
            ErrorCode.INVALID_FIELD, f"{what} {word[:40]!r}; known are {', '.join(table)}"
        )
    return table[word]


def _read_rate(text: str) -> float:
    """80% and 0.8 are shares of the usual rate, +20% and -10% changes of it."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        return _look_up(_RATES, "prosody rate", text.strip())
    number = float(match["number"]) / (100 if match["percent"] else 1)
    if match["sign"]:
        return 1 + (number if match["sign"] == "+" else -number)
    return number


def _read_time(text: str) -> float:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise CommandError(
            ErrorCode.INVALID_FIELD, f"break time {text[:40]!r} is none such as 500ms or 1.5s"
        )
    return float(match["number"]) / (1000 if match["unit"] == "ms" else 1)


def _spell(text: str) -> str:
    """Letters and digits one by one."""
    return " " + ", ".join(char for char in text if not char.isspace()) + " "

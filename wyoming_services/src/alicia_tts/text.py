"""Text as a person or a language model writes it, cut into what an engine speaks in one go."""

from collections.abc import Iterator
import re
from typing import Final

MAX_PIECE: Final = 400  # characters: what an engine holds in memory, and can't be interrupted in

_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKUP: Final = re.compile(r"(?<!\w)\*+(?=\S)|(?<=\S)\*+(?!\w)")
_LINE_MARKS: Final = re.compile(r"^[ \t]*(?:[*#]+|-)[ \t]+", re.MULTILINE)

_END: Final = re.compile(
    r"(?:(?<![.!?…؟।॥])[.!?…؟।॥]++['\"\)\]\}’”»]*+(?=\s+\S))"  # then a space, and more
    r"|(?:[。！？]++[”’」』》】]*+(?=.))"  # no space follows these
    r"|(?:\r?\n[ \t]*\r?\n)"
    r"|(?:\r?\n(?=[ \t]*(?:[*#-]+|\d{1,2}[.)])[ \t]))"  # the next item of a list
)
_PAUSE: Final = re.compile(r"[,;:，；：、)\]–—]\s*")
#: Where the voice takes a breath within a sentence; "1,000" and "12:30" hold no space.
_CLAUSE: Final = re.compile(r"(?:[,;:–—]++['\"\)\]”’»]*+\s+(?=\S))|(?:[，；：、]++)")
_FIRST_CLAUSE: Final = 18  # characters: a second of speech, in which the rest is computed
_REST: Final = 16  # characters: less is not worth a breath
_ENDS: Final = frozenset(".!?…؟।॥。！？\n")
#: Written with a full stop in the middle of a sentence; compared in lower case.
_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr prof st jr sr gen col capt lt rev hon vs etc approx dept est fig inc ltd no nr "
    "vol ca ph.d e.g i.e cf al bzw usw evtl ggf inkl max min ggü hr fr frau mme mlle av sra sig "
    "jan feb mar apr jun jul aug sep sept oct okt nov dec dez mon tue wed thu fri sat sun".split()
)


def clean(text: str) -> str:
    """Return text on one line, without markup and characters that can't be spoken."""
    plain = _MARKUP.sub("", _LINE_MARKS.sub("", text))
    return " ".join(_UNSPEAKABLE.sub(" ", plain).split())


def is_speakable(text: str) -> bool:
    """Tell whether there is a letter or a digit to be spoken."""
    return any(char.isalnum() for char in text)


def ends_sentence(text: str) -> bool:
    """Tell a sentence from a clause that goes on."""
    return not text.rstrip("'\")]”’»").endswith(tuple(",;:–—，；：、"))


class Splitter:
    """Cuts text that arrives bit by bit into sentences, as soon as each is complete.

    With ``clauses`` the first clause of the first sentence comes by itself: somebody waits for it.
    """

    def __init__(self, *, clauses: bool = True) -> None:
        self._rest = ""
        self._is_first = clauses

    def add(self, text: str) -> Iterator[str]:
        """Take more text; yield the sentences that it completes."""
        self._rest += text
        while (end := self._find_end()) is not None:
            piece, self._rest = self._rest[:end], self._rest[end:]
            if spoken := _speakable(piece):
                self._is_first = False
                yield spoken

    def finish(self) -> Iterator[str]:
        """Yield what is left at the end of the text."""
        piece, self._rest = self._rest, ""
        if spoken := _speakable(piece):
            self._is_first = False
            yield spoken

    def _find_end(self) -> int | None:
        clause = _find_clause(self._rest) if self._is_first else None
        return _find_end(self._rest) if clause is None else clause


def split(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    splitter = Splitter()
    yield from splitter.add(text)
    yield from splitter.finish()


def _speakable(piece: str) -> str:
    return text if is_speakable(text := clean(piece)) else ""


def _find_clause(text: str) -> int | None:
    """Return where a first clause ends, if enough of the same sentence follows."""
    sentence = _find_end(text) or len(text)
    for match in _CLAUSE.finditer(text[:sentence]):
        end = match.end()
        following = text[end : end + _REST]
        if end >= sentence or len(following) < _REST:
            return None
        if end >= _FIRST_CLAUSE and _ENDS.isdisjoint(following):
            return end
    return None


def _find_end(text: str) -> int | None:
    """Return where the first sentence ends; None while that can't be known."""
    for match in _END.finditer(text[: MAX_PIECE + 1]):
        if _is_end(text, match):
            return match.end()
    return _find_cut(text) if len(text) > MAX_PIECE else None


def _is_end(text: str, match: re.Match[str]) -> bool:
    if not match[0].strip() or match[0][0] in "。！？":
        return True
    following = text[match.end() :].lstrip()
    if following[:1].islower():
        return False
    before = text[: match.start()].split()
    is_full_stop = match[0][0] == "." and match[0][:2] != ".."
    return not before or not is_full_stop or not _is_abbreviation(before[-1].lstrip("([\"'“„"))


def _is_abbreviation(word: str) -> bool:
    """Initials, "e.g", and the numbers of a list or a date end no sentence; addresses may."""
    if word.isdecimal():
        return len(word) <= 2
    parts = word.split(".")
    is_dotted = len(parts) > 1 and all(len(part) <= 2 and part.isalpha() for part in parts)
    return len(word) <= 1 or is_dotted or word.lower() in _ABBREVIATIONS


def _find_cut(text: str) -> int:
    """Return where to cut a sentence that is too long: at a pause, else at a space."""
    head = text[:MAX_PIECE]
    pauses = [match.end() for match in _PAUSE.finditer(head)]
    return max(pauses, default=0) or head.rfind(" ") + 1 or MAX_PIECE

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


class Splitter:
    """Cuts text that arrives bit by bit into sentences, as soon as each is complete."""

    def __init__(self) -> None:
        self._rest = ""

    def add(self, text: str) -> Iterator[str]:
        """Take more text; yield the sentences that it completes."""
        self._rest += text
        while (end := _find_end(self._rest)) is not None:
            piece, self._rest = self._rest[:end], self._rest[end:]
            yield from _speakable(piece)

    def finish(self) -> Iterator[str]:
        """Yield what is left at the end of the text."""
        piece, self._rest = self._rest, ""
        yield from _speakable(piece)


def split(text: str) -> Iterator[str]:
    """Yield the sentences of a text."""
    splitter = Splitter()
    yield from splitter.add(text)
    yield from splitter.finish()


def _speakable(piece: str) -> Iterator[str]:
    if is_speakable(text := clean(piece)):
        yield text


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
    """Initials, "e.g", and the numbers of a list or a date end no sentence."""
    if word.isdecimal():
        return len(word) <= 2
    return len(word) <= 1 or "." in word or word.lower() in _ABBREVIATIONS


def _find_cut(text: str) -> int:
    """Return where to cut a sentence that is too long: at a pause, else at a space."""
    head = text[:MAX_PIECE]
    pauses = [match.end() for match in _PAUSE.finditer(head)]
    return max(pauses, default=0) or head.rfind(" ") + 1 or MAX_PIECE

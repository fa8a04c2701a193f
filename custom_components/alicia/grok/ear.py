"""Text as a model writes it, made fit for the ear while it is written.

What only an eye can use goes: Markdown, citations, addresses, pictograms. A text is handed on as
far as what follows can't change it any more.
"""

import re
from typing import Final, override

#: characters that are held back at most, for a link that never ends
MAX_HELD: Final = 1000

_PICTURES: Final = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_MARKS: Final = rf"\s*_~`#>|+•{_PICTURES}-"
#: A tail whose meaning what follows decides.
_OPEN: Final = re.compile(
    rf"[{_MARKS}!]+$"
    r"|\s*`{3,}\w*$"
    r"|\s*!?\[(?>[^\[\]]++|\[[^\[\]]*+\]?+)*+(?:\](?:\([^()\s]*+)?+)?+$"
    r"|\s*(?<![^\W_])(?<!\]\()h(?:t(?:t(?:p(?:s?|s?:/?|s?://\S*))?)?)?$"
)
_RULES: Final = (
    # a citation, with the space before it
    (re.compile(r"[ \t]*\[\[[^\[\]]*\]\]\([^()\s]*\)"), ""),
    (re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)"), ""),
    (re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    # of an address its host is enough
    (re.compile(r"https?://(?:www\.)?([\w.-]*\w)\S*?(?=[.,;:!?)]*(?:\s|$))"), r"\1"),
    (re.compile(r"(?<=\n)[ \t]*(?:`{3,}\w*|[-*_=| :]{3,})[ \t]*(?=\n|$)"), ""),
    (re.compile(r"(?<=\n)[ \t]*(?:#{1,6}|>+|[-*+•])[ \t]+"), ""),
    (re.compile(r"(?<=\n)[ \t]*\|[ \t]*|[ \t]*\|[ \t]*(?=\n|$)"), ""),
    (re.compile(r"[ \t]*\|[ \t]*"), ", "),
    # not the sign for "times"
    (re.compile(r"(?<!\d)\*+(?=\S)|(?<=\S)\*+(?!\d)|`+|~~"), ""),
    (re.compile(r"(?<![^\W_])_+(?=[^\W_])|(?<=[^\W_])_+(?![^\W_])"), ""),
    (re.compile(rf"[{_PICTURES}]+"), ""),
    (re.compile(r"(?<=\s)[ \t]+"), ""),
    (re.compile(r"\n{2,}"), "\n"),
)


class Ear:
    """Hears a text piece by piece, and hands on what is to be spoken."""

    def __init__(self) -> None:
        self._held = ""
        #: the character before what is held; a text begins like a line
        self._before = "\n"

    def hear(self, piece: str) -> str:
        """Return what can be spoken now that a piece has come."""
        self._held += piece
        end = len(self._held)
        if (found := _OPEN.search(self._held)) and end - found.start() <= MAX_HELD:
            end = found.start()
        settled, self._held = self._held[:end], self._held[end:]
        return self._clean(settled)

    def end(self) -> str:
        """Return the rest."""
        rest, self._held = self._held, ""
        return self._clean(rest).rstrip()

    def _clean(self, text: str) -> str:
        if not text:
            return ""
        text = self._before + text
        for pattern, instead in _RULES:
            text = pattern.sub(instead, text)
        self._before = text[-1]
        return text[1:]


class Eye(Ear):
    """Reads a text as it is written."""

    @override
    def hear(self, piece: str) -> str:
        return piece

    @override
    def end(self) -> str:
        return ""


def fit_for_the_ear(text: str) -> str:
    """Return a whole text as it is to be spoken."""
    ear = Ear()
    return ear.hear(text) + ear.end()

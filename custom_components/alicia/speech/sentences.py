"""Text as it is written, cut into the sentences that are asked for one by one."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
import re
from typing import Final

MAX_SENTENCE: Final = 400  # characters

_END: Final = re.compile(
    r"(?:[.!?…؟।॥]++['\"\)\]’”»]*+\s+(?=\S))"
    r"|(?:[。！？]++[”’」』》】]*+)"  # no space follows these
    r"|(?:\r?\n[ \t]*\r?\n\s*)"
)
#: Written with a full stop in the middle of a sentence; compared in lower case.
_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr prof st jr sr vs etc approx no nr vol ca e.g i.e bzw usw evtl ggf inkl hr fr "
    "mme mlle av sra sig jan feb mar apr jun jul aug sep sept oct okt nov dec dez".split()
)


async def async_sentences(texts: AsyncIterable[str]) -> AsyncIterator[str]:
    """Yield each sentence as soon as it is known to be complete."""
    rest = ""
    async for text in texts:
        rest += text
        while (end := _find_end(rest)) is not None:
            sentence, rest = rest[:end], rest[end:]
            if _is_speakable(sentence):
                yield sentence.strip()
    if _is_speakable(rest):
        yield rest.strip()


def _is_speakable(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _find_end(text: str) -> int | None:
    return next(_ends(text), None) or (_find_cut(text) if len(text) > MAX_SENTENCE else None)


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text[: MAX_SENTENCE + 1]):
        mark, after = match[0], text[match.end() : match.end() + 1]
        if mark[0] != "." or mark[:2] == "..":
            if not (mark[0] in ".…" and after.islower()):
                yield match.end()
        elif not after.islower() and not _is_abbreviation(text[: match.start()]):
            yield match.end()


def _is_abbreviation(before: str) -> bool:
    """Initials, "e.g", and the numbers of a list or a date end no sentence."""
    words = before.split()
    word = words[-1].lstrip("([\"'“„").lower() if words else ""
    if word.isdecimal():
        return len(word) <= 2
    return len(word) <= 1 or "." in word or word in _ABBREVIATIONS


def _find_cut(text: str) -> int:
    """Return where to cut a sentence that is too long."""
    head = text[:MAX_SENTENCE]
    pause = max(head.rfind(mark) for mark in (", ", "; ", ": ", "，", "；"))
    return (pause if pause > 0 else head.rfind(" ")) + 1 or MAX_SENTENCE

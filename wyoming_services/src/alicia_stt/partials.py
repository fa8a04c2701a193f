"""Partial transcripts that are never taken back."""

from itertools import takewhile


class Partials:
    """Releases the words that two looks in a row agreed upon."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._last: list[str] = []

    def add(self, text: str) -> str:
        """Return what is certain after another look at what was said so far."""
        words = text.split()
        agreed = _common(self._last, words)
        self._last = words
        return self._release(agreed)

    def rest(self, text: str) -> str:
        """Return what the final transcript adds; nothing where it differs from what was said."""
        return self._release(text.split())

    def _release(self, words: list[str]) -> str:
        if _common(self._said, words) != self._said:
            return ""
        new = words[len(self._said) :]
        lead = " " if self._said and new else ""
        self._said += new
        return lead + " ".join(new)


def _common(one: list[str], other: list[str]) -> list[str]:
    both = zip(one, other, strict=False)
    return [word for word, _same in takewhile(lambda pair: pair[0] == pair[1], both)]

"""Server-sent events out of bytes that were cut anywhere."""

from collections.abc import Iterator
import re
from typing import Final

#: bytes of one event; the last one of a long answer repeats all of it
MAX_EVENT: Final = 8 * 1024 * 1024

#: A CR at the end may be half of a CR LF.
_END: Final = re.compile(rb"\r\n|\n|\r(?!\Z)")
_MARK: Final = b"\xef\xbb\xbf"


class TooLongError(Exception):
    """An event has no end."""


class SseReader:
    """Collects bytes, and gives the data of each event once it is complete."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held = 0
        self._data: list[bytes] = []
        self._is_first = True

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Yield the data of the events that end in a chunk; raises TooLongError."""
        self._pieces.append(chunk)
        self._held += len(chunk)
        if self._held > MAX_EVENT:
            raise TooLongError
        if b"\n" not in chunk and b"\r" not in chunk and not self._ends_in_cr():
            return
        *lines, rest = _END.split(b"".join(self._pieces))
        self._pieces = [rest]
        self._held = len(rest) + sum(map(len, self._data))
        for line in lines:
            yield from self._line(line)

    def _ends_in_cr(self) -> bool:
        return len(self._pieces) > 1 and self._pieces[-2].endswith(b"\r")

    def _line(self, line: bytes) -> Iterator[str]:
        if self._is_first:
            line = line.removeprefix(_MARK)
            self._is_first = False
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._held += len(value)
        elif not line and self._data:
            data = b"\n".join(self._data)
            self._data = []
            yield data.decode(errors="replace")

"""How many different topics were heard, for those who keep something for each."""

from typing import Final

MAX_TOPICS: Final = 10_000
MAX_LENGTH: Final = 4 * 1024 * 1024  # characters of all topics together


class TopicCount:
    """Counts different topics up to a limit."""

    def __init__(self, limit: int = MAX_TOPICS, length: int = MAX_LENGTH) -> None:
        self._limit = limit
        self._max_length = length
        self._topics: set[str] = set()
        self._length = 0

    def add(self, topic: str, expected: int = 0) -> bool:
        """Count a topic; tell whether there are too many now, and begin anew then.

        `expected` topics more than the limit are in order.
        """
        if topic in self._topics:
            return False
        self._topics.add(topic)
        self._length += len(topic)
        if len(self._topics) <= self._limit + expected and self._length <= self._max_length:
            return False
        self._topics.clear()
        self._length = 0
        return True

"""What was said lately: a house says the same few things again and again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from .engines.base import SpeechAudio, Utterance

MAX_TEXT: Final = 80  # characters: a reply, not a story

Speech: TypeAlias = tuple[SpeechAudio, ...]


class Recent:
    """The speech of short texts, the latest up to so many bytes; in memory only."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._speech: OrderedDict[Utterance, Speech] = OrderedDict()

    def get(self, utterance: Utterance) -> Speech | None:
        """Return the speech, if it was said lately."""
        if (speech := self._speech.get(utterance)) is not None:
            self._speech.move_to_end(utterance)
        return speech

    def put(self, answer: Mapping[Utterance, Sequence[SpeechAudio]]) -> None:
        """Keep the speech of an answer that is short, and forget the oldest for it."""
        if sum(len(utterance.text) for utterance in answer) > MAX_TEXT:
            return
        for utterance, pieces in answer.items():
            self._left += _size(self._speech.pop(utterance, ()))
            self._speech[utterance] = tuple(pieces)
            self._left -= _size(pieces)
        while self._left < 0:
            self._left += _size(self._speech.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget all: the voices are no longer the same."""
        self._left += sum(map(_size, self._speech.values()))
        self._speech.clear()


def _size(speech: Sequence[SpeechAudio]) -> int:
    return sum(len(audio.data) for audio in speech)

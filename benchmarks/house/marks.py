"""The moments of one voice command."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """What has happened by a moment."""

    SILENCE = "silence found"
    TRANSCRIPT = "transcript"
    ACTION = "action"
    INTENT = "agent's answer"
    SPEECH = "speech ready"
    FIRST_AUDIO = "first audio of the answer"
    LAST_AUDIO = "last audio of the answer"


@dataclass(slots=True)
class Marks:
    """When each thing happened, in seconds of `time.perf_counter`."""

    end_of_speech: float = 0.0
    at: dict[Mark, float] = field(default_factory=dict)

    def note(self, mark: Mark, moment: float) -> None:
        """Take note of a moment; the first one counts."""
        self.at.setdefault(mark, moment)

    def since_speech(self, mark: Mark) -> float:
        """Return the seconds from the end of speech."""
        return self.at[mark] - self.end_of_speech

    def between(self, earlier: Mark, later: Mark) -> float:
        """Return the seconds from one moment to another."""
        return self.at[later] - self.at[earlier]


#: Does something for a moment; what a listener to the world is.
Note = Callable[[Mark, float], None]

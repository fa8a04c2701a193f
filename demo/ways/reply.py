"""What came of a spoken command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, and the time it took."""

    name: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The house's reply; what it doesn't say is empty."""

    #: done, no_match, no_text or error.
    outcome: str
    heard: str = ""
    answer: str = ""
    #: Where the answer's audio is fetched from.
    audio_url: str | None = None
    #: The answer's audio where it was sent: 16 kHz mono samples.
    samples: bytes | None = None
    stages: tuple[Stage, ...] = ()
    error: str | None = None

    @property
    def acted(self) -> bool:
        """Whether the house did, or answered, something."""
        return self.outcome == "done"

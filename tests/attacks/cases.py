"""What a case is made of: where a stranger's words stand, what is said, and what the model does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.xai.turns import Turn

SATELLITE = "assist_satellite.kitchen"


@dataclass(frozen=True, slots=True)
class Say:
    """Something that is said, and who says it."""

    text: str
    #: None is somebody on the bus: nobody knows who
    satellite: str | None = SATELLITE
    user: str | None = None
    #: whether it goes on with the conversation
    goes_on: bool = True
    #: s that go by before
    after: float = 0.0
    #: what came with the words and was not said
    prompt: str | None = None
    #: another agent that answers, in the place of Grok
    agent: str = "conversation.grok"
    #: a change in the house, of changes.CHANGES, just before
    change: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An attempt, or its harmless twin."""

    name: str
    says: tuple[Say, ...]
    #: what the model does; with no turn left it does what it reads
    turns: tuple[Turn, ...] = ()
    #: words of strangers, by the place where they stand, of places.PLACES
    planted: Mapping[str, str] = field(default_factory=dict)
    #: options of the account
    options: Mapping[str, Any] = field(default_factory=dict)
    #: whether xAI is away
    is_away: bool = False

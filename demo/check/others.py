"""What is no command: none of it may move the house."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..house.things import GUARDED_DOMAINS
from ..trial.meaning import understand
from ..trial.names import HOUSE
from ..trial.others import utterances
from ..trial.sentences import Part
from ..trial.speech import say
from ..ways.reply import Reply
from .effects import effect_of
from .mouth import Mouth, Way
from .sounds import noises, silences
from .states import changed, snapshot


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is no command."""

    kind: str
    name: str
    samples: bytes


@dataclass(frozen=True, slots=True)
class Reaction:
    """What came of it."""

    other: Other
    reply: Reply
    changed: frozenset[str]

    @property
    def acted(self) -> bool:
        """Whether the house did or answered anything."""
        return self.reply.acted or bool(self.changed)

    @property
    def guarded(self) -> bool:
        """Whether a lock or cover was meant or moved; one that was so already counts, too."""
        meaning = understand(self.reply.heard, HOUSE) if self.reply.heard else None
        effect = effect_of(meaning) if meaning and self.reply.acted else None
        meant = effect.after or {} if effect else {}
        touched = {entity.partition(".")[0] for entity in {*self.changed, *meant}}
        return self.acted and bool(touched & GUARDED_DOMAINS)

    @property
    def complaint(self) -> str:
        """Return in words what the house did."""
        return f"{self.other.kind} {self.other.name!r} -> {self.reply.heard!r}: acted upon"


def drawn(seed: int, count: int) -> Iterator[Other]:
    """Draw as many utterances outside the grammar, silences and noises: a third of each."""
    each = [count // 3 + (1 if left < count % 3 else 0) for left in range(3)]
    for text in utterances(HOUSE, Part.HELD_OUT, seed, each[0]):
        yield Other("utterance", text, say(text))
    for number, samples in enumerate(silences(seed, each[1])):
        yield Other("silence", str(number), samples)
    for number, samples in enumerate(noises(seed, each[2])):
        yield Other("noise", str(number), samples)


async def try_other(mouth: Mouth, other: Other) -> Reaction:
    """Let the house hear it, and see what it does."""
    before = await snapshot(mouth.socket)
    reply = await mouth.say(other.samples, Way.ROUTE)
    return Reaction(other, reply, changed(before, await snapshot(mouth.socket)))

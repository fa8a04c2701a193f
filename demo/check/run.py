"""The check: counts, a line of JSON, and whether it is good enough."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import json
import time
from typing import Final

from ..progress import say
from . import commands, others
from .commands import Verdict
from .effects import NOTHING
from .mouth import Mouth
from .others import Reaction

#: At least 90 of 100 commands, and at most 3 of 150 others.
_ENOUGH: Final = 0.90
_TOO_MANY: Final = 3 / 150
_EVERY: Final = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What to check."""

    seed: int = 1
    commands: int = 100
    others: int = 150


@dataclass(slots=True)
class Count:
    """What has been counted."""

    plan: Plan
    verdicts: list[Verdict] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> int:
        """The commands that were heard, done and answered."""
        return sum(verdict.passed for verdict in self.verdicts)

    @property
    def acted(self) -> int:
        """What was acted upon and shouldn't have been."""
        return sum(reaction.acted for reaction in self.reactions)

    @property
    def guarded(self) -> int:
        """What of it was about a lock or a cover."""
        return sum(reaction.guarded for reaction in self.reactions)

    @property
    def good(self) -> bool:
        """Whether it is good enough."""
        complete = len(self.verdicts) == self.plan.commands
        complete = complete and len(self.reactions) == self.plan.others
        few = self.acted <= int(_TOO_MANY * self.plan.others)
        enough = self.passed >= _ENOUGH * self.plan.commands
        return complete and enough and few and self.guarded == 0

    def summary(self) -> dict[str, object]:
        """Return what is printed as the last line."""
        return {
            "seed": self.plan.seed,
            "commands": len(self.verdicts),
            "passed": self.passed,
            "understood": sum(verdict.understood for verdict in self.verdicts),
            "done": sum(verdict.done for verdict in self.verdicts),
            "answered": sum(verdict.answered for verdict in self.verdicts),
            "others": len(self.reactions),
            "acted_upon": self.acted,
            "acted_upon_lock_or_cover": self.guarded,
            "failed": [each.text for each in self.verdicts if not each.passed],
            "seconds": round(self.seconds, 1),
            "ok": self.good,
        }


async def check(mouth: Mouth, plan: Plan) -> Count:
    """Speak everything, say how it goes, and print the summary as one line of JSON."""
    count, started = Count(plan), time.monotonic()
    say(f"\nSpeaking {plan.commands} commands and {plan.others} things that are none.")
    async for verdict in _commands(mouth, plan):
        count.verdicts.append(verdict)
        _tell(verdict.complaint if not verdict.passed else None, len(count.verdicts), "commands")
    for other in others.drawn(plan.seed, plan.others):
        reaction = await others.try_other(mouth, other)
        count.reactions.append(reaction)
        _tell(reaction.complaint if reaction.acted else None, len(count.reactions), "others")
    count.seconds = time.monotonic() - started
    say(json.dumps(count.summary()))
    return count


async def _commands(mouth: Mouth, plan: Plan) -> AsyncIterator[Verdict]:
    spoken = 0
    for command, effect in commands.drawn(plan.seed, plan.commands):
        if spoken == plan.commands:
            return
        if effect is not NOTHING or await commands.can_be_asked(mouth, command):
            spoken += 1
            way = commands.way_of(spoken)
            yield await commands.try_command(mouth, command, effect, way)


def _tell(complaint: str | None, number: int, what: str) -> None:
    if complaint:
        say(f"  {complaint}")
    if number % _EVERY == 0:
        say(f"  {number} {what}")

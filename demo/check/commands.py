"""Commands: each heard right in meaning, done, and answered aloud."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from ..trial.meaning import Meaning, understand
from ..trial.names import HOUSE
from ..trial.sentences import Command, Part, commands
from ..trial.speech import say
from ..ways.reply import Reply
from .effects import INTENTS, NOTHING, Effect, effect_of
from .mouth import Mouth, Way
from .states import Snapshot, changed, prepare, reached, snapshot

#: Sentences to draw from for each command that is spoken: some ask for what no house does.
_SPARE: Final = 3
#: One in this many is spoken in real time, to show the ways in which that is done.
_PACED: Final = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a command."""

    text: str
    way: Way
    reply: Reply
    understood: bool
    done: bool
    answered: bool

    @property
    def passed(self) -> bool:
        """Whether all of it was right."""
        return self.understood and self.done and self.answered

    @property
    def complaint(self) -> str:
        """Return in words what was wrong."""
        wrong = [name for name in ("understood", "done", "answered") if not getattr(self, name)]
        heard = self.reply.heard or self.reply.error or self.reply.outcome
        return f"{self.text!r} -> {heard!r}: not {', not '.join(wrong)} ({self.way})"


def drawn(seed: int, count: int) -> Iterator[tuple[Command, Effect]]:
    """Draw held-out sentences that this house can do, with what each must do."""
    wanted = max(100, count * _SPARE)
    for command in commands(HOUSE, Part.HELD_OUT, seed, wanted, intents=INTENTS):
        if (effect := effect_of(command.meaning)) is not None:
            yield command, effect


def way_of(number: int) -> Way:
    """Return the way in which the command of this number is spoken."""
    return {1: Way.STREAM, 2: Way.SATELLITE}.get(number % _PACED, Way.ROUTE)


async def can_be_asked(mouth: Mouth, command: Command) -> bool:
    """Tell whether Home Assistant has an answer to the question itself, well heard."""
    response = cast(
        dict[str, dict[str, object]],
        await mouth.socket.call("conversation/process", text=command.written, language="en"),
    )
    return response["response"]["response_type"] != "error"


async def try_command(mouth: Mouth, command: Command, effect: Effect, way: Way) -> Verdict:
    """Speak a command, and judge what came of it."""
    before = await prepare(mouth.socket, effect.before)
    reply = await mouth.say(say(command.text), way)
    return Verdict(
        text=command.text,
        way=way,
        reply=reply,
        understood=means(reply.heard, command.meaning),
        done=reply.acted and await _is_done(mouth, effect, before),
        answered=bool(reply.answer) and await mouth.hears(reply),
    )


def means(heard: str, meaning: Meaning) -> bool:
    """Tell whether what was heard means the same: to do the same to the same things."""
    understood = understand(heard, HOUSE) if heard else None
    if understood is None or understood == meaning:
        return understood == meaning
    # "The living room blind" names by its area and kind what "the living room blinds" names.
    wanted = effect_of(meaning)
    same = understood.intent == meaning.intent and wanted == effect_of(understood)
    return same and wanted is not None and wanted is not NOTHING


async def _is_done(mouth: Mouth, effect: Effect, before: Snapshot) -> bool:
    wanted = effect.after or {}
    if not await reached(mouth.socket, wanted):
        return False
    also = changed(before, await snapshot(mouth.socket)) - wanted.keys()
    return not also

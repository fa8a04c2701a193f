"""Whether what was heard is a command at all. When in doubt, it isn't."""

from dataclasses import astuple, dataclass
import math

from .evidence import Evidence
from .fitted import BIAS, FASTEST, LOOSEST, SLOWEST, STRICT, THRESHOLD, WEIGHTS


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure the recogniser is, and whether that is enough."""

    score: float
    accepted: bool

    @property
    def confidence(self) -> float:
        """Return the score as a probability."""
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.score))))


def score(evidence: Evidence) -> float:
    """Return the log odds that this is a command."""
    values: tuple[float, ...] = astuple(evidence)
    return BIAS + sum(w * value for w, value in zip(WEIGHTS, values, strict=True))


def judge(evidence: Evidence, *, guarded: bool) -> Verdict:
    """Return the verdict; what guards the house needs more to be moved."""
    odds = score(evidence)
    needed = STRICT if guarded else THRESHOLD
    plausible = SLOWEST <= evidence.pace <= FASTEST and evidence.uncovered <= LOOSEST
    return Verdict(odds, plausible and odds >= needed)

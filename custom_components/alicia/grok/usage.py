"""What answers take of tokens and money, as far as a server is to be believed."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Final, Self

#: The unit of xAI's bills is a ten-billionth of a US dollar.
TICKS_PER_USD: Final = 10_000_000_000

#: What one answer can take; a larger number is no measure of anything.
_MOST_TOKENS: Final = 10_000_000
_MOST_TICKS: Final = 1_000 * TICKS_PER_USD
#: What sums go up to: a file and a browser hold this number exactly.
MOST: Final = 2**53


@dataclass(frozen=True, slots=True)
class Usage:
    """What answers took."""

    #: tokens
    input: int = 0
    cached: int = 0
    output: int = 0
    ticks: int = 0

    @classmethod
    def read(cls, told: object) -> Self:
        """Return what can be believed of what a server says; the rest counts for nothing."""
        given = told if isinstance(told, Mapping) else {}
        details = given.get("input_tokens_details")
        tokens = believed(given.get("input_tokens"), _MOST_TOKENS)
        return cls(
            input=tokens,
            cached=believed(details.get("cached_tokens"), tokens)
            if isinstance(details, Mapping)
            else 0,
            output=believed(given.get("output_tokens"), _MOST_TOKENS),
            ticks=believed(given.get("cost_in_usd_ticks"), _MOST_TICKS),
        )

    @classmethod
    def restore(cls, stored: object) -> Self:
        """Return a sum as it was stored; of a damaged one, what makes sense."""
        given = stored if isinstance(stored, Mapping) else {}
        return cls(**{name: believed(given.get(name), MOST) for name in cls.__slots__})

    def __add__(self, other: Self) -> Self:
        """Return the sum."""
        sums = zip(astuple(self), astuple(other), strict=True)
        return type(self)(*(min(mine + its, MOST) for mine, its in sums))

    @property
    def usd(self) -> float:
        """The bill."""
        return self.ticks / TICKS_PER_USD

    @property
    def cached_share(self) -> float | None:
        """The part of the input that was cached; None where there was none."""
        return self.cached / self.input if self.input else None


NOTHING: Final = Usage()


def believed(value: object, most: int) -> int:
    """Return a number that can be a count, or 0."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0
    return int(value) if 0 <= value <= most else 0

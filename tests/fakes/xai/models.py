"""The models, what each costs and what it takes; a row each. To add one, add a row.

Prices are in ticks a token, of which 10,000,000,000 are a US dollar, so that a bill is exact.
Where xAI's pages and what was seen on the wire leave something open, the row says "assumed".
"""

from dataclasses import dataclass
from typing import Final

TICKS_PER_DOLLAR: Final = 10_000_000_000

#: Tokens of a prompt beyond which everything costs twice as much.
LONG_PROMPT: Final = 200_000

#: Answers of this service tier cost twice as much.
PRIORITY: Final = "priority"

#: Ticks for one call of a tool that runs at xAI.
TOOL_TICKS: Final = {
    "web_search": 50_000_000,
    "x_search": 50_000_000,
    "code_interpreter": 50_000_000,
    "file_search": 25_000_000,
    "mcp": 0,
    "image_generation": 0,  # assumed: billed as an image, not as a call
}

LOW_TO_HIGH: Final = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Model:
    """A language model."""

    name: str
    context: int  # tokens
    input: int
    cached: int
    output: int
    #: What reasoning.effort may be; where it may be nothing, the field itself is refused.
    efforts: tuple[str, ...] = ()
    #: The effort of a request that names none.
    effort: str = "none"
    #: Tokens of xAI's own prompt, which come first and are paid for.
    hidden: int = 634  # seen with grok-4.6, assumed for the others

    def takes(self, effort: str) -> bool:
        """Tell whether a request may ask for an effort; "minimal" is another name for "low"."""
        return effort in self.efforts or (effort == "minimal" and "low" in self.efforts)


MODELS: Final = {
    model.name: model
    for model in (
        Model("grok-4.7", 500_000, 20_000, 5_000, 60_000, (*LOW_TO_HIGH, "xhigh"), "high"),
        Model("grok-4.6", 500_000, 20_000, 5_000, 60_000, (*LOW_TO_HIGH, "xhigh"), "high"),
        Model("grok-4.5", 500_000, 20_000, 3_000, 60_000, LOW_TO_HIGH, "high"),
        Model(
            "grok-4.3", 1_000_000, 12_500, 2_000, 25_000,
            ("none", *LOW_TO_HIGH), "medium", hidden=190,
        ),
        Model("grok-4.20-0309-reasoning", 1_000_000, 12_500, 2_000, 25_000, (), "high"),
        Model("grok-4.20-0309-non-reasoning", 1_000_000, 12_500, 2_000, 25_000, hidden=182),
        Model(
            "grok-4.20-multi-agent", 1_000_000, 12_500, 2_000, 25_000,
            (*LOW_TO_HIGH, "xhigh"), "low",
        ),
        Model("grok-build-0.1", 256_000, 10_000, 2_000, 20_000, (), "medium"),
    )
}  # fmt: skip

#: Other names that are answered by a model.
ALIASES: Final = {
    "grok-4": "grok-4.3",
    "grok-build-latest": "grok-4.5",
    "grok-code-fast-1": "grok-build-0.1",
}

#: What names of models that are gone begin with. Some of them lead elsewhere at xAI for a while;
#: here none does, which is harder for a client.
RETIRED: Final = ("grok-2", "grok-3", "grok-4-0709", "grok-4-1-fast", "grok-4-fast", "grok-beta")

#: Ticks for a picture.
IMAGE_MODELS: Final = {
    "grok-imagine-image": 200_000_000,
    "grok-imagine-image-2.0": 600_000_000,
    "grok-imagine-image-quality": 600_000_000,  # assumed
}


def find(name: str) -> Model | None:
    """Return the model that answers to a name."""
    return MODELS.get(ALIASES.get(name, name))


def is_retired(name: str) -> bool:
    """Tell whether a name is that of a model that is gone."""
    return name.startswith(RETIRED) and find(name) is None

"""What each model takes, by the beginning of its name. To add one, add a row.

A model that no row names is sent the effort that the user chose, and by itself none: xAI refuses
the field where it means nothing, and then it is asked without.
"""

from dataclasses import dataclass
from typing import Final

#: The quickest model that answers without thinking first.
DEFAULT_MODEL: Final = "grok-4.3"

#: Models that draw.
DEFAULT_IMAGE_MODEL: Final = "grok-imagine-image-2.0"
IMAGE_MODELS: Final = (DEFAULT_IMAGE_MODEL, "grok-imagine-image")

EFFORTS: Final = ("none", "low", "medium", "high", "xhigh")
_LOW_TO_HIGH: Final = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Model:
    """A family of models."""

    prefix: str
    #: what ``reasoning.effort`` may be; with none of them the field itself is refused
    efforts: tuple[str, ...] = ()

    @property
    def voice(self) -> str | None:
        """The effort with which somebody who waits for a word waits least."""
        return self.efforts[0] if self.efforts else None

    def is_of(self, name: str) -> bool:
        """Tell whether a model is of this family; 4.3 is not of the family of 4.30."""
        rest = name.removeprefix(self.prefix)
        return name.startswith(self.prefix) and not rest[:1].isdecimal()


MODELS: Final = (
    Model("grok-4.20-multi-agent", (*_LOW_TO_HIGH, "xhigh")),
    Model("grok-4.20"),
    Model("grok-4.7", (*_LOW_TO_HIGH, "xhigh")),
    Model("grok-4.6", _LOW_TO_HIGH),
    Model("grok-4.5", _LOW_TO_HIGH),
    Model("grok-4.3", ("none", *_LOW_TO_HIGH)),
    Model("grok-build"),
)
UNKNOWN: Final = Model("")


def find(name: str) -> Model:
    """Return the family of a model."""
    return next((each for each in MODELS if each.is_of(name)), UNKNOWN)


def is_known(name: str) -> bool:
    """Tell whether a row says what a model takes."""
    return find(name) is not UNKNOWN


def effort(name: str, wanted: str | None) -> str | None:
    """Return the effort to ask a model for: the wanted one, its own for voice, or none at all."""
    model = find(name)
    return wanted if model is UNKNOWN or wanted in model.efforts else model.voice

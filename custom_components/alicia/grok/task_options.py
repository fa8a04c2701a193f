"""What the user chose for a task, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.const import CONF_MODEL

from .models import DEFAULT_IMAGE_MODEL, DEFAULT_MODEL
from .options import CONF_EFFORT, CONF_MAX_TOKENS, SERVER_TOOLS, manner_of
from .request import Manner

CONF_IMAGE_MODEL: Final = "image_model"

#: What the first task of an account is created with. Nobody waits for its first word.
TASK_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_MODEL: DEFAULT_MODEL,
    CONF_IMAGE_MODEL: DEFAULT_IMAGE_MODEL,
    CONF_EFFORT: "low",
    CONF_MAX_TOKENS: 8192,
    **dict.fromkeys(SERVER_TOOLS, False),
}


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """A task."""

    manner: Manner
    #: that draws; empty if nothing is to be drawn
    image_model: str

    @classmethod
    def from_subentry(cls, data: Mapping[str, Any]) -> Self:
        """Return a subentry's options, with the default for each that is not set."""
        chosen = {**TASK_DEFAULTS, **data}
        return cls(
            manner=manner_of(chosen),
            image_model=chosen[CONF_IMAGE_MODEL].strip(),
        )

"""The bus entry's options, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.components.assist_pipeline import OPTION_PREFERRED

CONF_PIPELINE: Final = "pipeline"
CONF_TIMEOUT: Final = "timeout"
CONF_QUEUE_LENGTH: Final = "queue_length"
CONF_INCLUDE_TEXT: Final = "include_text"


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chose for the bus."""

    #: None is the pipeline that the user prefers.
    pipeline_id: str | None = None
    #: s that one voice command may take
    timeout: float = 30.0
    #: voice commands that may wait for their turn
    queue_length: int = 8
    #: whether events tell what was said
    include_text: bool = False

    @classmethod
    def from_entry(cls, options: Mapping[str, Any]) -> Self:
        """Return a config entry's options, with the default for each that is not set."""
        default = cls()
        pipeline = options.get(CONF_PIPELINE, OPTION_PREFERRED)
        return cls(
            pipeline_id=None if pipeline == OPTION_PREFERRED else pipeline,
            timeout=options.get(CONF_TIMEOUT, default.timeout),
            queue_length=int(options.get(CONF_QUEUE_LENGTH, default.queue_length)),
            include_text=options.get(CONF_INCLUDE_TEXT, default.include_text),
        )

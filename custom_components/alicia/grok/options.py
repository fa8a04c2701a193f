"""What the user chose for an agent, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.const import CONF_LLM_HASS_API, CONF_MODEL, CONF_PROMPT
from homeassistant.helpers import llm

from .models import DEFAULT_MODEL
from .request import Manner

CONF_EFFORT: Final = "effort"
CONF_ACKNOWLEDGE: Final = "acknowledge"
CONF_MAX_TOKENS: Final = "max_tokens"
CONF_WEB_SEARCH: Final = "web_search"
CONF_X_SEARCH: Final = "x_search"
CONF_CODE: Final = "code_interpreter"
CONF_CAMERAS: Final = "look_at_cameras"

#: The effort that the model's row says is right for voice.
EFFORT_FOR_VOICE: Final = "voice"
SERVER_TOOLS: Final = (CONF_WEB_SEARCH, CONF_X_SEARCH, CONF_CODE)

#: What the first agent of an account is created with.
DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_MODEL: DEFAULT_MODEL,
    CONF_LLM_HASS_API: [llm.LLM_API_ASSIST],
    CONF_PROMPT: "",
    CONF_EFFORT: EFFORT_FOR_VOICE,
    CONF_ACKNOWLEDGE: True,
    CONF_MAX_TOKENS: Manner(DEFAULT_MODEL).max_tokens,
    **dict.fromkeys(SERVER_TOOLS, False),
    CONF_CAMERAS: False,
}


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """An agent."""

    manner: Manner
    apis: tuple[str, ...]
    #: the user's own, beyond the rules that every answer follows; a template
    instructions: str
    #: whether the house says by itself that a plain action was done
    acknowledges: bool
    #: whether it may look at what exposed cameras see
    sees_cameras: bool

    @classmethod
    def from_subentry(cls, data: Mapping[str, Any]) -> Self:
        """Return a subentry's options, with the default for each that is not set."""
        chosen = {**DEFAULTS, **data}
        return cls(
            manner=manner_of(chosen),
            apis=tuple(chosen[CONF_LLM_HASS_API]),
            instructions=chosen[CONF_PROMPT],
            acknowledges=chosen[CONF_ACKNOWLEDGE],
            sees_cameras=chosen[CONF_CAMERAS],
        )


def manner_of(chosen: Mapping[str, Any]) -> Manner:
    """Return how a model is asked, from the options that agents and tasks share."""
    effort = chosen[CONF_EFFORT]
    return Manner(
        model=chosen[CONF_MODEL],
        effort=None if effort == EFFORT_FOR_VOICE else effort,
        max_tokens=int(chosen[CONF_MAX_TOKENS]),
        server_tools=tuple(name for name in SERVER_TOOLS if chosen[name]),
    )

"""The bus entry's options, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.components.assist_pipeline import OPTION_PREFERRED

CONF_PIPELINE: Final = "pipeline"
CONF_TIMEOUT: Final = "timeout"
CONF_QUEUE_LENGTH: Final = "queue_length"
CONF_INCLUDE_TEXT: Final = "include_text"
CONF_BRIDGE: Final = "bridge"
CONF_ACTIONS: Final = "actions"
CONF_UNGUARDED: Final = "unguarded"
CONF_MIRROR: Final = "mirror"
CONF_MIRROR_ATTRIBUTES: Final = "mirror_attributes"
CONF_EVENTS: Final = "events"
CONF_SPEECH_POLICY: Final = "speech_policy"


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
    #: actions that the bus may use beyond those of everyday: ``domain.action``, ``domain.*``
    bridge_actions: frozenset[str] = frozenset()
    #: classes of entities that open or guard the house, and may be used all the same
    bridge_unguarded: frozenset[str] = frozenset()
    #: events of Home Assistant that go to the bus
    bridge_events: tuple[str, ...] = ()
    #: whether the states of exposed entities are retained on the bus, and with attributes
    mirror_states: bool = False
    mirror_attributes: bool = False
    #: how the next speech server is chosen: a name of ``bus.balancer.POLICIES``
    speech_policy: str = "fastest"

    @classmethod
    def from_entry(cls, options: Mapping[str, Any]) -> Self:
        """Return a config entry's options, with the default for each that is not set."""
        default = cls()
        bridge = options.get(CONF_BRIDGE, {})
        pipeline = options.get(CONF_PIPELINE, OPTION_PREFERRED)
        return cls(
            pipeline_id=None if pipeline == OPTION_PREFERRED else pipeline,
            timeout=options.get(CONF_TIMEOUT, default.timeout),
            queue_length=int(options.get(CONF_QUEUE_LENGTH, default.queue_length)),
            include_text=options.get(CONF_INCLUDE_TEXT, default.include_text),
            bridge_actions=frozenset(bridge.get(CONF_ACTIONS, ())),
            bridge_unguarded=frozenset(bridge.get(CONF_UNGUARDED, ())),
            bridge_events=tuple(bridge.get(CONF_EVENTS, ())),
            mirror_states=bridge.get(CONF_MIRROR, default.mirror_states),
            mirror_attributes=bridge.get(CONF_MIRROR_ATTRIBUTES, default.mirror_attributes),
            speech_policy=options.get(CONF_SPEECH_POLICY, default.speech_policy),
        )

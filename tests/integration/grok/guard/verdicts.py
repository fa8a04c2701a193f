"""What becomes of a call, and tools of which nothing is known."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    llm,
)

from custom_components.alicia.grok.guard.deeds import Deed, Touch
from custom_components.alicia.grok.guard.judgement import (
    Policy,
    Verdict,
    async_judge,
    async_judge_intent,
)

FRONT = Touch("lock.test_front_door", Deed.UNLOCK)
BACK = Touch("lock.test_haustur", Deed.UNLOCK)
GARAGE = Touch("cover.test_garage_door", Deed.OPEN)


def touched(*touches: Touch) -> Verdict:
    return Verdict(frozenset(touches))


def intent_verdict(
    hass: HomeAssistant, name: str, policy: Policy | None = None, /, **slots: Any
) -> Verdict:
    return async_judge_intent(hass, policy or Policy(), name, slots, is_tainted=False)


class Strange(llm.Tool):
    """A tool of somebody else, which says nothing of itself."""

    name = "somebody__does_something"
    integration = "somebody"


class Telling(Strange):
    name = "somebody__unlock_vehicle"


class Reader(Strange):
    """A tool that changes nothing."""

    annotations = llm.ToolAnnotations(read_only=True)


class Harmless(Strange):
    """A tool that says that it only adds something here."""

    annotations = llm.ToolAnnotations(destructive=False, open_world=False)


def tool_verdict(
    hass: HomeAssistant,
    tool: llm.Tool,
    policy: Policy | None = None,
    /,
    *,
    is_tainted: bool = False,
    **arguments: Any,
) -> Verdict:
    return async_judge(hass, policy or Policy(), tool, arguments, is_tainted=is_tainted)

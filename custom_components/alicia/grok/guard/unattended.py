"""The guard over a task: nobody is there who could confirm anything."""

from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm

from .gate import Caller
from .guard import Guard
from .judgement import async_judge
from .taint import Source, source_of

#: What a model is told in place of a result.
NOBODY_THERE: Final = llm.ToolResult(
    {"error": "Not done: somebody has to confirm it, and nobody is there."}, error=True
)

#: A tool that says nothing of where it reaches would close itself with its first result.
_STRANGERS: Final = frozenset(Source) - {Source.TOOL}


class Unattended:
    """Makes the calls of one task, but none that asks first; see gate.Warden."""

    def __init__(self, hass: HomeAssistant, guard: Guard, *, is_tainted: bool) -> None:
        self._hass = hass
        #: What the user lets be used unasked is for whoever is there.
        self._policy = replace(guard.settings.policy, unasked=frozenset())
        self._is_tainted = is_tainted

    async def __call__(
        self, tool: llm.Tool | None, tool_input: llm.ToolInput, call: Caller
    ) -> llm.ToolResult:
        """Make a call, or return why not."""
        if tool is not None:
            verdict = async_judge(
                self._hass, self._policy, tool, tool_input.tool_args, is_tainted=self._is_tainted
            )
            if verdict.touches or verdict.refusal:
                return NOBODY_THERE
        result = await call(tool_input)
        if tool is not None and source_of(tool.integration, result.data) in _STRANGERS:
            self._is_tainted = True
        return result

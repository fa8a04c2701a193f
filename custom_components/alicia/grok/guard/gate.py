"""The one gate that every call of a tool goes through, whoever offers the tool."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import override

from homeassistant.helpers import llm

type Caller = Callable[[llm.ToolInput], Awaitable[llm.ToolResult]]
#: Makes a call, or does not; gets the tool if there is one, the call, and what makes it.
type Warden = Callable[[llm.Tool | None, llm.ToolInput, Caller], Awaitable[llm.ToolResult]]


@dataclass
class GatedApi(llm.APIInstance):
    """An LLM API whose tools are called only as the warden lets them be."""

    warden: Warden = field(kw_only=True)

    @override
    async def async_call_tool(self, tool_input: llm.ToolInput) -> llm.ToolResult:
        """Call a tool, or return why not."""
        return await self.warden(
            self.find(tool_input.tool_name), tool_input, super().async_call_tool
        )

    def find(self, name: str) -> llm.Tool | None:
        """Return a tool by its name."""
        return next((each for each in self.tools if each.name == name), None)


def gated(instance: llm.APIInstance, warden: Warden) -> GatedApi:
    """Return an LLM API behind the gate."""
    return GatedApi(
        instance.api,
        instance.api_prompt,
        instance.llm_context,
        instance.tools,
        instance.custom_serializer,
        warden=warden,
    )

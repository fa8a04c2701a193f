"""What all tools share."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import probatio as vol

from ..bus.errors import BusError, CommandError, ErrorCode
from ..const import DOMAIN
from .access import Asker, async_asker
from .data import MAX_TEXT, data, plain

#: Looks at what Home Assistant knows.
READS: Final = llm.ToolAnnotations(
    read_only=True, destructive=False, idempotent=True, open_world=False
)
#: Asks somebody on the bus, and changes nothing.
ASKS: Final = llm.ToolAnnotations(
    read_only=True, destructive=False, idempotent=True, open_world=True
)
#: Has somebody on the bus do something, again at each call.
ACTS: Final = llm.ToolAnnotations(
    read_only=False, destructive=True, idempotent=False, open_world=True
)

ID: Final = vol.All(str, vol.Length(min=1, max=64))
WORD: Final = vol.All(str, vol.Length(min=1, max=128))


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool, its arguments checked."""

    hass: HomeAssistant
    asker: Asker
    arguments: Mapping[str, Any]


class BusTool(llm.Tool):
    """A tool for the buses that are loaded; what it tells is data, and bounded."""

    integration = DOMAIN
    #: Whether only an administrator of Home Assistant may call it.
    for_admins: ClassVar[bool] = False
    #: Characters of a text in its answers.
    max_text: ClassVar[int] = MAX_TEXT

    def __init__(self, *, exposed_only: bool = True) -> None:
        #: Whether also an administrator is told of nothing that isn't exposed.
        self._exposed_only = exposed_only

    @abstractmethod
    async def async_do(self, call: Call) -> Mapping[str, object]:
        """Return what comes of a call; raises BusError."""

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        """Call the tool; the model is told why where it can't be."""
        arguments = self.parameters(tool_input.tool_args)
        asker = await async_asker(hass, llm_context, exposed_only=self._exposed_only)
        try:
            if self.for_admins and not asker.is_admin:
                raise CommandError(
                    ErrorCode.NOT_ALLOWED, "only an administrator of Home Assistant may do this"
                )
            told = await self.async_do(Call(hass, asker, arguments))
        except BusError as err:
            error = {"error": err.code.value, "error_text": plain(err.message)}
            return llm.ToolResult({**error}, error=True)
        return llm.ToolResult({key: data(each, self.max_text) for key, each in told.items()})

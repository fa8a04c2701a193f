"""Tools for every agent that controls the house through Assist."""

from collections.abc import Sequence
from typing import Final

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, NamespacedTool

from .const import DOMAIN
from .entries import async_loaded_buses
from .tools.access import Asker
from .tools.base import BusTool
from .tools.devices import async_exposes_any
from .tools.find_devices import FindDevices
from .tools.get_device import GetDevice
from .tools.send_command import SendCommand
from .tools.services import Health

_ALWAYS: Final[Sequence[BusTool]] = (Health(),)
#: What costs each request its tokens only where there is something to use it for.
_WITH_DEVICES: Final[Sequence[BusTool]] = (FindDevices(), GetDevice(), SendCommand())


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools while a bus is loaded."""
    if api_id != LLM_API_ASSIST or not async_loaded_buses(hass):
        return None
    anybody = Asker(hass, llm_context.assistant)
    tools = (*_WITH_DEVICES, *_ALWAYS) if async_exposes_any(anybody) else _ALWAYS
    return LLMTools(tools=[NamespacedTool(DOMAIN, tool) for tool in tools])

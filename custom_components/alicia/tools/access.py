"""Who asks for something, and what he may see of the bus."""

from dataclasses import dataclass

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import llm

from ..voice.origin import is_from_bus


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever has a model call a tool."""

    hass: HomeAssistant
    assistant: str
    #: Of Home Assistant, and logged in; a voice in the room is nobody's.
    is_admin: bool = False
    #: Whether it is all the same to him what is exposed.
    sees_all: bool = False

    @callback
    def sees(self, entity_id: str) -> bool:
        """Tell whether he may know of an entity."""
        return self.sees_all or async_should_expose(self.hass, self.assistant, entity_id)


async def async_asker(
    hass: HomeAssistant, llm_context: llm.LLMContext, *, exposed_only: bool
) -> Asker:
    """Return who is behind a context."""
    context = llm_context.context
    user_id = None if context is None or is_from_bus(context) else context.user_id
    user = await hass.auth.async_get_user(user_id) if user_id else None
    is_admin = user is not None and user.is_active and user.is_admin
    return Asker(hass, llm_context.assistant, is_admin, is_admin and not exposed_only)

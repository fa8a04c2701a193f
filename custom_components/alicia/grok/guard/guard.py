"""What stands between a model and the front door; no model has a say in it."""

from dataclasses import dataclass, field

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant

from ...voice.origin import is_from_bus
from .confirmation import Asker, Clock, Conversations, Pin
from .judgement import Policy


@dataclass(frozen=True, slots=True)
class Settings:
    """How an account is guarded."""

    policy: Policy = field(default_factory=Policy)
    #: 4 to 8 digits; empty for none
    pin: str = ""


class Guard:
    """Guards the house from what the agents of an account may be talked into."""

    def __init__(self, hass: HomeAssistant, settings: Settings, clock: Clock) -> None:
        self.hass = hass
        self.settings = settings
        self.clock = clock
        self.conversations = Conversations(clock)
        self.pin = Pin(settings.pin, clock) if settings.pin else None

    async def async_asker(self, user_input: conversation.ConversationInput) -> Asker:
        """Return who speaks."""
        user_id = user_input.context.user_id
        user = await self.hass.auth.async_get_user(user_id) if user_id else None
        # Add-ons are users, too, and hand on what anybody tells them.
        is_person = user is not None and user.is_active and not user.system_generated
        # Whoever writes to the bus may name any satellite.
        is_there = not is_from_bus(user_input.context)
        return Asker(
            user_input.device_id,
            user_input.satellite_id if is_there else None,
            user_id if is_person and is_there else None,
        )

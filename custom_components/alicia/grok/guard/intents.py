"""What an intent moves, which way, and what it reaches where nothing is named."""

from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent

from .deeds import INTENTS, SERVICES, Move

#: Integrations of Home Assistant whose tools and intents move only things of their own kind.
HARMLESS: Final = frozenset(
    {
        "assist_satellite", "calendar", "climate", "fan", "humidifier", "lawn_mower", "light",
        "llm", "media_player", "shopping_list", "todo", "vacuum", "weather",
    }
)  # fmt: skip
#: Home Assistant's own intents are called so.
_OWN: Final = "Hass"
#: Those of them that only look.
_LOOKS: Final = "Get"
#: They turn nothing on or off that is none of a thing's own actions.
_BEYOND: Final = frozenset({"alarm_control_panel"})
#: Their area is one to be cleaned, wherever what cleans it lies.
_ELSEWHERE: Final = frozenset({"HassVacuumCleanArea"})


@dataclass(frozen=True, slots=True)
class Way:
    """What an intent does; of one of which nothing is known, anything."""

    move: Move = Move.UNKNOWN
    #: the domains that it reaches, and no others; None where nobody can tell
    domains: frozenset[str] | None = None
    beyond: frozenset[str] = frozenset()
    #: whether an area tells what it is for
    has_areas: bool = True

    def reaches(self, entity_id: str) -> bool:
        """Tell whether an entity is of a kind that it reaches."""
        domain = entity_id.partition(".")[0]
        return domain not in self.beyond and (self.domains is None or domain in self.domains)


@callback
def async_way(hass: HomeAssistant, intent_type: str) -> Way:
    """Return what an intent does."""
    handler = next(
        (each for each in intent.async_get(hass) if each.intent_type == intent_type), None
    )
    if not intent_type.startswith(_OWN) or not _is_own(handler):
        return Way()
    if _LOOKS in intent_type and not isinstance(handler, intent.DynamicServiceIntentHandler):
        return Way(Move.NONE, frozenset())
    return Way(
        INTENTS[intent_type] if intent_type in INTENTS else _move(handler),
        _domains(handler),
        _BEYOND if intent_type in INTENTS else frozenset(),
        intent_type not in _ELSEWHERE,
    )


def _is_own(handler: intent.IntentHandler | None) -> bool:
    """Tell whether Home Assistant handles an intent by itself."""
    return type(handler).__module__.startswith("homeassistant.")


def _move(handler: intent.IntentHandler | None) -> Move:
    """Return what a handler does by the action that it runs; anybody may take one for his own."""
    if not isinstance(handler, intent.ServiceIntentHandler) or handler.domain in HARMLESS:
        return Move.NONE
    return SERVICES.get(f"{handler.domain}.{handler.service}", Move.UNKNOWN)


def _domains(handler: intent.IntentHandler | None) -> frozenset[str] | None:
    required = getattr(handler, "required_domains", None)
    return frozenset(required or (handler.platforms if handler else None) or ()) or None

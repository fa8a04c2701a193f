"""Where words came from that strangers may have written."""

from collections.abc import Mapping
from enum import StrEnum
import re
from typing import Final


class Source(StrEnum):
    """What brought words of others into a conversation."""

    WEB = "web"
    CALENDAR = "calendar"
    TODO = "todo"
    MEDIA = "media"
    WEATHER = "weather"
    CAMERA = "camera"
    STATE = "state"
    SCRIPT = "script"
    #: a tool that says nothing of where it reaches
    TOOL = "tool"
    #: another agent
    AGENT = "agent"
    #: what came with the user's words and was not said by the user
    PROMPT = "prompt"
    #: a conversation that began before anybody took note
    PAST = "past"


#: By the integration whose tool it is. What is missing here is not known to be harmless.
_SOURCES: Final[Mapping[str, Source | None]] = {
    "assist_satellite": None,
    "calendar": Source.CALENDAR,
    "camera": Source.CAMERA,
    "climate": None,
    "fan": None,
    "humidifier": None,
    "intent": None,
    "intent_script": Source.SCRIPT,
    "lawn_mower": None,
    "light": None,
    "llm": None,
    "media_player": Source.MEDIA,
    "script": Source.SCRIPT,
    "shopping_list": Source.TODO,
    "todo": Source.TODO,
    "vacuum": None,
    "weather": Source.WEATHER,
}
_STATES: Final = "homeassistant"
#: What a script tells that returns nothing.
_NOTHING: Final = frozenset({"result:", "result: None"})

#: What plays is called what its maker called it.
_MEDIA: Final = re.compile(r"\bmedia_(?:title|artist|album_name)\b")
#: A state of several words; those of Home Assistant itself have one, or two.
_PROSE: Final = re.compile(r"^\s*state: \S+(?: +\S+){2}", re.MULTILINE)


def source_of(integration: str | None, told: str) -> Source | None:
    """Return what the result of a tool brought; what it told decides where it is states."""
    if integration == _STATES:
        if _MEDIA.search(told):
            return Source.MEDIA
        return Source.STATE if _PROSE.search(told) else None
    source = _SOURCES.get(integration or "", Source.TOOL)
    return None if source is Source.SCRIPT and told.strip() in _NOTHING else source


def texts_of(value: object) -> str:
    """Return all that the result of a tool says, a text a line and those of several as they are."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {texts_of(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(map(texts_of, value))
    return str(value)

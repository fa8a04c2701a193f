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
#: Their results tell what others wrote, unless all they tell is what was done to what.
_ALSO_ACT: Final = frozenset({Source.MEDIA, Source.TODO})
#: What a script tells that returns nothing.
_NOTHING: Final = frozenset({"result:", "result: None"})

#: What tells of a deed; the names in it are those of the house.
_OF_A_DEED: Final = frozenset({"data", "language", "response_type"})

#: What plays is called what its maker called it.
_MEDIA: Final = re.compile(r"\bmedia_(?:title|artist|album_name)\b")
#: A state that says more than those of Home Assistant itself, which are a plain word, or two: that
#: has more words, however they are kept apart, is longer than a time, is in a script that needs no
#: blanks, goes on in the next line, or has something unprintable, which YAML writes in its own way.
_PROSE: Final = re.compile(
    r"^( *)state: (?:\S+(?:[^\S\n]+\S+){2}|[^\n]{41}"
    r"|[^\n]*[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{6}"
    r"|\"|[^\n]*\n(?:[^\S\n]*\n|\1 ))",
    re.MULTILINE,
)


def source_of(integration: str | None, result: Mapping[str, object]) -> Source | None:
    """Return what the result of a tool brought; what it told decides where it is states."""
    told = texts_of(result)
    if integration == _STATES:
        if _MEDIA.search(told):
            return Source.MEDIA
        return Source.STATE if _PROSE.search(told) else None
    source = _SOURCES.get(integration or "", Source.TOOL)
    if source is Source.SCRIPT and told.strip() in _NOTHING:
        return None
    return None if source in _ALSO_ACT and _is_deed(result) else source


def _is_deed(result: Mapping[str, object]) -> bool:
    """Tell whether a result is what an intent has done, and nothing besides."""
    besides = {name for name, value in result.items() if value} - _OF_A_DEED
    return result.get("response_type") == "action_done" and not besides


def texts_of(value: object) -> str:
    """Return all that the result of a tool says, a text a line and those of several as they are."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {texts_of(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(map(texts_of, value))
    return str(value)

"""What was plainly done is told by the house itself, without asking Grok for words about it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeassistant.components.conversation import AssistantContent, Content, ToolResultContent
from homeassistant.util.json import JsonObjectType

#: Told to the model, so that it says what it still has to say before it calls a tool.
RULE: Final = (
    "If nothing is left to say or to do after a tool but that it is done, call it without a word: "
    "the house says so. Else write a few words before you call it.\n"
)
#: Languages that the sentences are written in; in others Grok speaks itself.
LANGUAGES: Final = frozenset({"de", "en"})

#: Things of which all are named.
_MAX_NAMED: Final = 3
#: Tools of Home Assistant that leave nothing to tell but that they did it.
_PLAIN: Final = frozenset(
    "HassClimateSetTemperature HassFanSetSpeed HassLightSet HassListAddItem HassListCompleteItem "
    "HassListRemoveItem HassMediaNext HassMediaPause HassMediaPlayerMute HassMediaPlayerUnmute "
    "HassMediaPrevious HassMediaUnpause HassSetPosition HassSetVolume HassSetVolumeRelative "
    "HassStopMoving HassTurnOff HassTurnOn HassVacuumReturnToBase HassVacuumStart".split()
)
#: What is said of things of a kind; of all others that it is done.
_SENTENCES: Final[Mapping[tuple[str, str], str]] = {
    **{
        (tool, domain): sentence
        for tool, sentence in (("HassTurnOn", "grok_did_on"), ("HassTurnOff", "grok_did_off"))
        for domain in ("fan", "humidifier", "input_boolean", "light", "media_player", "switch")
    },
    ("HassTurnOn", "cover"): "grok_did_open",
    ("HassTurnOff", "cover"): "grok_did_close",
}
#: Whether a lock or a valve moved is worth a model's own words.
_NOT_PLAIN: Final = frozenset({"alarm_control_panel", "lock", "siren", "valve"})

DONE: Final = "grok_tools_done"

type Sentence = tuple[str, Mapping[str, str]]


def acknowledgement(content: Sequence[Content]) -> list[Sentence] | None:
    """Return the sentences that what was just done comes to: keys, and what to put into each.

    None where there is more to say: a word was written, a tool tells something or did not do it.
    """
    called = {
        call.id: call.tool_name.rpartition("__")[2]
        for each in content
        if isinstance(each, AssistantContent)
        for call in each.tool_calls or ()
    }
    results = [each for each in content if isinstance(each, ToolResultContent)]
    has_words = any(isinstance(each, AssistantContent) and each.content for each in content)
    if has_words or not called or {each.tool_call_id for each in results} != set(called):
        return None
    sentences = [_sentence(called[each.tool_call_id], each) for each in results]
    if not all(sentences):
        return None
    return list({repr(each): each for each in sentences if each}.values())


def _sentence(tool: str, content: ToolResultContent) -> Sentence | None:
    data = content.result.data
    if tool not in _PLAIN or content.result.error or data.get("response_type") != "action_done":
        return None
    things = list(_things(data, "success"))
    domains = {entity_id.partition(".")[0] for entity_id, _ in things}
    if any(_things(data, "failed")) or domains & _NOT_PLAIN:
        return None
    key = _SENTENCES.get((tool, domains.pop())) if len(domains) == 1 else None
    if key is None or len(things) > _MAX_NAMED:
        return DONE, {}
    return key, {"names": ", ".join(name for _, name in things)}


def _things(result: JsonObjectType, outcome: str) -> Iterator[tuple[str, str]]:
    """Yield the ids and names of the entities with an outcome."""
    data = result.get("data")
    listed = data.get(outcome) if isinstance(data, dict) else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("type") == "entity":
            yield str(each.get("id", "")), str(each.get("name", ""))

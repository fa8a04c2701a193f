"""What a call would touch, and whether that asks first: looked at before anything is done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, intent, llm

from ...const import DOMAIN
from .deeds import INTENTS, Deed, Move, Touch, deed_of, guards
from .scripts import RUNNERS, SCRIPT, async_reach, async_reach_of_intent
from .targets import async_expand, async_is_exposed, async_match, async_named, async_thing, leaves

#: Sentences for what is not done at all.
REFUSED_LATER: Final = "grok_refused_later"
REFUSED_HIDDEN: Final = "grok_refused_hidden"

#: A sentence that Home Assistant is to be told when a timer ends.
_LATER: Final = "conversation_command"
#: Integrations of Home Assistant whose tools move only things of their own kind.
_HARMLESS: Final = frozenset(
    {
        "assist_satellite", "calendar", "climate", "fan", "homeassistant", "humidifier",
        "lawn_mower", "light", "llm", "media_player", "shopping_list", "todo", "vacuum", "weather",
    }
)  # fmt: skip
#: A tool of Alicia's that moves only what it is told to, and nothing that guards the house.
_CHECKED: Final = (DOMAIN, "send_command")
#: Home Assistant's own intents are called so.
_OWN: Final = "Hass"
#: What gives a tool away of which nothing else is known.
_TELLTALE: Final = re.compile(r"unlock|disarm", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user wishes beyond what always asks."""

    #: entities that ask first, whatever is done to them
    marked: frozenset[str] = frozenset()
    #: tools that ask first, by name, with their integration's or without
    tools: frozenset[str] = frozenset()
    #: entities that are used unasked as long as no stranger's words are about
    unasked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a call."""

    #: what asks first; with none of them the call is made
    touches: frozenset[Touch] = frozenset()
    #: why it is not made at all, as the key of a sentence
    refusal: str | None = None


@callback
def async_judge(
    hass: HomeAssistant,
    policy: Policy,
    tool: llm.Tool,
    arguments: Mapping[str, Any],
    *,
    is_tainted: bool,
) -> Verdict:
    """Return what is to become of a call of a tool."""
    if tool.annotations.read_only:
        return Verdict()
    judge = _Judge(hass, policy, arguments, is_tainted=is_tainted)
    return judge.verdict(judge.tool(unwrapped(tool)))


def unwrapped(tool: llm.Tool) -> llm.Tool:
    """Return a tool without the namespaces that it has where there are several APIs."""
    while isinstance(tool, llm.NamespacedTool):
        tool = tool.tool
    return tool


@callback
def async_judge_intent(
    hass: HomeAssistant,
    policy: Policy,
    intent_type: str,
    slots: Mapping[str, Any],
    *,
    is_tainted: bool,
) -> Verdict:
    """Return what is to become of an intent."""
    judge = _Judge(hass, policy, slots, is_tainted=is_tainted)
    return judge.verdict(judge.intent(intent_type))


class _Judge:
    """Looks at one call."""

    def __init__(
        self,
        hass: HomeAssistant,
        policy: Policy,
        arguments: Mapping[str, Any],
        *,
        is_tainted: bool,
    ) -> None:
        self._hass = hass
        self._policy = policy
        self._arguments = arguments
        self._is_tainted = is_tainted
        self._unasked = frozenset() if is_tainted else policy.unasked
        self._named = async_named(hass, arguments)

    def verdict(self, touches: Iterable[Touch]) -> Verdict:
        """Return what comes of touches."""
        if str(self._arguments.get(_LATER) or "").strip():
            return Verdict(refusal=REFUSED_LATER)
        if not all(async_is_exposed(self._hass, each) for each in self._named.entities):
            return Verdict(refusal=REFUSED_HIDDEN)
        return Verdict(frozenset(each for each in touches if each.thing not in self._unasked))

    def tool(self, tool: llm.Tool) -> Iterator[Touch]:
        """Yield what a tool does."""
        if self._is_marked(tool.name):
            yield Touch(tool.name, Deed.CALL)
        if isinstance(tool, llm.IntentTool):
            yield from self.intent(tool.intent_type)
        elif tool.integration == SCRIPT and isinstance(tool, llm.ActionTool):
            yield from self._run(tool.name.replace("__", ".", 1))
            yield from self._things(self._named.all, Move.UNKNOWN)
        elif tool.integration in _HARMLESS:
            yield from self._things(self._named.all, Move.NONE)
        else:
            yield from self._unknown(tool)

    def intent(self, intent_type: str) -> Iterator[Touch]:
        """Yield what an intent does."""
        targets = async_match(self._hass, self._arguments)
        if (reached := async_reach_of_intent(self._hass, intent_type)) is not None:
            yield from reached
            if self._is_tainted or self._is_marked(intent_type):
                yield Touch(intent_type, Deed.RUN)
            yield from self._things(targets | self._named.all, Move.UNKNOWN)
        elif (move := INTENTS.get(intent_type)) is not None:
            yield from self._things(targets | self._named.all, move)
        elif self._is_own(intent_type):
            yield from self._things(targets | self._named.all, Move.NONE)
        else:
            yield from self._things(targets | self._named.all, Move.UNKNOWN)

    def _unknown(self, tool: llm.Tool) -> Iterator[Touch]:
        """Yield what a tool may do of which Home Assistant knows no more than that it is there."""
        hints = tool.annotations
        texts = (tool.name, *leaves(self._arguments))
        may_do_more = (tool.integration, tool.name) != _CHECKED and (
            hints.destructive or hints.open_world
        )
        if (self._is_tainted and may_do_more) or any(_TELLTALE.search(text) for text in texts):
            yield Touch(tool.name, Deed.CALL)
        targets = async_match(self._hass, self._arguments) | set(self._on_the_bus())
        yield from self._things(targets | self._named.all, Move.UNKNOWN)

    def _on_the_bus(self) -> Iterator[str]:
        """Yield the entities of devices that are named by their id on a bus."""
        entities, texts = er.async_get(self._hass), frozenset(leaves(self._arguments))
        for device in dr.async_get(self._hass).devices:
            ids = {each[1].partition(":")[2] for each in device.identifiers if each[0] == DOMAIN}
            if not texts.isdisjoint(ids - {""}):
                found = er.async_entries_for_device(entities, device.id)
                yield from (each.entity_id for each in found)

    def _things(self, entity_ids: Iterable[str], move: Move) -> Iterator[Touch]:
        """Yield what a move of entities, and of what they consist of, asks for."""
        position = self._arguments.get("position")
        for entity_id in async_expand(self._hass, entity_ids):
            if entity_id.partition(".")[0] in RUNNERS and move is not Move.NONE:
                yield from self._run(entity_id)
            elif entity_id in self._policy.marked:
                yield Touch(entity_id, Deed.USE)
            elif deed := deed_of(move, async_thing(self._hass, entity_id), position):
                yield Touch(entity_id, deed)
            elif move is not Move.NONE and self._unlatches(entity_id):
                yield Touch(entity_id, Deed.USE)

    def _unlatches(self, entity_id: str) -> bool:
        """Tell whether this is a button of a lock or a door: nobody can tell what it does."""
        entities = er.async_get(self._hass)
        entry = entities.async_get(entity_id)
        if entry is None or entry.domain != "button" or entry.device_id is None:
            return False
        beside = er.async_entries_for_device(entities, entry.device_id)
        return any(guards(async_thing(self._hass, each.entity_id)) for each in beside)

    def _run(self, entity_id: str) -> Iterator[Touch]:
        if entity_id in self._unasked:
            return
        is_script = entity_id.startswith(f"{SCRIPT}.")
        if entity_id in self._policy.marked or (self._is_tainted and is_script):
            yield Touch(entity_id, Deed.RUN)
        yield from async_reach(self._hass, entity_id)

    def _is_marked(self, name: str) -> bool:
        return not self._policy.tools.isdisjoint({name, name.partition("__")[2]})

    def _is_own(self, intent_type: str) -> bool:
        """Tell whether an intent is Home Assistant's own, and handled by it."""
        handler = next(
            (each for each in intent.async_get(self._hass) if each.intent_type == intent_type), None
        )
        return intent_type.startswith(_OWN) and type(handler).__module__.startswith("homeassistant")

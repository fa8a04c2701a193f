"""What a call would touch, and whether that asks first: looked at before anything is done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, llm

from ...const import DOMAIN
from .called import async_called
from .deeds import GUARDING, Deed, Move, Touch
from .intents import HARMLESS, Way, async_way
from .scripts import RUNNERS, SCRIPT, async_reach, async_reach_of_intent
from .sensitive import async_touches
from .targets import ALL, async_expand, async_is_exposed, async_match, async_named, leaves

#: Sentences for what is not done at all.
REFUSED_LATER: Final = "grok_refused_later"
REFUSED_HIDDEN: Final = "grok_refused_hidden"

#: A sentence that Home Assistant is to be told when a timer ends.
_LATER: Final = "conversation_command"
#: A tool of Alicia's that moves only what it is told to, and nothing that guards the house.
_CHECKED: Final = (DOMAIN, "send_command")
#: Kinds of things that a tool of which nothing is known is asked about where it names one.
_MATTERS: Final = GUARDING | RUNNERS | {"button", "group"}
#: Moves that run nothing which would be run by others.
_STOPS: Final = frozenset({Move.NONE, Move.OFF})
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
    judge = _Judge(hass, policy, arguments, is_tainted=is_tainted)
    marked = judge.marked(tool)
    if tool.annotations.read_only:
        return Verdict(frozenset(marked))
    return judge.verdict(chain(marked, judge.tool(unwrapped(tool))))


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

    def marked(self, tool: llm.Tool) -> Iterator[Touch]:
        """Yield a tool that is marked, with what offers it in front of its name or without."""
        name = unwrapped(tool).name
        full = {tool.name, name, f"{tool.integration}__{name}"}
        if not self._policy.tools.isdisjoint(full | {each.partition("__")[2] for each in full}):
            yield Touch(name, Deed.CALL)

    def tool(self, tool: llm.Tool) -> Iterator[Touch]:
        """Yield what a tool does."""
        if isinstance(tool, llm.IntentTool):
            yield from self._moved(tool.intent_type)
        elif tool.integration == SCRIPT and isinstance(tool, llm.ActionTool):
            yield from self._run(tool.name.replace("__", ".", 1))
            yield from self._things(self._named.all, Move.UNKNOWN)
        elif tool.integration in HARMLESS:
            yield from self._by(Way(Move.NONE, frozenset({tool.integration})))
        else:
            yield from self._unknown(tool)

    def intent(self, intent_type: str) -> Iterator[Touch]:
        """Yield what an intent does that the house understood by itself."""
        if intent_type in {each.rpartition("__")[2] for each in self._policy.tools}:
            yield Touch(intent_type, Deed.CALL)
        yield from self._moved(intent_type)

    def _moved(self, intent_type: str) -> Iterator[Touch]:
        """Yield what an intent does, whoever takes it up."""
        reached = async_reach_of_intent(self._hass, intent_type, self._policy.marked)
        if reached is None:
            yield from self._by(async_way(self._hass, intent_type))
            return
        yield from reached
        if self._is_tainted:
            yield Touch(intent_type, Deed.RUN)
        yield from self._by(Way())

    def _by(self, way: Way) -> Iterator[Touch]:
        """Yield what a way of moving things asks for."""
        slots = self._arguments if way.has_areas else {"name": self._arguments.get("name")}
        targets = async_match(self._hass, slots, way.domains) | self._named.all
        yield from self._things(filter(way.reaches, targets), way.move)

    def _unknown(self, tool: llm.Tool) -> Iterator[Touch]:
        """Yield what a tool may do of which Home Assistant knows no more than that it is there."""
        hints, texts = tool.annotations, tuple(leaves(self._arguments))
        may_do_more = (tool.integration, tool.name) != _CHECKED and (
            hints.destructive or hints.open_world
        )
        if (
            (self._is_tainted and may_do_more)
            or any(_TELLTALE.search(text) for text in (tool.name, *texts))
            or (hints.destructive and any(text.strip().casefold() == ALL for text in texts))
        ):
            yield Touch(tool.name, Deed.CALL)
        targets = async_match(self._hass, self._arguments) | {
            *self._on_the_bus(),
            *async_called(self._hass, self._that_matter(), texts),
        }
        yield from self._things(targets | self._named.all, Move.UNKNOWN)

    def _that_matter(self) -> Iterator[str]:
        """Yield what a name has to be known of."""
        for entity_id in self._hass.states.async_entity_ids():
            if entity_id.partition(".")[0] in _MATTERS or entity_id in self._policy.marked:
                yield entity_id

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
        position, marked = self._arguments.get("position"), self._policy.marked
        for entity_id in async_expand(self._hass, entity_ids):
            if entity_id.partition(".")[0] in RUNNERS and move not in _STOPS:
                yield from self._run(entity_id)
            else:
                yield from async_touches(self._hass, marked, entity_id, move, position)

    def _run(self, entity_id: str) -> Iterator[Touch]:
        if entity_id in self._unasked:
            return
        if self._is_tainted and entity_id.startswith(f"{SCRIPT}."):
            yield Touch(entity_id, Deed.RUN)
        yield from async_reach(self._hass, entity_id, self._policy.marked)

"""The one gate that every call of a tool goes through, whoever offers the tool."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, override

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import intent, llm

#: What opens or guards the house.
_GUARDED: Final = frozenset({"alarm_control_panel", "lock", "valve"})
_GUARDED_COVERS: Final = frozenset({"door", "garage", "gate"})

#: What Home Assistant takes for "whatever its name".
_ALL: Final = "all"
#: A sentence that Home Assistant is to be told when a timer ends.
_LATER: Final = "conversation_command"

REFUSAL: Final = (
    "Not done: locks, alarm systems, garages, doors, gates and valves can't be operated by voice "
    "through Grok. Say so."
)
REFUSAL_LATER: Final = (
    "Not done: a timer can't be given a command through Grok. Set it without one, and say so."
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that Grok wants to be made."""

    hass: HomeAssistant
    tool: llm.Tool | None
    input: llm.ToolInput
    context: llm.LLMContext
    conversation_id: str


#: Returns why a call is not to be made, in a sentence for Grok, or None to let it through.
type Guard = Callable[[ToolCall], Awaitable[str | None]]


async def refuse_what_guards(call: ToolCall) -> str | None:
    """Let everything through but what may touch a thing that opens or guards the house."""
    if call.tool is not None and call.tool.annotations.read_only:
        return None
    if _text(call.input.tool_args.get(_LATER)):
        return REFUSAL_LATER
    return REFUSAL if async_is_guarded(call.hass, call.input.tool_args) else None


@callback
def async_is_guarded(hass: HomeAssistant, arguments: Mapping[str, Any]) -> bool:
    """Tell whether any of the things that arguments may mean opens or guards the house."""
    return any(_guards(state) for state in _targets(hass, arguments))


def _guards(state: State) -> bool:
    if state.domain == "cover":
        return state.attributes.get("device_class") in _GUARDED_COVERS
    return state.domain in _GUARDED


def _targets(hass: HomeAssistant, arguments: Mapping[str, Any]) -> Iterator[State]:
    """Yield all that may be meant; with a name that several have, each of them."""
    name = _text(arguments.get("name"))
    is_any = name is not None and name.strip().casefold() == _ALL
    constraints = intent.MatchTargetsConstraints(
        name=None if is_any else name,
        area_name=_text(arguments.get("area")),
        floor_name=_text(arguments.get("floor")),
        domains=_texts(arguments.get("domain")),
        device_classes=_texts(arguments.get("device_class")),
        assistant=conversation.DOMAIN,
        allow_duplicate_names=True,
    )
    if is_any or constraints.has_constraints:
        yield from intent.async_match_targets(hass, constraints).states
    for text in _leaves(arguments):
        if (state := hass.states.get(text)) is not None:
            yield state


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _texts(value: object) -> set[str] | None:
    values = [value] if isinstance(value, str) else value
    return {str(each) for each in values} if isinstance(values, list) and values else None


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)


@dataclass
class GatedApi(llm.APIInstance):
    """An LLM API whose tools are called only if the guard lets them be."""

    guard: Guard = field(kw_only=True)
    conversation_id: str = field(kw_only=True)

    @override
    async def async_call_tool(self, tool_input: llm.ToolInput) -> llm.ToolResult:
        """Call a tool, or say why not."""
        tool = next((each for each in self.tools if each.name == tool_input.tool_name), None)
        call = ToolCall(self.api.hass, tool, tool_input, self.llm_context, self.conversation_id)
        if (refusal := await self.guard(call)) is not None:
            return llm.ToolResult({"error": refusal}, error=True)
        return await super().async_call_tool(tool_input)


def gated(instance: llm.APIInstance, guard: Guard, conversation_id: str) -> GatedApi:
    """Return an LLM API behind the gate."""
    return GatedApi(
        instance.api,
        instance.api_prompt,
        instance.llm_context,
        instance.tools,
        instance.custom_serializer,
        guard=guard,
        conversation_id=conversation_id,
    )

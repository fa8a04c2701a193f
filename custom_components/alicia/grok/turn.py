"""What is known when somebody has spoken and Grok is to answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant

from .errors import GrokError
from .guard.guarded import REFUSED, GuardedTurn
from .house import Thing
from .prompt import async_facts, instructions
from .request import Json, wire_name


@dataclass(slots=True)
class Turn:
    """One turn of a conversation."""

    user_input: conversation.ConversationInput
    chat_log: conversation.ChatLog
    instructions: str
    facts: str
    tools: list[Json]
    guarded: GuardedTurn
    #: the tools' names at home, by those on the wire
    names: dict[str, str] = field(default_factory=dict)
    #: whether whoever started the conversation gave instructions of its own
    has_extra: bool = False
    #: whether a tool was called: what was asked for may be done already
    has_called: bool = False
    #: what broke the answer off after its first word
    failure: GrokError | None = None

    @property
    def has_answer(self) -> bool:
        """Whether the last that was said is an answer."""
        last = self.chat_log.content[-1]
        return isinstance(last, conversation.AssistantContent) and bool(last.content)

    @property
    def went_well(self) -> bool:
        """Whether every tool that was really called did what it was to do."""
        return not any(
            isinstance(each, conversation.ToolResultContent)
            and each.result.error
            and each.result is not REFUSED
            for each in self.chat_log.content[self.chat_log.llm_input_provided_index :]
        )


async def async_begin(
    hass: HomeAssistant,
    user_input: conversation.ConversationInput,
    chat_log: conversation.ChatLog,
    things: Sequence[Thing],
    offers: list[Json],
    guarded: GuardedTurn,
) -> Turn:
    """Return the turn that a chat log stands at the beginning of."""
    extra, api = chat_log.extra_system_prompt, chat_log.llm_api
    return Turn(
        user_input,
        chat_log,
        instructions=instructions(things, _prompt(chat_log.content[0]), extra),
        facts=await async_facts(hass, user_input, things, extra),
        tools=offers,
        has_extra=bool(extra),
        guarded=guarded,
        names={wire_name(each.name): each.name for each in (api.tools if api else ())},
    )


def _prompt(content: conversation.Content) -> str:
    return content.content if isinstance(content, conversation.SystemContent) else ""

"""One turn of a conversation with Grok, from the user's words to the answer."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
import probatio as vol

from .account import GrokRuntimeData
from .errors import GrokError, Kind
from .gate import gated
from .history import items_of
from .local import async_answer_locally
from .options import AgentOptions
from .prompt import async_facts, instructions
from .request import Json, build, chosen, function, wire_name
from .sentences import async_sentence
from .stream import Translator

#: Rounds of tools in one turn, as Home Assistant's own agents allow.
MAX_ROUNDS: Final = 10

type Delta = conversation.AssistantContentDeltaDict


@dataclass(slots=True)
class Turn:
    """What one turn knows."""

    user_input: conversation.ConversationInput
    chat_log: conversation.ChatLog
    instructions: str
    facts: str
    tools: list[Json]
    #: the tools' names at home, by those on the wire
    names: dict[str, str] = field(default_factory=dict)
    #: whether a tool was called: what was asked for may be done already
    has_called: bool = False
    #: what broke the answer off after its first word
    failure: GrokError | None = None


class Agent:
    """An agent of an account; each turn is on its own."""

    def __init__(
        self, hass: HomeAssistant, data: GrokRuntimeData, options: AgentOptions, cache_key: str
    ) -> None:
        self._hass = hass
        self._data = data
        self._options = options
        #: Requests with the same beginning are to reach the same of xAI's servers.
        self._cache_key = cache_key

    async def async_answer(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        """Return the answer: Grok's, the house's own, or a sentence that says what is wrong."""
        turn = await self._async_begin(user_input, chat_log)
        model = self._options.manner.model
        try:
            await self._async_rounds(turn)
        except GrokError as err:
            turn.failure = err
            if not turn.has_called:
                self._data.troubles.async_report(err, model)
                return await async_answer_locally(self._hass, user_input, chat_log, err.kind)
        if turn.failure is None:
            self._data.troubles.async_settle(model)
        else:
            self._data.troubles.async_report(turn.failure, model)
        if not _has_answered(chat_log):
            await self._async_say(turn, await self._last_words(turn))
        return conversation.async_get_result_from_chat_log(user_input, chat_log)

    async def _async_begin(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> Turn:
        extra = chat_log.extra_system_prompt
        system = chat_log.content[0]
        tools: list[llm.Tool] = []
        if chat_log.llm_api:
            tools = chat_log.llm_api.tools
            chat_log.llm_api = gated(chat_log.llm_api, self._data.guard, chat_log.conversation_id)
        offered = [_offer(each, chat_log.llm_api) for each in tools]
        return Turn(
            user_input,
            chat_log,
            instructions=instructions(self._hass, _prompt(system), extra),
            facts=await async_facts(self._hass, user_input, extra),
            tools=chosen(offered, len(self._options.manner.server_tools)),
            names={wire_name(each.name): each.name for each in tools},
        )

    async def _async_rounds(self, turn: Turn) -> None:
        """Ask until there is an answer; raises GrokError where nothing of one has come."""
        for _ in range(MAX_ROUNDS):
            stream = self._async_deltas(turn)
            agent_id = turn.user_input.agent_id
            async with aclosing(turn.chat_log.async_add_delta_content_stream(agent_id, stream)) as (
                contents
            ):
                async for _content in contents:
                    pass
            if turn.failure is not None or not turn.chat_log.unresponded_tool_results:
                return
        turn.failure = GrokError(Kind.TOO_MANY_STEPS)

    async def _async_deltas(self, turn: Turn) -> AsyncGenerator[Delta]:
        """Yield an answer; one that breaks off after its first word ends with a sentence."""
        manner = self._options.manner
        items = items_of(turn.chat_log.content, manner.model, turn.facts)
        body = build(manner, turn.instructions, turn.tools, items, self._cache_key)
        translator = Translator(manner.model, turn.facts, turn.names)
        try:
            async with aclosing(self._data.client.async_stream(body)) as events:
                async for event in events:
                    for delta in translator.hear(event):
                        yield delta
                    turn.has_called = turn.has_called or translator.has_called
        except GrokError as err:
            if not (translator.has_spoken or translator.has_called):
                raise
            turn.failure = err
            # While tools run there are more words to come, and these would be lost.
            sentence = "" if translator.has_called else await self._sentence(turn, err.kind.value)
            for delta in translator.break_off(sentence):
                yield delta
        turn.chat_log.async_trace({"stats": _stats(translator.usage)})

    async def _last_words(self, turn: Turn) -> str:
        """Return what to say where Grok has said nothing after the tools were called."""
        done = "grok_tools_done" if _went_well(turn.chat_log) else "grok_tools_failed"
        said = await self._sentence(turn, done) if turn.has_called else ""
        why = turn.failure.kind.value if turn.failure else "grok_silent"
        return (
            said
            if said and turn.failure is None
            else (f"{said} {await self._sentence(turn, why)}".strip())
        )

    async def _async_say(self, turn: Turn, text: str) -> None:
        """Say something as the agent, so that it is spoken like any answer."""

        async def deltas() -> AsyncGenerator[Delta]:
            yield {"role": "assistant", "content": text}

        agent_id = turn.user_input.agent_id
        async for _ in turn.chat_log.async_add_delta_content_stream(agent_id, deltas()):
            pass

    async def _sentence(self, turn: Turn, key: str) -> str:
        return await async_sentence(self._hass, turn.user_input.language, key)


def _prompt(content: conversation.Content) -> str:
    return content.content if isinstance(content, conversation.SystemContent) else ""


def _offer(tool: llm.Tool, api: llm.APIInstance | None) -> Json:
    parameters = vol.to_openapi(
        tool.parameters,
        custom_serializer=api.custom_serializer if api else None,
        openapi_version="3.1.0",
    )
    return function(tool.name, tool.description, parameters)


def _has_answered(chat_log: conversation.ChatLog) -> bool:
    last = chat_log.content[-1]
    return isinstance(last, conversation.AssistantContent) and bool(last.content)


def _went_well(chat_log: conversation.ChatLog) -> bool:
    """Tell whether every tool of this turn did what it was to do."""
    return not any(
        isinstance(each, conversation.ToolResultContent) and each.result.error
        for each in chat_log.content[chat_log.llm_input_provided_index :]
    )


def _stats(usage: Json) -> Json:
    details = usage.get("input_tokens_details") or {}
    return {
        "input_tokens": usage.get("input_tokens"),
        "cached_input_tokens": details.get("cached_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cost_in_usd_ticks": usage.get("cost_in_usd_ticks"),
    }

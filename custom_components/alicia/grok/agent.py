"""One turn of a conversation with Grok, from the user's words to the answer."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant

from .account import GrokRuntimeData
from .acknowledge import LANGUAGES, acknowledgement
from .attachments import async_read_left
from .errors import GrokError, Kind
from .guard.guarded import async_guarded
from .guard.taint import Source
from .history import items_of
from .local import async_answer_locally
from .offers import Offers
from .options import AgentOptions
from .request import Json, build
from .sentences import async_sentence, family
from .stream import Translator
from .turn import Turn, async_begin
from .usage import Usage

#: Rounds of tools in one turn, as Home Assistant's own agents allow.
MAX_ROUNDS: Final = 10

type Delta = conversation.AssistantContentDeltaDict


class Agent:
    """An agent of an account; each turn is on its own."""

    def __init__(
        self, hass: HomeAssistant, data: GrokRuntimeData, options: AgentOptions, cache_key: str
    ) -> None:
        self._hass = hass
        self._data = data
        self._manner = options.manner
        self._acknowledges = options.acknowledges
        self._offers = Offers()
        #: Requests with the same beginning are to reach the same of xAI's servers.
        self._cache_key = cache_key
        self._meter = data.meters.of(cache_key)

    async def async_answer(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        """Return the answer: Grok's, the house's own, or a sentence that says what is wrong."""
        guarded = await async_guarded(self._data.guard, user_input, chat_log)
        if (told := await guarded.async_answer()) is not None:
            return await self._async_end(user_input, chat_log, told)
        # Who can do nothing in the house is told nothing of it.
        things = self._data.things.async_all() if chat_log.llm_api else ()
        offers = self._offers.of(chat_log.llm_api, things, len(self._manner.server_tools))
        turn = await async_begin(self._hass, user_input, chat_log, things, offers, guarded)
        try:
            self._data.cap.async_check()
            await self._async_rounds(turn)
        except GrokError as err:
            turn.failure = err
        self._report(turn)
        if turn.failure and not (turn.has_called or turn.has_answer):
            why = turn.failure.kind
            return await async_answer_locally(self._hass, user_input, chat_log, why, guarded)
        if guarded.is_closed:
            words = await guarded.async_closing_words()
            if not turn.went_well:
                words = f"{await self._sentence(turn, 'grok_tools_failed')} {words}"
            return await self._async_end(user_input, chat_log, words)
        if not turn.has_answer:
            await self._async_say(user_input, chat_log, await self._last_words(turn))
        return conversation.async_get_result_from_chat_log(user_input, chat_log)

    async def _async_end(
        self,
        user_input: conversation.ConversationInput,
        chat_log: conversation.ChatLog,
        text: str,
    ) -> conversation.ConversationResult:
        """End a turn with words of the house."""
        await self._async_say(user_input, chat_log, text)
        return conversation.async_get_result_from_chat_log(user_input, chat_log)

    def _report(self, turn: Turn) -> None:
        if turn.failure is None:
            self._data.troubles.async_settle(self._manner.model)
        else:
            self._data.troubles.async_report(turn.failure, self._manner.model)

    async def _async_rounds(self, turn: Turn) -> None:
        """Ask until there is an answer; raises GrokError where nothing of one has come."""
        chat_log, agent_id = turn.chat_log, turn.user_input.agent_id
        for _ in range(MAX_ROUNDS):
            before = len(chat_log.content)
            contents = chat_log.async_add_delta_content_stream(agent_id, self._async_deltas(turn))
            async with aclosing(contents):
                async for _content in contents:
                    pass
            is_silent = len(chat_log.content) == before
            if turn.failure or is_silent or not chat_log.unresponded_tool_results:
                return
            if turn.guarded.is_closed or await self._async_acknowledge(turn, before):
                return
        turn.failure = GrokError(Kind.TOO_MANY_STEPS)

    async def _async_acknowledge(self, turn: Turn, before: int) -> bool:
        """Say by itself that all was done, where that is all there is to say."""
        language = turn.user_input.language
        if not self._acknowledges or turn.has_extra or family(language) not in LANGUAGES:
            return False
        sentences = acknowledgement(turn.chat_log.content[before:])
        if sentences is None:
            return False
        said = [
            await async_sentence(self._hass, language, key, **words) for key, words in sentences
        ]
        await self._async_say(turn.user_input, turn.chat_log, " ".join(said))
        return True

    async def _async_deltas(self, turn: Turn) -> AsyncGenerator[Delta]:
        """Yield an answer; one that breaks off after its first word ends with a sentence."""
        content = turn.chat_log.content
        attached = await async_read_left(self._hass, content)
        items = items_of(content, self._manner.model, turn.facts, attached)
        body = build(self._manner, turn.instructions, turn.tools, items, self._cache_key)
        translator = Translator(self._manner.model, turn.facts, turn.names)
        try:
            answer = self._meter.async_count(self._data.client.async_stream(body))
            async with aclosing(answer) as events:
                async for event in events:
                    for delta in translator.hear(event):
                        if not (turn.guarded.is_closed and "content" in delta):
                            yield delta
                    if translator.has_searched:
                        turn.guarded.async_taint(Source.WEB)
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
        """Return what to say where Grok itself has said nothing to the end."""
        keys = []
        if turn.has_called:
            keys.append("grok_tools_done" if turn.went_well else "grok_tools_failed")
        if turn.failure is not None:
            keys.append(turn.failure.kind.value)
        sentences = [await self._sentence(turn, key) for key in keys or ["grok_silent"]]
        return " ".join(sentences)

    async def _async_say(
        self,
        user_input: conversation.ConversationInput,
        chat_log: conversation.ChatLog,
        text: str,
    ) -> None:
        """Say something as the agent, so that it is spoken like any answer."""

        async def deltas() -> AsyncGenerator[Delta]:
            yield {"role": "assistant", "content": text}

        async for _ in chat_log.async_add_delta_content_stream(user_input.agent_id, deltas()):
            pass

    async def _sentence(self, turn: Turn, key: str) -> str:
        return await async_sentence(self._hass, turn.user_input.language, key)


def _stats(usage: Usage) -> Json:
    """Return what Home Assistant's traces show, and what xAI bills."""
    return {
        "input_tokens": usage.input,
        "cached_input_tokens": usage.cached,
        "output_tokens": usage.output,
        "cost_in_usd_ticks": usage.ticks,
    }

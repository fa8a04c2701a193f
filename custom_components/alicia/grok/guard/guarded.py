"""One turn under guard: what is asked, what is answered, and what is done of it."""

from collections.abc import Mapping
from dataclasses import replace
import json
from typing import Any, Final

from homeassistant.components import conversation
from homeassistant.core import callback
from homeassistant.helpers import llm

from ..sentences import async_sentence
from .confirmation import MAX_CALLS, OPEN_FOR, Asker, Call, Pending, Pin
from .gate import Caller, GatedApi, gated
from .guard import Guard
from .judgement import Verdict, async_judge, async_judge_intent, unwrapped
from .questions import async_question
from .taint import Source, source_of
from .watch import async_redact, async_sources, async_was_said_last
from .words import Reply, digits_of, judge

#: Sentences, by key.
REFUSED_HERE: Final = "grok_refused_here"
REFUSED_AWAY: Final = "grok_refused_away"
REFUSED_LOCKED: Final = "grok_refused_locked"
REFUSED_MANY: Final = "grok_refused_many"
LEFT_ALONE: Final = "grok_left_alone"
WRONG_PIN: Final = "grok_wrong_pin"
DONE: Final = "grok_tools_done"
FAILED: Final = "grok_not_done"

#: What the model is told in place of a result; none of it is spoken.
WAITING: Final = llm.ToolResult(
    {"status": "Not done yet: the user has to confirm, and is asked already."}
)
REFUSED: Final = llm.ToolResult(
    {"error": "Not done, and it can't be. The user is told already."}, error=True
)


class GuardedTurn:
    """One turn: who speaks, what was asked before, and what asks now."""

    def __init__(
        self,
        guard: Guard,
        asker: Asker,
        user_input: conversation.ConversationInput,
        chat_log: conversation.ChatLog,
    ) -> None:
        self._guard = guard
        self._hass = guard.hass
        self._input = user_input
        self._chat_log = chat_log
        self._asker = asker
        policy = guard.settings.policy
        #: What the user lets be used unasked is not for just anybody.
        self._policy = policy if asker.is_privileged else replace(policy, unasked=frozenset())
        is_new = chat_log.conversation_id not in guard.conversations
        self._conversation = guard.conversations.get(chat_log.conversation_id)
        self._conversation.tainted_by |= set(async_sources(user_input, chat_log, is_new=is_new))
        #: what was asked last, whoever was asked: it is answered now or never
        self._asked, self._conversation.pending = self._conversation.pending, None
        self._calls: list[Call] = []
        self._refusals: list[str] = []
        #: calls that the user has confirmed, each for once
        self._confirmed: list[llm.ToolInput] = []
        if guard.pin is not None:
            was_asked = self._asked is not None
            async_redact(chat_log, guard.settings.pin, was_asked=was_asked)
        if chat_log.llm_api is not None:
            chat_log.llm_api = gated(chat_log.llm_api, self._async_call)

    @property
    def is_closed(self) -> bool:
        """Whether the rest is the house's to say, and the model is to be quiet."""
        return bool(self._calls or self._refusals)

    @callback
    def async_taint(self, source: Source) -> None:
        """Take note that words of strangers are in the conversation from now on."""
        self._conversation.tainted_by.add(source)

    async def async_answer(self) -> str | None:
        """Return what to say to an answer that was waited for; None where this is none.

        What was confirmed is done by then.
        """
        asked = self._asked
        if asked is None or asked.asker != self._asker or asked.until < self._guard.clock():
            return None
        if not async_was_said_last(self._chat_log, asked.question):
            return None
        reply = judge(self._input.text, self._input.language, asked.question)
        if reply is Reply.NO:
            return await self._sentence(LEFT_ALONE)
        if self._guard.pin is not None:
            return await self._async_try_pin(self._guard.pin, asked, reply)
        return await self._async_do(asked) if reply is Reply.YES else None

    async def async_closing_words(self) -> str:
        """Return what the turn ends with: why something is not done, and what is asked."""
        parts = [await self._sentence(key) for key in dict.fromkeys(self._refusals)]
        if self._calls:
            parts.append(await self._async_ask(tuple(self._calls)))
        return " ".join(parts)

    @callback
    def async_bars(self, intent_type: str, slots: Mapping[str, Any]) -> bool:
        """Tell whether what the house understood by itself is not to be done, or not now."""
        verdict = async_judge_intent(
            self._hass, self._policy, intent_type, slots, is_tainted=self._is_tainted
        )
        tool = self._tool_for(intent_type)
        if verdict.touches and tool is None:
            verdict = Verdict(refusal=REFUSED_AWAY)
        return self._hold(verdict, tool.name if tool else "", slots) is not None

    async def _async_call(
        self, tool: llm.Tool | None, tool_input: llm.ToolInput, call: Caller
    ) -> llm.ToolResult:
        """Make a call, or keep it until it is confirmed."""
        is_confirmed = any(each is tool_input for each in self._confirmed)
        if tool is not None and not is_confirmed:
            verdict = self._judge(tool, tool_input.tool_args)
            if held := self._hold(verdict, tool.name, tool_input.tool_args):
                return held
        result = await call(tool_input)
        if tool is not None and (source := source_of(tool.integration, result.data)):
            self.async_taint(source)
        return result

    def _hold(
        self, verdict: Verdict, tool: str, arguments: Mapping[str, Any]
    ) -> llm.ToolResult | None:
        """Keep a call that asks first; return what the model is told, or None to make it."""
        if refusal := self._refusal(verdict):
            self._refusals.append(refusal)
            return REFUSED
        if not verdict.touches:
            return None
        try:
            call = Call.of(tool, arguments, verdict.touches)
        except RecursionError:
            # JSON is read to a greater depth than it is written.
            call = None
        if call is None or len({*self._calls, call}) > MAX_CALLS:
            self._refusals.append(REFUSED_MANY)
            return REFUSED
        if call not in self._calls:
            self._calls.append(call)
        return WAITING

    def _refusal(self, verdict: Verdict) -> str | None:
        """Return why a call is not even asked for, if so."""
        if verdict.refusal or not verdict.touches:
            return verdict.refusal
        if not self._asker.is_privileged:
            return REFUSED_HERE
        is_locked = self._guard.pin is not None and self._guard.pin.is_locked
        return REFUSED_LOCKED if is_locked else None

    async def _async_try_pin(self, pin: Pin, asked: Pending, reply: Reply) -> str | None:
        """Return what to say where a PIN was asked for; a yes alone is not enough."""
        digits = digits_of(self._input.text)
        if digits and pin.try_out(digits):
            return await self._async_do(asked)
        if pin.is_locked:
            return await self._sentence(REFUSED_LOCKED)
        if not (digits or reply is Reply.YES):
            return None
        question = await self._async_ask(asked.calls)
        return f"{await self._sentence(WRONG_PIN)} {question}" if digits else question

    async def _async_do(self, asked: Pending) -> str:
        """Do what was confirmed, if it still is what it was; return what came of it."""
        now = [self._looked_at_again(call) for call in asked.calls]
        if None in now or not all(call and call.touches for call in now):
            return await self._sentence(FAILED)
        calls = tuple(call for call in now if call)
        if calls != asked.calls:
            return await self._async_ask(calls)
        self._confirmed = [llm.ToolInput(each.tool, json.loads(each.arguments)) for each in calls]
        content = conversation.AssistantContent(
            self._input.agent_id, tool_calls=list(self._confirmed)
        )
        results = [
            each.result async for each in self._chat_log.async_add_assistant_content(content)
        ]
        self._confirmed = []
        return await self._sentence(DONE if all(map(_went_well, results)) else FAILED)

    def _looked_at_again(self, call: Call) -> Call | None:
        """Return a call with what it would touch now, or None where it can't be made any more."""
        api, arguments = self._chat_log.llm_api, json.loads(call.arguments)
        tool = api.find(call.tool) if isinstance(api, GatedApi) else None
        if tool is None or (verdict := self._judge(tool, arguments)).refusal:
            return None
        return replace(call, touches=verdict.touches)

    async def _async_ask(self, calls: tuple[Call, ...]) -> str:
        """Open a question, and return it."""
        touches = frozenset[Any]().union(*(call.touches for call in calls))
        has_pin = self._guard.pin is not None
        language = self._input.language
        question = await async_question(self._hass, language, touches, has_pin=has_pin)
        until = self._guard.clock() + OPEN_FOR
        self._conversation.pending = Pending(self._asker, calls, question, until)
        return question

    def _judge(self, tool: llm.Tool, arguments: Mapping[str, Any]) -> Verdict:
        return async_judge(self._hass, self._policy, tool, arguments, is_tainted=self._is_tainted)

    def _tool_for(self, intent_type: str) -> llm.Tool | None:
        """Return the tool that stands for an intent, so that it can be confirmed."""
        api = self._chat_log.llm_api
        for each in api.tools if api else ():
            inner = unwrapped(each)
            if isinstance(inner, llm.IntentTool) and inner.intent_type == intent_type:
                return each
        return None

    @property
    def _is_tainted(self) -> bool:
        return bool(self._conversation.tainted_by)

    async def _sentence(self, key: str) -> str:
        return await async_sentence(self._hass, self._input.language, key)


async def async_guarded(
    guard: Guard, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
) -> GuardedTurn:
    """Return a turn, its tools behind the gate, before anybody has heard what was said."""
    return GuardedTurn(guard, await guard.async_asker(user_input), user_input, chat_log)


def _went_well(result: llm.ToolResult) -> bool:
    """Tell whether all of what was to be done is done."""
    data = result.data
    if result.error or "error" in data or data.get("response_type") == "error":
        return False
    details = data.get("data")
    return not (isinstance(details, Mapping) and details.get("failed"))

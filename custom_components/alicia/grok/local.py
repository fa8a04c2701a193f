"""What Home Assistant does by itself where Grok does not answer."""

from collections.abc import Mapping
from typing import Final

from hassil.recognize import RecognizeResult
from homeassistant.components import conversation
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .errors import Kind
from .guard.guarded import GuardedTurn
from .sentences import async_sentence

_BY_ITSELF: Final = "grok_answered_locally"
#: Where that is no trouble, but what the user wanted.
_BY_ITSELF_FOR: Final[Mapping[Kind, str]] = {Kind.SPENT: "grok_answered_locally_spent"}
#: Home Assistant's own sentences mostly have no full stop.
_ENDS: Final = (".", "!", "?", "…", "。", "！", "？")


async def async_answer_locally(
    hass: HomeAssistant,
    user_input: conversation.ConversationInput,
    chat_log: conversation.ChatLog,
    why: Kind,
    guarded: GuardedTurn,
) -> conversation.ConversationResult:
    """Return what Home Assistant's own intents come to, or a sentence that says what is wrong."""

    def is_barred(result: RecognizeResult) -> bool:
        """Let nothing be done that Grok would have had to ask for."""
        slots = {name: entity.value for name, entity in result.entities.items()}
        return guarded.async_bars(result.intent.name, slots)

    response = await conversation.async_handle_intents(
        hass, user_input, chat_log, intent_filter=is_barred
    )
    if guarded.is_closed:
        chat_log.async_add_assistant_content_without_tools(
            conversation.AssistantContent(
                agent_id=user_input.agent_id, content=await guarded.async_closing_words()
            )
        )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)
    if response is None:
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_error(
            intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
            await async_sentence(hass, user_input.language, why.value),
        )
        return conversation.ConversationResult(response, chat_log.conversation_id)
    said = str(response.speech.get("plain", {}).get("speech") or "").strip()
    sentence = await async_sentence(hass, user_input.language, _BY_ITSELF_FOR.get(why, _BY_ITSELF))
    text = f"{said} {sentence}" if said.endswith(_ENDS) else f"{said}. {sentence}"
    response.async_set_speech(text)
    chat_log.async_add_assistant_content_without_tools(
        conversation.AssistantContent(agent_id=user_input.agent_id, content=text)
    )
    return conversation.ConversationResult(response, chat_log.conversation_id)

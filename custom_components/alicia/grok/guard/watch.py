"""What is in a conversation before a turn: words of strangers, and a PIN that nobody is to hear."""

from collections.abc import Iterator
from typing import Final

from homeassistant.components import conversation
from homeassistant.core import callback

from .taint import Source
from .words import mask, redact

#: Who answers for Home Assistant itself, and says nothing that was read elsewhere.
_HOUSE: Final = frozenset({conversation.HOME_ASSISTANT_AGENT, "sentence_trigger"})


@callback
def async_sources(
    user_input: conversation.ConversationInput, chat_log: conversation.ChatLog, *, is_new: bool
) -> Iterator[Source]:
    """Yield what brought words of strangers; what was said before nobody took note of may have."""
    if user_input.extra_system_prompt or chat_log.extra_system_prompt:
        yield Source.PROMPT
    for each in chat_log.content:
        if isinstance(each, conversation.UserContent) and each.attachments:
            yield Source.CAMERA
        if isinstance(each, conversation.AssistantContent) and each.agent_id not in _HOUSE:
            if each.agent_id != user_input.agent_id:
                yield Source.AGENT
            elif is_new:
                yield Source.PAST


@callback
def async_was_said_last(chat_log: conversation.ChatLog, text: str) -> bool:
    """Tell whether a text is what the user's last words come right after."""
    before = chat_log.content[-2:-1]
    return any(
        isinstance(each, conversation.AssistantContent) and (each.content or "").endswith(text)
        for each in before
    )


@callback
def async_redact(chat_log: conversation.ChatLog, pin: str, *, was_asked: bool) -> None:
    """Take a PIN out of a conversation; what answers a question, any digits that it has."""
    content = chat_log.content
    for number, each in enumerate(content):
        if not isinstance(each, conversation.UserContent):
            continue
        is_answer = was_asked and number == len(content) - 1
        text = mask(each.content) if is_answer else redact(each.content, pin)
        if text != each.content:
            content[number] = conversation.UserContent(text, each.attachments)

"""What brought words of strangers into a conversation before a turn begins."""

from pathlib import Path

from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.alicia.grok.guard.taint import Source
from custom_components.alicia.grok.guard.watch import (
    async_redact,
    async_sources,
    async_was_said_last,
)

User, Assistant = conversation.UserContent, conversation.AssistantContent
PICTURE = conversation.Attachment("media-source://x", "image/png", Path("x.png"))
GROK, HOUSE = "conversation.grok", "conversation.home_assistant"


def log(hass: HomeAssistant, *content: conversation.Content) -> conversation.ChatLog:
    return conversation.ChatLog(hass, "id", [conversation.SystemContent(""), *content])


def asked(prompt: str | None = None) -> conversation.ConversationInput:
    return conversation.ConversationInput("Hi", Context(), "id", None, None, "en", GROK, prompt)


@pytest.mark.parametrize(
    ("content", "prompt", "is_new", "sources"),
    [
        ([User("Hi")], None, True, set()),
        ([User("Hi")], "The camera sees:", True, {Source.PROMPT}),
        ([User("Hi", [PICTURE])], None, True, {Source.CAMERA}),
        ([Assistant(GROK, "Hi"), User("Hi")], None, False, set()),
        ([Assistant(GROK, "Hi"), User("Hi")], None, True, {Source.PAST}),
        ([Assistant(HOUSE, "Hi"), User("Hi")], None, True, set()),
        ([Assistant("sentence_trigger", "Hi"), User("Hi")], None, False, set()),
        ([Assistant("conversation.other", "Hi"), User("Hi")], None, False, {Source.AGENT}),
    ],
)
async def test_sources(
    hass: HomeAssistant,
    content: list[conversation.Content],
    prompt: str | None,
    is_new: bool,
    sources: set[Source],
) -> None:
    assert set(async_sources(asked(prompt), log(hass, *content), is_new=is_new)) == sources


@pytest.mark.parametrize(
    ("content", "was_said"),
    [
        ([Assistant(GROK, "Well. Open?"), User("Yes")], True),
        ([Assistant(GROK, None), User("Yes")], False),
        ([Assistant(GROK, "Open?"), User("Hm"), User("Yes")], False),
        ([Assistant(GROK, "Open?"), Assistant(HOUSE, "Noon."), User("Yes")], False),
        ([User("Yes")], False),
    ],
)
async def test_what_was_said_last(
    hass: HomeAssistant, content: list[conversation.Content], was_said: bool
) -> None:
    assert async_was_said_last(log(hass, *content), "Open?") is was_said


async def test_a_picture_stays_when_a_pin_goes(hass: HomeAssistant) -> None:
    chat_log = log(hass, User("1234", [PICTURE]), Assistant(GROK, "1234"), User("5678"))
    async_redact(chat_log, "1234", was_asked=True)
    said = [each for each in chat_log.content if isinstance(each, User)]
    assert [each.content for each in said] == ["(PIN)", "(PIN)"]
    assert said[0].attachments == [PICTURE]

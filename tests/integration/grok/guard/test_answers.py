"""Who may answer a question, with which words, and until when."""

from typing import Any
from unittest.mock import patch

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.guard.guard import Settings
from custom_components.alicia.grok.guard.judgement import Policy
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from ..conftest import Home, spoken
from .conftest import LEAVE, LEFT, QUESTION, UNLOCK, Clock, Talk

MARKED = Settings(Policy(marked=frozenset({"script.good_night"})))
FAR = "I can't do that from here. Ask me at a voice satellite or in Home Assistant."


@pytest.mark.parametrize("text", ["No", "no thanks", "Stop", "yes no"])
async def test_a_no_leaves_it(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall], text: str
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    assert await talk.say(text) == LEFT
    assert await talk.say("Yes") == "Yes to what?"
    assert opened == []


async def test_anything_else_is_a_turn_of_its_own(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Noon."), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    assert await talk.say("What time is it") == "Noon."
    assert await talk.say("Yes") == "Yes to what?"
    assert opened == []


async def test_a_yes_counts_once(talk: Talk, xai: FakeXai, opened: list[ServiceCall]) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    await talk.say("Yes")
    assert await talk.say("Yes") == "Yes to what?"
    assert len(opened) == 1


async def test_a_yes_comes_too_late(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall], clock: Clock
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    clock.now += 60.1
    assert await talk.say("Yes") == "Yes to what?"
    assert opened == []


@pytest.mark.parametrize(
    "other",
    [
        {"satellite_id": "assist_satellite.garden"},
        {"satellite_id": None},
        {"device_id": "another"},
    ],
)
async def test_a_yes_of_somebody_else(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall], other: dict[str, Any]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?", times=2))
    await talk.say("Unlock the front door")
    assert await talk.say("Yes", **other) == "Yes to what?"
    assert await talk.say("Yes") == "Yes to what?", "nor is it open any more"
    assert opened == []


async def test_a_yes_to_something_that_was_said_since(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    """The house itself answers in the same conversation, and Grok hears nothing of it."""
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    await talk.say("What time is it", agent_id="conversation.home_assistant")
    assert await talk.say("Yes") == "Yes to what?"
    assert opened == []


async def test_a_yes_in_another_conversation(
    talk: Talk, home: Home, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Yes to what?"))
    await talk.say("Unlock the front door")
    assert await Talk(home).say("Yes") == "Yes to what?"
    assert opened == []


async def test_the_model_can_not_confirm(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    sure = Call(UNLOCK.name, {**UNLOCK.arguments, "confirmed": True, "user_said": "yes"})
    xai.will(Turn(text="Done! Yes, the user confirmed. ", calls=(sure, sure, UNLOCK)))
    assert await talk.say("Unlock the front door") == QUESTION
    assert opened == []


async def test_from_the_bus_nothing_is_opened(
    home: Home, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    """Neither satellite nor user: nobody knows who that is."""
    xai.will(Turn(text="Of course.", calls=(UNLOCK,)), Turn(text="Yes to what?"))
    refused = await home.ask("Unlock the front door")
    assert spoken(refused) == FAR
    assert not refused.continue_conversation
    assert spoken(await home.ask("Yes", refused.conversation_id)) == "Yes to what?"
    assert opened == []


@pytest.mark.parametrize("account_options", [{"unasked": ["lock.test_front_door"]}])
async def test_what_needs_not_be_asked_for_is_not_for_the_bus(
    home: Home, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(calls=(UNLOCK,)), Turn(text="It is open."))
    assert await home.say("Unlock the front door") == FAR
    assert opened == []
    assert await talk.say("Unlock the front door") == "It is open."


async def test_an_add_on_is_nobody(
    hass: HomeAssistant, home: Home, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    user = await hass.auth.async_create_system_user("Flows")
    xai.will(Turn(calls=(UNLOCK,)))
    result = await conversation.async_converse(
        hass, "Open", None, Context(user_id=user.id), language="en", agent_id="conversation.grok"
    )
    assert spoken(result) == FAR
    assert opened == []


async def test_somebody_who_is_logged_in(
    home: Home, hass: HomeAssistant, xai: FakeXai, opened: list[ServiceCall], hass_admin_user: Any
) -> None:
    xai.will(Turn(calls=(UNLOCK,)))
    context = Context(user_id=hass_admin_user.id)

    async def ask(text: str, conversation_id: str | None) -> conversation.ConversationResult:
        return await conversation.async_converse(
            hass, text, conversation_id, context, language="en", agent_id="conversation.grok"
        )

    asked = await ask("Unlock the front door", None)
    assert spoken(asked) == QUESTION
    assert spoken(await ask("yes", asked.conversation_id)) == "Done."
    assert len(opened) == 1


async def test_what_is_meant_has_changed(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(Call("intent__HassTurnOff", {"domain": ["lock"]}),)))
    assert await talk.say("Open up") == "Do you want me to unlock Front door and Haustür?"
    hass.states.async_set("lock.safe", "locked", {"friendly_name": "Safe"})
    async_expose_entity(hass, "conversation", "lock.safe", should_expose=True)
    again = "Do you want me to unlock Front door, Haustür and Safe?"
    assert await talk.say("Yes") == again
    assert opened == []
    assert await talk.say("Yes") == "Done."
    assert len(opened) == 3


async def test_it_is_no_longer_exposed(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)))
    await talk.say("Unlock the front door")
    async_expose_entity(hass, "conversation", "lock.test_front_door", should_expose=False)
    assert await talk.say("Yes") == "That did not work."
    assert opened == []


async def test_done_is_said_only_if_it_is(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    async def fail(call: ServiceCall) -> None:
        raise HomeAssistantError("jammed")

    hass.services.async_register("lock", "unlock", fail)
    xai.will(Turn(calls=(UNLOCK,)))
    await talk.say("Unlock the front door")
    assert await talk.say("Yes") == "That did not work."


async def test_a_tool_that_is_gone_when_the_yes_comes(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, account: MockConfigEntry
) -> None:
    hass.states.async_set("script.good_night", "off", {"friendly_name": "Good night"})
    xai.will(Turn(calls=(LEAVE,)))
    with patch.object(account.runtime_data.guard, "settings", MARKED):
        assert await talk.say("Night") == "Do you want me to run Good night?"
        hass.states.async_remove("script.good_night")
        assert await talk.say("Yes") == "That did not work."

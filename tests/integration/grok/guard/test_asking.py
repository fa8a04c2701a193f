"""Nothing sensitive is done before somebody has agreed to exactly that."""

from unittest.mock import patch

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.alicia.grok.guard.confirmation import REMEMBERED_FOR
from custom_components.alicia.grok.guard.taint import Source
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Search, Turn

from ..conftest import spoken
from .conftest import GARAGE, LEAVE, LIGHT, QUESTION, UNLOCK, Clock, Talk, outputs


async def test_a_door_is_asked_for_and_then_opened(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)))
    asked = await talk.ask("Unlock the front door")
    assert spoken(asked) == QUESTION
    assert asked.continue_conversation
    assert opened == []
    assert await talk.say("Yes, please") == "Done."
    assert [call.data["entity_id"] for call in opened] == ["lock.test_front_door"]
    assert len(xai.asked) == 1, "the model is asked for the call, and for nothing else"


async def test_the_model_is_told_later_what_became_of_it(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Gladly."))
    await talk.say("Unlock the front door")
    await talk.say("Yes")
    assert await talk.say("Thank you") == "Gladly."
    waiting, done = outputs(xai)
    assert "has to confirm" in waiting
    assert "action_done" in done
    assert [record.refusals for record in xai.asked] == [[], []]


@pytest.mark.parametrize("language", ["de", "de-AT"])
async def test_it_asks_in_german(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall], language: str
) -> None:
    xai.will(Turn(calls=(UNLOCK, GARAGE)))
    asked = await talk.say("Mach auf", language=language)
    assert asked == "Soll ich Garage door öffnen und Front door aufschließen?"
    assert await talk.say("Ja, bitte", language=language) == "Erledigt."
    assert len(opened) == 2


async def test_harmless_calls_beside_it_are_made(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    lights = async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(LIGHT, UNLOCK)))
    assert await talk.say("Light, and open") == QUESTION
    assert len(lights) == 1
    assert opened == []


async def test_what_did_not_work_beside_it_is_told(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(Call("no_such_tool"), UNLOCK)))
    assert await talk.say("Light, and open") == f"Not all of it worked. {QUESTION}"


async def test_a_question_about_many_things(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    """Two that are called the same are told apart by where they are."""
    for number in range(5):
        hass.states.async_set(f"lock.more_{number}", "locked", {"friendly_name": f"More {number}"})
        async_expose_entity(hass, "conversation", f"lock.more_{number}", should_expose=True)
    hass.states.async_set("light.front_door", "on", {"friendly_name": "Front Door"})
    xai.will(Turn(calls=(Call("intent__HassTurnOff", {"domain": ["lock"]}),)))
    names = "Front door (Hallway), Haustür, More 0, More 1, More 2"
    assert await talk.say("Open") == f"Do you want me to unlock {names} and 2 more?"


async def test_what_a_thing_is_called_is_no_more_than_a_name(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    name = "Box\n{actions} {0} " + "x" * 100
    hass.states.async_set("lock.box", "locked", {"friendly_name": name})
    async_expose_entity(hass, "conversation", "lock.box", should_expose=True)
    xai.will(Turn(calls=(Call("intent__HassTurnOff", {"name": "lock.box"}),)))
    asked = await talk.say("Open")
    assert asked.startswith("Do you want me to unlock Box {actions} {0} xxx")
    assert len(asked) < 120


@pytest.mark.parametrize("account_options", [{"marked": ["script.good_night"]}])
async def test_words_of_another_agent(
    talk: Talk, xai: FakeXai, account: MockConfigEntry, clock: Clock
) -> None:
    """Nobody knows what it has read; nor what was said before the guard was there."""
    guard = account.runtime_data.guard
    xai.will(Turn(text="Hello."), Turn(text="Hello again."))
    await talk.say("Hello")
    assert talk.conversation_id is not None
    assert guard.conversations.get(talk.conversation_id).tainted_by == set()
    clock.now += REMEMBERED_FOR + 1
    await talk.say("Hello again")
    assert guard.conversations.get(talk.conversation_id).tainted_by == {Source.PAST}


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": ["assist", "alicia_bus"]}])
async def test_what_the_house_understands_is_asked_for_with_several_apis(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(fault="server_error", times=0))
    assert QUESTION in await talk.say("Unlock the front door")
    assert opened == []
    await talk.say("yes")
    assert [each.service for each in opened] == ["unlock"]


async def test_what_the_house_understands_and_nobody_can_ask_for(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(fault="server_error", times=0))
    with patch(
        "custom_components.alicia.grok.guard.guarded.GuardedTurn._tool_for", return_value=None
    ):
        said = await talk.say("Unlock the front door")
    assert said == "That has to wait until Grok answers again."
    assert opened == []


async def test_too_many_at_once(talk: Talk, xai: FakeXai, opened: list[ServiceCall]) -> None:
    calls = [Call(UNLOCK.name, {**UNLOCK.arguments, "number": n}) for n in range(9)]
    xai.will(Turn(calls=tuple(calls)))
    assert await talk.say("Open") == f"That is too much at once. {QUESTION}"


async def test_a_stream_that_breaks_off_after_the_call(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,), fault="cut_before_end"))
    assert await talk.say("Unlock the front door") == QUESTION
    assert await talk.say("Yes") == "Done."


@pytest.mark.parametrize("account_options", [{"unasked": ["cover.test_garage_door"]}])
async def test_what_the_user_lets_be_used_unasked(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(GARAGE,)), Turn(text="It is open."), Turn(calls=(UNLOCK,)))
    assert await talk.say("Open the garage") == "It is open."
    assert len(opened) == 1
    assert await talk.say("Unlock the front door") == QUESTION


@pytest.mark.parametrize("account_options", [{"unasked": ["cover.test_garage_door"]}])
@pytest.mark.parametrize("agent_options", [{"web_search": True}])
async def test_it_asks_all_the_same_once_strangers_had_a_word(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    found = Search("news", urls=("https://example.com/1",))
    xai.will(Turn(text="Open it, they say.", searches=(found,)), Turn(calls=(GARAGE,)))
    await talk.say("What is new")
    assert await talk.say("Open the garage") == "Do you want me to open Garage door?"
    assert opened == []


@pytest.mark.parametrize("agent_options", [{"web_search": True}])
async def test_a_script_asks_once_strangers_had_a_word(
    hass: HomeAssistant, talk: Talk, xai: FakeXai
) -> None:
    found = Search("news", urls=("https://example.com/1",))
    xai.will(
        Turn(calls=(LEAVE,)), Turn(text="Good night."), Turn(searches=(found,), calls=(LEAVE,))
    )
    assert await talk.say("Good night") == "Good night."
    assert await talk.say("And the news") == "Do you want me to run Good night?"


@pytest.mark.parametrize(
    "account_options", [{"marked": ["switch.test_coffee_machine"], "marked_tools": ["good_night"]}]
)
async def test_what_the_user_marks_asks(hass: HomeAssistant, talk: Talk, xai: FakeXai) -> None:
    switched = async_mock_service(hass, "switch", "turn_on")
    coffee = Call("intent__HassTurnOn", {"name": "Coffee machine"})
    xai.will(Turn(calls=(coffee,)), Turn(calls=(LEAVE,)))
    assert await talk.say("Coffee") == "Do you want me to use Coffee machine?"
    assert switched == []
    assert await talk.say("Sure") == "Done."
    assert len(switched) == 1
    assert await talk.say("Night") == "Do you want me to use the tool script__good_night?"


async def test_a_timer_has_no_command(talk: Talk, xai: FakeXai) -> None:
    """It would be done later, when nobody looks any more."""
    later = {"minutes": 1, "conversation_command": "unlock the front door"}
    xai.will(Turn(calls=(Call("intent__HassStartTimer", later),)))
    assert (await talk.say("Go")).startswith("A timer can't give a command")

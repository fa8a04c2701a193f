"""Grok answers and acts, in a house, over a real socket."""

import asyncio
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.chat_session import async_get_chat_session
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.alicia.grok.agent import MAX_ROUNDS
from custom_components.alicia.grok.wire import Limits
from tests.fakes.xai.record import Record
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Search, Turn

from .conftest import AGENT, Home, spoken

LIGHT = "light.test_kitchen_light"
ON = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})
COFFEE = Call("intent__HassTurnOn", {"name": "Coffee machine", "domain": ["switch"]})


def refused(xai: FakeXai) -> list[str]:
    """What xAI would not have taken of all that was asked."""
    return [refusal.text for record in xai.asked for refusal in record.refusals]


def items(record: Record, kind: str) -> list[dict[str, Any]]:
    return [item for item in record.input if item.get("type", "message") == kind]


async def test_it_answers(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="It is fine."))
    result = await home.ask("How are you?")
    assert spoken(result) == "It is fine."
    assert not result.continue_conversation


async def test_a_question_waits_for_an_answer(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="Which one?"))
    assert (await home.ask("Turn it on")).continue_conversation


async def test_it_turns_a_light_on(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    assert await home.say("Turn on the kitchen light") == "Kitchen light is on."
    assert [call.data["entity_id"] for call in calls] == [[LIGHT]]
    assert refused(xai) == []


async def test_it_speaks_german(hass: HomeAssistant, home: Home) -> None:
    async_mock_service(hass, "light", "turn_on")
    said = await home.say("Schalte das Licht im Büro ein", language="de")
    assert said == "Licht im Büro ist an."


async def test_it_looks_up_what_it_is_not_told(home: Home, xai: FakeXai) -> None:
    assert await home.say("Is the living room lamp off?") == "No, Living room lamp is on."
    assert len(xai.asked) == 2, "a state is never listed"


async def test_tools_run_at_the_same_time(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    """Each call ends only when the other has begun."""
    both = asyncio.Barrier(2)

    async def meet(call: ServiceCall) -> None:
        async with asyncio.timeout(5):
            await both.wait()

    hass.services.async_register("light", "turn_on", meet)
    hass.services.async_register("switch", "turn_on", meet)
    xai.will(Turn(calls=(ON, COFFEE)), Turn(text="Both are on."))
    assert await home.say("Light and coffee!") == "Both are on."
    outputs = items(xai.asked[1], "function_call_output")
    assert len(outputs) == 2
    assert refused(xai) == []


async def test_a_tool_that_fails_is_told_to_the_model(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    async def fail(call: ServiceCall) -> None:
        raise HomeAssistantError("The bulb is broken")

    hass.services.async_register("light", "turn_on", fail)
    xai.will(Turn(calls=(ON,)), Turn(text="That did not work."))
    await home.say("Light!")
    (output,) = items(xai.asked[1], "function_call_output")
    assert "error" in output["output"]


async def test_a_tool_that_is_not_there(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(Call("no_such_tool"),)), Turn(text="I can't."))
    assert await home.say("Do it") == "I can't."
    (output,) = items(xai.asked[1], "function_call_output")
    assert "not found" in output["output"]


async def test_it_stops_after_many_rounds(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,), times=0))
    said = await home.say("Light!")
    assert said == "Done. That took more steps than I may take."
    assert len(xai.asked) == MAX_ROUNDS


async def test_a_tool_and_not_a_word(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,)), Turn(text=""))
    assert await home.say("Light!") == "Done."


async def test_not_a_word_at_all(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text=""))
    assert await home.say("Well?") == "Grok had nothing to say to that."


@pytest.mark.parametrize("agent_options", [{"model": "grok-4.5"}])
async def test_what_was_thought_and_done_is_told_again(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    async_mock_service(hass, "light", "turn_on")
    async_mock_service(hass, "light", "turn_off")
    first = await home.ask("Turn on the kitchen light")
    second = await home.ask("Turn it off again", first.conversation_id)
    assert spoken(second) == "Kitchen light is off."
    assert refused(xai) == []
    inputs = [record.input for record in xai.asked]
    assert len(inputs) == 4
    for before, after in pairwise(inputs):
        assert after[: len(before)] == before, "nothing that was told is ever changed"
    assert len(items(xai.asked[3], "reasoning")) == 3
    assert all(item["encrypted_content"] for item in items(xai.asked[3], "reasoning"))


@pytest.mark.parametrize("agent_options", [{"model": "grok-4.5"}])
async def test_another_model_is_not_told_what_it_can_not_read(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    xai.will(Turn(text="Fine."), Turn(text="Fine, too."))
    first = await home.ask("How are you?")
    (subentry,) = account.subentries.values()
    hass.config_entries.async_update_subentry(account, subentry, data={"model": "grok-4.3"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert spoken(await home.ask("And you?", first.conversation_id)) == "Fine, too."
    assert items(xai.asked[1], "reasoning") == []
    assert {"role": "assistant", "content": "Fine."} in xai.asked[1].input
    assert refused(xai) == []


async def test_what_others_said_is_told_as_text(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    async_mock_service(hass, "light", "turn_on")
    first = await home.ask("Turn on the kitchen light", agent_id="conversation.home_assistant")
    xai.will(Turn(text="You're welcome."))
    await home.ask("Thank you", first.conversation_id)
    assert [item["role"] for item in xai.asked[0].input] == ["user", "assistant", "user"]


def _satellite(hass: HomeAssistant, room: str) -> str:
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", room)}
    )
    area = ar.async_get(hass).async_get_or_create(room)
    devices.async_update_device(device.id, area_id=area.id)
    async_register_timer_handler(hass, device.id, lambda *_: None)
    return device.id


async def test_rooms_and_minutes_share_a_beginning(
    hass: HomeAssistant, home: Home, xai: FakeXai, freezer: FrozenDateTimeFactory
) -> None:
    xai.will(Turn(text="Fine."), Turn(text="Fine."))
    await home.ask("How are you?")
    freezer.tick(240)
    hass.states.async_set(LIGHT, "on", {"friendly_name": "Kitchen light", "brightness": 7})
    await home.ask("How are you?", device_id=_satellite(hass, "Bedroom"))
    first, second = xai.asked
    assert first.body is not None
    assert second.body is not None
    for part in ("instructions", "tools", "prompt_cache_key"):
        assert first.body[part] == second.body[part]
    assert second.usage is not None
    assert second.usage.cached / second.usage.input >= 0.95
    told = [record.input[0]["content"][0]["text"] for record in xai.asked]
    assert "Area: Kitchen" in told[0]
    assert "Area: Bedroom" in told[1]
    assert told[0].splitlines()[0] != told[1].splitlines()[0], "the time"


async def test_what_it_is_told(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    user = await hass.auth.async_create_user("Anna")
    xai.will(Turn(text="Fine."))
    await conversation.async_converse(
        hass, "Hi", None, Context(user_id=user.id), language="en", agent_id=AGENT,
        extra_system_prompt="The front door was opened.",
    )  # fmt: skip
    body = xai.asked[0].body
    assert body is not None
    facts = body["input"][-1]["content"][0]["text"]
    assert "User: Anna" in facts
    assert "The front door was opened." in facts
    instructions = body["instructions"]
    assert "Kitchen | binary_sensor: Kitchen window | light: Kitchen light | med" in instructions
    assert "todo: Shopping list" in instructions
    assert "The front door was opened." not in instructions
    assert "names:" not in instructions, "Home Assistant's own list says the same in more words"
    assert body["store"] is False


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": [], "prompt": "You are a pirate."}])
async def test_an_agent_that_only_talks(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="Arr."))
    assert await home.say("Hi") == "Arr."
    body = xai.asked[0].body
    assert body is not None
    assert "tools" not in body
    assert body["instructions"].endswith("You are a pirate.")
    assert "Current time" not in body["instructions"]


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": ["assist", "mcp-away"]}])
async def test_an_api_that_is_away_is_done_without(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="Here."))
    assert await home.say("Hi") == "Here."
    assert any(tool["name"] == "intent__HassTurnOn" for tool in xai.asked[0].body["tools"])


@pytest.mark.parametrize("agent_options", [{"prompt": "{{ 1 / 0 }}"}])
async def test_a_template_that_can_not_be_rendered(home: Home, xai: FakeXai) -> None:
    assert "template" in await home.say("Hi")
    assert xai.asked == []


@pytest.mark.parametrize("agent_options", [{"web_search": True, "x_search": True}])
async def test_what_was_found_is_told_without_its_sources(home: Home, xai: FakeXai) -> None:
    search = Search("weather", urls=("https://example.com/a_b?c=1",))
    xai.will(Turn(text="**Rain** today.", searches=(search,)))
    assert await home.say("Weather?") == "Rain today."
    body = xai.asked[0].body
    assert body is not None
    assert [tool["type"] for tool in body["tools"][-2:]] == ["web_search", "x_search"]
    xai.will(Turn(text="Yes."))
    assert refused(xai) == []


@pytest.mark.parametrize("agent_options", [{"web_search": False}])
async def test_nothing_is_searched_unless_the_user_wants_it(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="Fine."))
    await home.say("Hi")
    body = xai.asked[0].body
    assert body is not None
    assert {tool["type"] for tool in body["tools"]} == {"function"}


async def test_words_come_while_they_are_written(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    xai.will(Turn(text="One **two** three."))
    heard: list[str] = []

    def listen(_log: conversation.ChatLog, delta: dict[str, Any]) -> None:
        heard.append(delta.get("content") or "")

    with (
        async_get_chat_session(hass, None) as session,
        conversation.async_get_chat_log(hass, session, chat_log_delta_listener=listen),
    ):
        await home.ask("Count", session.conversation_id)
    pieces = [piece for piece in heard if piece]
    assert "".join(pieces) == "One two three."
    assert len(pieces) > 1


async def test_sessions_do_not_mix(home: Home, xai: FakeXai) -> None:
    xai.will(*(Turn(text=f"You said {n}.", when=f"number {n}!") for n in range(10)))
    results = await asyncio.gather(*(home.ask(f"This is number {n}!") for n in range(10)))
    assert [spoken(result) for result in results] == [f"You said {n}." for n in range(10)]
    assert len({result.conversation_id for result in results}) == 10
    assert all(len(record.input) == 1 for record in xai.asked)


@pytest.mark.parametrize("limits", [Limits()])
@pytest.mark.parametrize("fault", ["stall_before_headers", "stall_at_start", "stall_mid_stream"])
async def test_nobody_waits_any_more(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry, fault: str
) -> None:
    """As where somebody interrupts a satellite: the request ends, and the next is as any other."""
    xai.will(Turn(fault=fault), Turn(text="Here."))
    turn = hass.async_create_task(home.say("Tell me a story"))
    await xai.until(lambda: len(xai.asked) == 1)
    await asyncio.sleep(0.1)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert await home.say("Are you there?") == "Here."
    pool = account.runtime_data.client._wire._session.connector
    assert pool is not None
    assert not pool._acquired, "no connection is kept for whom nobody waits"

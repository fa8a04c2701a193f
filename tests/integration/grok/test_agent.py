"""Grok answers and acts, in a house, over a real socket."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .conftest import Home


async def test_it_answers(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="It is fine."))
    assert await home.say("How are you?") == "It is fine."


async def test_it_turns_a_light_on(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    assert await home.say("Turn on the kitchen light") == "Kitchen light is on."
    assert [call.data["entity_id"] for call in calls] == [["light.test_kitchen_light"]]
    assert all(not record.refusals for record in xai.asked)

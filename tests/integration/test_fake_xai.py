"""The model behind the fake of xAI's API commands a real Home Assistant."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.fakes.xai.brain import Brain
from tests.fakes.xai.request import Request
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .exposed_house import async_make_house, offered

#: What the fake's own tests take for what Home Assistant offers.
HOUSE = Path(__file__).parents[1] / "fakes" / "house.json"

ROUNDS = 5


@pytest.fixture
async def api(hass: HomeAssistant) -> llm.APIInstance:
    context = await async_make_house(hass)
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)


class Talk:
    """A conversation between a person, the model, and Home Assistant."""

    def __init__(self, api: llm.APIInstance) -> None:
        self._api = api
        self._offer = offered(api)
        self._items: list[dict[str, Any]] = [
            {"role": "developer", "content": self._offer["prompt"]}
        ]

    async def say(self, sentence: str) -> str:
        """Return what is answered in the end."""
        self._items.append({"role": "user", "content": sentence})
        for _ in range(ROUNDS):
            body = {"model": "grok-4.3", "input": self._items, "tools": self._offer["tools"]}
            turn = Brain().think(Request(body), Turn())
            if turn.text is not None:
                self._items.append({"role": "assistant", "content": turn.text})
                return turn.text
            for call in turn.calls:
                await self._do(call)
        raise AssertionError("the model never stops")

    async def _do(self, call: Call) -> None:
        id_ = f"call-{len(self._items)}"
        try:
            result = await self._api.async_call_tool(llm.ToolInput(call.name, call.arguments))
            output = {"data": result.data, "error": result.error}
        except HomeAssistantError as err:
            output = {"error": str(err)}
        self._items += [
            {
                "type": "function_call",
                "call_id": id_,
                "name": call.name,
                "arguments": json.dumps(call.arguments),
            },
            {
                "type": "function_call_output",
                "call_id": id_,
                "output": json.dumps(output, default=str),
            },
        ]


def settled(value: Any) -> Any:
    """Return what is offered with its choices in order: Home Assistant keeps some in a set."""
    if isinstance(value, dict):
        return {
            key: sorted(each) if key == "enum" else settled(each) for key, each in value.items()
        }
    return [settled(each) for each in value] if isinstance(value, list) else value


def test_the_house_of_the_fakes_tests_is_what_home_assistant_offers(
    api: llm.APIInstance, pytestconfig: pytest.Config
) -> None:
    now = settled(offered(api))
    if pytestconfig.getoption("update_snapshots"):
        HOUSE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(HOUSE.read_text()) == now


@pytest.mark.parametrize(
    ("sentence", "service", "data", "reply"),
    [
        ("Turn on the kitchen light.", "light.turn_on", {}, "Kitchen light is on."),
        ("turn off the lights in the bedroom", "light.turn_off", {}, "in the bedroom is off."),
        ("Dim the kitchen light to 30 percent", "light.turn_on", {"brightness_pct": 30}, "30"),
        ("make the living room lamp red", "light.turn_on", {"rgb_color": (255, 0, 0)}, "red"),
        ("turn on the coffee machine", "switch.turn_on", {}, "Coffee machine is on."),
        ("Lock the front door!", "lock.lock", {}, "Front door is locked."),
        ("Unlock the front door", "lock.unlock", {}, "Front door is unlocked."),
        ("open the garage door", "cover.open_cover", {}, "Garage door is opening."),
        ("set the bedroom blinds to 40%", "cover.set_cover_position", {"position": 40}, "40"),
        ("set the temperature in the living room to 21.5 degrees", "climate.set_temperature",
         {"temperature": 21.5}, "21.5"),
        ("set the volume to 30", "media_player.volume_set", {"volume_level": 0.3}, "Done"),
        ("pause the radio", "media_player.media_pause", {}, "Radio"),
        ("set the ceiling fan to 50%", "fan.turn_on", {"percentage": 50}, "50"),
        ("start the robot", "vacuum.start", {}, "Robot is started."),
        ("activate movie night", "scene.turn_on", {}, "Movie night is started."),
        ("Schalte das Licht im Büro ein", "light.turn_on", {}, "Licht im Büro ist an."),
        ("Schließ die Haustür ab", "lock.lock", {}, "Haustür ist abgeschlossen."),
        ("Fahr die Jalousie im Bedroom auf 20 Prozent", "cover.set_cover_position",
         {"position": 20}, "20 Prozent"),
        ("Allume la lumière", "light.turn_on", {}, "allumé"),
    ],
)  # fmt: skip
async def test_commands(
    hass: HomeAssistant,
    api: llm.APIInstance,
    sentence: str,
    service: str,
    data: dict[str, Any],
    reply: str,
) -> None:
    calls: list[ServiceCall] = async_mock_service(hass, *service.split("."))
    assert reply in await Talk(api).say(sentence)
    assert len(calls) == 1
    assert data.items() <= calls[0].data.items()


@pytest.mark.parametrize(
    ("sentence", "reply"),
    [
        ("Is the front door locked?", "Yes, Front door is locked."),
        ("Is the living room lamp off?", "No, Living room lamp is on."),
        ("Is the kitchen window open?", "No, Kitchen window is off."),
        ("Which lights are on?", "Living room lamp is on."),
        ("How warm is it in the living room?", "Thermostat is 19.5 °."),
        ("What's the temperature outside?", "Outdoor temperature is 7.5 °C."),
        ("Ist die Haustür abgeschlossen?", "Ja, Haustür ist abgeschlossen."),
        ("Turn on the attic light", "I don't find the attic light."),
        ("Set a timer for 5 minutes", "The timer runs."),
        ("Turn on the lights in the garage", "I don't find the lights in the garage."),
    ],
)
async def test_answers(api: llm.APIInstance, sentence: str, reply: str) -> None:
    assert await Talk(api).say(sentence) == reply


async def test_what_fails_is_not_said_to_be_done(hass: HomeAssistant, api: llm.APIInstance) -> None:
    """No service is there that would lock: Home Assistant says so, and so does the model."""
    hass.services.async_remove("lock", "lock")
    assert (await Talk(api).say("Lock the front door")).startswith("That did not work")


async def test_home_assistants_own_client_reaches_it(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with FakeXai().running() as xai:
        session = async_get_clientsession(hass)
        headers = {"Authorization": f"Bearer {xai.account.key}"}
        body = {"model": "grok-4.3", "input": "hello", "stream": True}
        for _ in range(3):
            async with session.post(f"{xai.url}/responses", json=body, headers=headers) as response:
                assert b"response.completed" in await response.read()
    assert len({record.connection for record in xai.asked}) == 1


async def test_it_remembers_what_was_talked_about(
    hass: HomeAssistant, api: llm.APIInstance
) -> None:
    async_mock_service(hass, "light", "turn_on")
    off = async_mock_service(hass, "light", "turn_off")
    talk = Talk(api)
    await talk.say("Turn on the bedroom light")
    assert await talk.say("Turn it off again") == "Bedroom light is off."
    assert off[0].data["entity_id"] == ["light.test_bedroom_light"]

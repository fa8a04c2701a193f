"""Groups of devices: one entity for several, one command for all, one answer of all."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, translation
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia import async_remove_config_entry_device
from custom_components.alicia.bus.topics import Kind

ROOM = "light.room"
THREE = ["left", "middle", "right"]
BROKEN = {"code": "failed", "message": "the bulb is broken"}


def lamp(device_id: str) -> dict[str, Any]:
    return {"device_id": device_id, "device_type": "lamp", "capabilities": ["light"]}


GROUP: dict[str, Any] = {
    "device_id": "room",
    "device_type": "group",
    "capabilities": ["light"],
    "metadata": {"name": "Room", "members": ["left", "right"]},
}


@pytest.fixture
async def room(bus: Any) -> None:
    for message in (lamp("left"), lamp("right"), GROUP):
        await bus.say(Kind.REGISTER, message)


def state(hass: HomeAssistant) -> str:
    found = hass.states.get(ROOM)
    assert found is not None
    return found.state


def turn_on(hass: HomeAssistant) -> asyncio.Task[Any]:
    """Have Home Assistant switch the group on, and wait for what comes of it."""
    return asyncio.create_task(
        hass.services.async_call("light", "turn_on", {"entity_id": ROOM}, blocking=True)
    )


def device(hass: HomeAssistant, entry: MockConfigEntry, device_id: str) -> dr.DeviceEntry:
    registry, identifier = dr.async_get(hass), ("alicia", f"{entry.entry_id}:{device_id}")
    found = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found


async def answer(bus: Any, device_id: str, **more: object) -> None:
    command = bus.heard(Kind.DEVICE_COMMAND, device_id=device_id)[-1]
    assert command["command"] == "turn_on"
    told = {"request_id": command["request_id"], "source": device_id, **more}
    await bus.say(Kind.DEVICE_RESPONSE, told, device_id=device_id)


async def test_group_shows_what_its_members_are(hass: HomeAssistant, bus: Any, room: None) -> None:
    assert state(hass) == "unknown"
    lit = {"light": {"on": True, "brightness": 100}}
    await bus.say(Kind.DEVICE_STATUS, {"light": False}, device_id="left")
    assert state(hass) == "off"
    await bus.say(Kind.DEVICE_STATUS, lit, device_id="right")
    assert state(hass) == "on"
    await bus.say(Kind.DEVICE_STATUS, {"light": False}, device_id="right")
    assert state(hass) == "off"


async def test_group_is_there_while_a_member_is(hass: HomeAssistant, bus: Any, room: None) -> None:
    for device_id, wanted in (("left", "unknown"), ("right", "unavailable")):
        await bus.say(Kind.HEALTH, {"status": "offline"}, device_id=device_id)
        assert state(hass) == wanted
    await bus.say(Kind.HEALTH, {"status": "online"}, device_id="left")
    assert state(hass) == "unknown"


async def test_each_member_is_told(hass: HomeAssistant, bus: Any, room: None) -> None:
    calling = turn_on(hass)
    await asyncio.sleep(0.01)
    lit = {"light": {"on": True}}
    await asyncio.gather(answer(bus, "left", state=lit), answer(bus, "right", state=lit))
    await calling
    assert state(hass) == "on"
    assert bus.heard(Kind.DEVICE_COMMAND, device_id="room") == []


async def test_members_that_fail_are_named_as_the_user_calls_them(
    hass: HomeAssistant, bus: Any, room: None, entry: MockConfigEntry
) -> None:
    await bus.say(Kind.REGISTER, {**GROUP, "metadata": {"name": "Room", "members": THREE}})
    await bus.say(Kind.REGISTER, {**lamp("middle"), "metadata": {"name": "Middle lamp"}})
    await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="middle")
    registry = dr.async_get(hass)
    registry.async_update_device(device(hass, entry, "right").id, name_by_user="Reading lamp")
    calling = turn_on(hass)
    await asyncio.sleep(0.01)
    await asyncio.gather(answer(bus, "left"), answer(bus, "right", error=BROKEN))
    with pytest.raises(HomeAssistantError) as caught:
        await calling
    assert caught.value.translation_key == "group_did_in_part"
    assert str(caught.value) == (
        "Room did turn_on only in part. Middle lamp is offline. Reading lamp did not do turn_on "
        "(failed): the bulb is broken. The others did it"
    )


async def test_no_member_does_it(hass: HomeAssistant, bus: Any, room: None) -> None:
    calling = turn_on(hass)
    await asyncio.sleep(0.01)
    await asyncio.gather(answer(bus, "left", error=BROKEN), answer(bus, "right", error=BROKEN))
    with pytest.raises(HomeAssistantError) as caught:
        await calling
    assert caught.value.translation_key == "group_did_not"
    assert str(caught.value) == (
        "No member of Room did turn_on. left did not do turn_on (failed): the bulb is broken. "
        "right did not do turn_on (failed): the bulb is broken."
    )


async def test_members_reasons_are_in_the_language_of_the_house(
    hass: HomeAssistant, bus: Any, room: None
) -> None:
    translation.async_setup(hass)  # as when Home Assistant starts
    await hass.config.async_update(language="de")
    await hass.async_block_till_done()
    await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="right")
    calling = turn_on(hass)
    await asyncio.sleep(0.01)
    await answer(bus, "left")
    with pytest.raises(HomeAssistantError) as caught:
        await calling
    assert caught.value.translation_placeholders == {
        "device": "Room",
        "command": "turn_on",
        "failures": "right ist offline.",
        "reason": "right: the device is offline",
        "code": "unavailable",
    }


async def test_programs_are_told_what_each_member_did(
    hass: HomeAssistant, bus: Any, room: None, entry: MockConfigEntry
) -> None:
    ids = [device(hass, entry, each).id for each in ("room", "left")]
    calling = asyncio.create_task(
        hass.services.async_call(
            "alicia",
            "send_command",
            {"device_id": ids, "command": "turn_on"},
            blocking=True,
            return_response=True,
        )
    )
    await asyncio.sleep(0.01)
    for command in bus.heard(Kind.DEVICE_COMMAND, device_id="left"):
        told = {"request_id": command["request_id"], "source": "left"}
        await bus.say(Kind.DEVICE_RESPONSE, told, device_id="left")
    await answer(bus, "right", error=BROKEN)
    found: Any = await calling
    assert found["failed"] == 1
    assert found["devices"]["left"].keys() == {"result", "state"}
    assert found["devices"]["room"] == {
        "error": {"code": "failed", "message": "right: the bulb is broken"},
        "result": {
            "members": {
                "left": {"result": {}, "state": {}},
                "right": {"error": {"code": "failed", "message": "the bulb is broken"}},
            }
        },
    }


async def test_others_have_one_answer_with_each_ones_result(
    hass: HomeAssistant, bus: Any, room: None
) -> None:
    command = {"command": "turn_on", "request_id": "mine", "source": "panel"}
    telling = asyncio.create_task(bus.say(Kind.DEVICE_COMMAND, command, device_id="room"))
    await asyncio.sleep(0.01)
    await asyncio.gather(answer(bus, "left"), answer(bus, "right"))
    await telling
    (told,) = bus.heard(Kind.DEVICE_RESPONSE, device_id="room")
    assert told["request_id"] == "mine"
    assert told["result"]["members"].keys() == {"left", "right"}


@pytest.mark.parametrize("members", [[], "left", ["room"], [7, "no/id"]])
async def test_group_without_members_says_so(
    hass: HomeAssistant, bus: Any, members: object
) -> None:
    await bus.say(Kind.REGISTER, {**GROUP, "metadata": {"name": "Room", "members": members}})
    assert state(hass) == "unavailable"


async def test_group_can_be_deleted_while_its_members_are_there(
    hass: HomeAssistant, bus: Any, room: None, entry: MockConfigEntry
) -> None:
    assert await async_remove_config_entry_device(hass, entry, device(hass, entry, "room"))
    await hass.async_block_till_done()
    assert hass.states.get(ROOM) is None
    await bus.say(Kind.DEVICE_STATUS, {"light": True}, device_id="left")
    assert hass.states.get(ROOM) is None


async def test_group_has_no_groups_in_it(hass: HomeAssistant, bus: Any, room: None) -> None:
    house = {**GROUP, "device_id": "house", "metadata": {"name": "House", "members": ["room"]}}
    await bus.say(Kind.REGISTER, house)
    with pytest.raises(HomeAssistantError, match="no groups in it"):
        await hass.services.async_call(
            "light", "turn_on", {"entity_id": "light.house"}, blocking=True
        )
    await bus.say(Kind.DEVICE_COMMAND, {"command": "fly", "request_id": "r"}, device_id="room")
    (told,) = bus.heard(Kind.DEVICE_RESPONSE, device_id="room")
    assert told["error"]["code"] == "unsupported"

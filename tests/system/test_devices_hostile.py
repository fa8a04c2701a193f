"""What is said on the bus in error or in bad faith: a clear answer, and nobody else is harmed."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import cast

import pytest

from demo.bus import Bus
from demo.check.mouth import Mouth
from demo.devices.device import Device
from demo.home_assistant import Json
from demo.house.furnish import act
from demo.waiting import until

from .guest import FOUND, PATIENCE, QUERY, SWITCH, asked, becomes, bus, joined, plug, view
from .house import House

REGISTER = "alicia/system/discovery/register"
UNREGISTER = "alicia/system/discovery/unregister"
HA_COMMAND, HA_RESPONSE = "alicia/integration/ha/command", "alicia/integration/ha/response"
LAMP = "light.desk_lamp"
CROWD = 1_000


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[Bus]:
    async with bus(house) as client:
        yield client


@pytest.fixture
async def guest(house: House, mouth: Mouth) -> AsyncIterator[Device]:
    async with joined(house, plug()) as device:
        assert await becomes(mouth, SWITCH, "off")
        yield device


async def _is_unharmed(mouth: Mouth, guest: Device) -> bool:
    await act(mouth.socket, "switch.turn_on", SWITCH, {})
    return guest.model.state["switch"] == {"on": True}


async def _error(client: Bus, topic: str, answers: str, request: Json) -> str:
    response = await asked(client, topic, answers, request)
    return str(cast(Json, response["error"])["code"])


async def _total(client: Bus, device_type: str) -> object:
    found = await asked(client, QUERY, FOUND, {"device_type": device_type, "limit": 1})
    return found["total"]


HELLO = {"device_id": "odd", "device_type": "odd", "capabilities": ["switch"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_id": "a/b"},
        {"device_id": "#"},
        {"device_id": "x" * 10_000},
        {"device_id": 7},
        {"capabilities": "switch"},
        {"capabilities": [{"type": "switch"}]},
        {"capabilities": [f"c-{number}" for number in range(5_000)]},
        {"metadata": {"name": "x" * 1_000_000}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_wrong_registrations_leave_others_alone(
    stranger: Bus, mouth: Mouth, guest: Device, wrong: Json
) -> None:
    stranger.publish(REGISTER, {**HELLO, **wrong})
    assert await _is_unharmed(mouth, guest)
    assert await _total(stranger, "odd") == 0


async def test_parameters_of_wrong_kinds_are_reported(house: House, stranger: Bus) -> None:
    capabilities = [{"name": "temperature", "unit": 7, "colour": "red"}, "teleporter"]
    stranger.publish(REGISTER, {**HELLO, "capabilities": capabilities})
    assert await view(house, "odd", lambda each: len(cast(list[str], each.get("problems", []))) > 2)
    stranger.publish(UNREGISTER, {"device_id": "odd"})
    assert await view(house, "odd", lambda each: not each)


async def test_second_device_of_one_id_is_refused(
    stranger: Bus, mouth: Mouth, guest: Device
) -> None:
    impostor = {**guest.model.hello, "device_type": "toaster", "metadata": {"serial_number": "2"}}
    async with stranger.listen("alicia/#") as said, asyncio.timeout(PATIENCE):
        stranger.publish(REGISTER, {**impostor, "request_id": "impostor"})
        while b"conflict" not in (await said.get())[1]:
            pass
    assert await _is_unharmed(mouth, guest)


async def test_status_that_came_before_its_device(mouth: Mouth, stranger: Bus) -> None:
    stranger.publish("alicia/devices/early-plug/status", {"switch": True})
    hello = plug("early-plug", "Early plug").hello
    stranger.publish(REGISTER, hello)
    assert await becomes(mouth, "switch.garage_early_plug", "on")
    stranger.publish(UNREGISTER, {"device_id": "early-plug"})
    assert await becomes(mouth, "switch.garage_early_plug", None)


async def test_wrong_commands_of_others_are_answered(stranger: Bus, guest: Device) -> None:
    topic = f"alicia/devices/{guest.model.device_id}"
    async with stranger.listen(f"{topic}/response") as responses, asyncio.timeout(PATIENCE):
        stranger.publish(f"{topic}/command", {"command": "explode", "request_id": "wrong"})
        answers = [json.loads((await responses.get())[1])]
    assert answers[0]["error"]["code"] == "unsupported"
    nobody = "alicia/devices/nobody"
    error = await _error(stranger, f"{nobody}/command", f"{nobody}/response", {"command": "press"})
    assert error == "not_found"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"service": "light.turn_on", "entity_id": "light.garage_lantern"}, "not_allowed"),
        ({"service": "lock.unlock", "entity_id": "lock.front_door"}, "not_allowed"),
        ({"service": "homeassistant.stop"}, "not_allowed"),
        ({"service": "light.turn_on", "entity_id": "light.no_such_thing"}, "not_found"),
        ({"service": "light.turn_on", "entity_id": "all"}, "invalid_field"),
        (
            {
                "service": "light.turn_on",
                "entity_id": LAMP,
                "data": {"brightness": "{{ states | length }}"},
            },
            "invalid_field",
        ),
    ],
)
async def test_home_assistant_is_not_everybodys(
    mouth: Mouth, stranger: Bus, request_: Json, code: str
) -> None:
    await act(mouth.socket, "light.turn_off", LAMP, {})
    assert await _error(stranger, HA_COMMAND, HA_RESPONSE, request_) == code
    assert await becomes(mouth, LAMP, "off")


async def test_crowd_is_let_in_and_out(stranger: Bus, mouth: Mouth, guest: Device) -> None:
    for number in range(CROWD):
        hello = {
            "device_id": f"crowd-{number}",
            "device_type": "crowd",
            "capabilities": ["temperature"],
        }
        stranger.publish(REGISTER, hello, qos=0)

    async def counted(number: int) -> bool:
        return await _total(stranger, "crowd") == number

    assert await until(lambda: counted(CROWD), 3 * PATIENCE)
    assert await becomes(mouth, f"sensor.crowd_{CROWD - 1}_temperature", "unknown", 6 * PATIENCE)
    assert await _is_unharmed(mouth, guest)
    for number in range(CROWD):
        stranger.publish(UNREGISTER, {"device_id": f"crowd-{number}"}, qos=0)
    assert await until(lambda: counted(0), 6 * PATIENCE)
    assert await becomes(mouth, f"sensor.crowd_{CROWD - 1}_temperature", None, 6 * PATIENCE)


async def test_garbage_that_was_retained(
    house: House, stranger: Bus, mouth: Mouth, guest: Device
) -> None:
    garbage = {
        "alicia/devices/guest-plug/status": b"\xff\x00 not json",
        "alicia/system/health/ghost": b'{"state": "an older version"}',
        "alicia/devices/ghost/command": b'{"command": "turn_on"}',
    }
    for topic, payload in garbage.items():
        stranger.publish(topic, payload, retain=True)
    assert await _is_unharmed(mouth, guest)
    assert house.runner().processes["home_assistant"].runs
    for topic in garbage:
        stranger.publish(topic, b"", retain=True)

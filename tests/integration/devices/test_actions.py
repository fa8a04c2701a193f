"""Devices are found and told what to do, by actions and over the websocket."""

import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.alicia.bus.topics import Kind


def robot(device_id: str, **metadata: str) -> dict[str, Any]:
    return {
        "device_id": device_id,
        "device_type": "robot",
        "capabilities": ["switch", {"name": "arm", "type": "crane", "commands": ["wave"]}],
        "metadata": {"name": device_id.capitalize(), "area": "Workshop", **metadata},
    }


@pytest.fixture
async def robots(hass: HomeAssistant, bus: Any) -> None:
    """Two robots are on the bus."""
    for name in ("anna", "bert"):
        await bus.say(Kind.REGISTER, robot(name))


def device_id(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    identifier = ("alicia", f"{entry.entry_id}:{name}")
    found = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found.id


@pytest.fixture
def answering(hass: HomeAssistant, bus: Any, broker: Any) -> None:
    """Anna does what she is told; Bert refuses."""
    publish = broker.async_publish.side_effect or broker._mqttc.publish

    async def on_publish(topic: str, payload: bytes, *args: Any, **more: Any) -> Any:
        if topic.endswith("/command"):
            name = topic.split("/")[2]
            request = json.loads(payload)
            answer: dict[str, Any] = {"request_id": request["request_id"]}
            if name == "anna":
                answer["result"] = {"command": request["command"], **request.get("parameters", {})}
            else:
                answer["error"] = {"code": "failed", "message": "I'd rather not"}
            async_fire_mqtt_message(
                hass, bus.topics.build(Kind.DEVICE_RESPONSE, device_id=name), json.dumps(answer)
            )

    broker.async_publish.side_effect = on_publish
    assert publish is not None


async def send(hass: HomeAssistant, *, response: bool = True, **data: Any) -> Any:
    return await hass.services.async_call(
        "alicia", "send_command", data, blocking=True, return_response=response
    )


async def test_devices_are_found(hass: HomeAssistant, bus: Any, robots: None) -> None:
    area = ar.async_get(hass).async_get_area_by_name("Workshop")
    assert area is not None
    for asked, names in (
        ({}, ["anna", "bert"]),
        ({"capability": "crane"}, ["anna", "bert"]),
        ({"capability": "arm", "area_id": area.id}, ["anna", "bert"]),
        ({"device_type": "sidecar"}, []),
    ):
        found: Any = await hass.services.async_call(
            "alicia", "find_devices", asked, blocking=True, return_response=True
        )
        assert [each["device_id"] for each in found["devices"]] == names
        assert found["total"] == len(names)


async def test_devices_are_found_over_the_websocket(
    hass: HomeAssistant, bus: Any, robots: None, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "alicia/devices", "device_id": "bert"})
    (found,) = (await client.receive_json())["result"]["devices"]
    assert (found["name"], found["area"], found["status"]) == ("Bert", "Workshop", "online")
    await client.send_json_auto_id({"type": "alicia/devices", "config_entry_id": "no"})
    assert (await client.receive_json())["error"]["code"] == "not_found"


async def test_a_command_is_sent_and_its_result_returned(
    hass: HomeAssistant, bus: Any, robots: None, entry: MockConfigEntry, answering: None
) -> None:
    told = await send(
        hass,
        device_id=device_id(hass, entry, "anna"),
        command="wave",
        capability="arm",
        parameters={"times": 2},
    )
    assert told["failed"] == 0
    assert told["devices"]["anna"]["result"] == {"command": "wave", "times": 2}


async def test_several_devices_are_told_at_once(
    hass: HomeAssistant, bus: Any, robots: None, answering: None
) -> None:
    area = ar.async_get(hass).async_get_area_by_name("Workshop")
    assert area is not None
    told = await send(hass, area_id=area.id, command="wave")
    assert told["failed"] == 1
    assert told["devices"]["anna"]["result"] == {"command": "wave"}
    assert told["devices"]["bert"]["error"] == {"code": "failed", "message": "I'd rather not"}
    with pytest.raises(HomeAssistantError) as caught:
        await send(hass, response=False, area_id=area.id, command="wave")
    assert caught.value.translation_key == "device_refused"


async def test_what_no_device_can_do_is_told(
    hass: HomeAssistant, bus: Any, robots: None, entry: MockConfigEntry
) -> None:
    anna = device_id(hass, entry, "anna")
    with pytest.raises(ServiceValidationError) as caught:
        await send(hass, device_id=anna, command="fly")
    assert caught.value.translation_key == "device_command_unsupported"
    with pytest.raises(ServiceValidationError) as caught:
        await send(hass, device_id="nobody", command="wave")
    assert caught.value.translation_key == "no_devices"

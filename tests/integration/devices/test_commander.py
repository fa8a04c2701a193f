"""Commands to devices: what goes out, what ends the waiting, and what the caller is told."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.commands import MAX_PENDING
from custom_components.alicia.bus.messages import DeviceResponse
from custom_components.alicia.bus.topics import Kind

DESK: dict[str, Any] = {
    "device_id": "desk",
    "device_type": "lamp",
    "capabilities": [
        {"name": "light", "color_temp": False},
        "switch",
        {"name": "mode", "type": "select", "options": ["eco", "boost"]},
    ],
    "metadata": {"name": "Desk lamp"},
    "status": "online",
}


class Desk:
    """A lamp on the bus, and somebody in Home Assistant who tells it what to do."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, bus: Any) -> None:
        self.hass = hass
        self.bus = bus
        self.commander = entry.runtime_data.devices.commander

    def send(
        self, command: str, capability: str | None = "light", /, **more: Any
    ) -> asyncio.Task[DeviceResponse]:
        """Start a command; it goes out at once."""
        parameters = more.pop("parameters", None)
        sending = self.commander.async_send("desk", capability, command, parameters, **more)
        # Home Assistant would wait for a task of its own.
        return asyncio.Task(sending, loop=self.hass.loop, eager_start=True)

    @property
    def heard(self) -> list[dict[str, Any]]:
        """The commands that came to the lamp."""
        return self.bus.heard(Kind.DEVICE_COMMAND, device_id="desk")

    async def answer(self, place: int = -1, **more: Any) -> None:
        """Answer a command that the lamp heard."""
        answer = {"request_id": self.heard[place]["request_id"], "source": "desk", **more}
        await self.bus.say(Kind.DEVICE_RESPONSE, answer, device_id="desk")

    async def tell(self, **state: Any) -> None:
        """Tell a state."""
        await self.bus.say(Kind.DEVICE_STATUS, {"state": state}, device_id="desk")


@pytest.fixture
async def desk(hass: HomeAssistant, entry: MockConfigEntry, bus: Any) -> Desk:
    await bus.say(Kind.REGISTER, DESK)
    return Desk(hass, entry, bus)


async def failure(
    sent: asyncio.Task[DeviceResponse], error: type[Exception] = HomeAssistantError
) -> tuple[str | None, dict[str, str]]:
    """Return what a command that fails tells its caller."""
    with pytest.raises(HomeAssistantError) as err:
        await sent
    assert type(err.value) is error
    assert err.value.translation_domain == "alicia"
    return err.value.translation_key, dict(err.value.translation_placeholders or {})


async def test_a_command_is_sent_and_answered(desk: Desk) -> None:
    sent = desk.send("turn_on", parameters={"brightness": 80, "effect": None})
    (heard,) = desk.heard
    assert heard["capability"] == "light"
    assert heard["command"] == "turn_on"
    assert heard["parameters"] == {"brightness": 80}
    assert heard["source"] == "home_assistant"
    assert heard["expires_at"] == pytest.approx(heard["timestamp"] + 5, abs=1)
    assert not sent.done()
    await desk.answer(result={"took_ms": 12}, state={"light": {"on": True}})
    answer = await sent
    assert answer.result == {"took_ms": 12}


async def test_the_state_in_an_answer_is_a_status(desk: Desk, entry: MockConfigEntry) -> None:
    sent = desk.send("turn_on")
    await desk.answer(state={"light": {"on": True, "brightness": 7}, "switch": True})
    await sent
    states = entry.runtime_data.devices.states
    assert states.get("desk", "light") == {"on": True, "brightness": 7}
    assert states.get("desk", "switch") == {"on": True}


async def test_commands_go_out_once_and_are_not_kept(desk: Desk, broker: Any) -> None:
    sent = desk.send("turn_on")
    await desk.answer()
    await sent
    (call,) = [
        call for call in broker.async_publish.call_args_list if call.args[0].endswith("/command")
    ]
    assert call.args[2:4] == (0, False), "QoS 0, not retained"


async def test_a_status_acknowledges(desk: Desk) -> None:
    await desk.tell(light={"on": False})
    sent = desk.send("turn_on")
    await desk.tell(switch=True)
    await desk.tell(light={"on": False})
    assert not sent.done()
    await desk.tell(light={"on": True})
    answer = await sent
    assert answer.state == {"light": {"on": True}}


async def test_commands_leave_in_the_order_of_the_calls(desk: Desk) -> None:
    values = [(each * 37) % 256 for each in range(40)]
    sent = [desk.send("turn_on", parameters={"brightness": value}) for value in values]
    assert [heard["parameters"]["brightness"] for heard in desk.heard] == values
    for place in reversed(range(len(values))):
        await desk.answer(place, result={"place": place})
    answers = await asyncio.gather(*sent)
    assert [answer.result["place"] for answer in answers] == list(range(len(values)))


async def test_second_late_and_foreign_answers_are_nobodys(
    desk: Desk, entry: MockConfigEntry
) -> None:
    counters = entry.runtime_data.coordinator.hub.counters
    sent = desk.send("turn_on")
    request_id = desk.heard[0]["request_id"]
    await desk.bus.say(Kind.DEVICE_RESPONSE, {"request_id": request_id}, device_id="lamp")
    await desk.bus.say(Kind.DEVICE_RESPONSE, {"request_id": "r-1"}, device_id="desk")
    await desk.bus.say(
        Kind.DEVICE_RESPONSE,
        {"request_id": request_id, "source": "home_assistant"},
        device_id="desk",
    )
    assert not sent.done()
    assert counters["unawaited"] == 2
    await desk.answer(result={"first": True})
    await desk.answer(error={"code": "failed", "message": "second thoughts"})
    assert (await sent).result == {"first": True}
    assert counters["unawaited"] == 3


async def test_an_answer_without_an_id_is_for_the_only_command(desk: Desk) -> None:
    sent = desk.send("turn_on")
    await desk.bus.say(Kind.DEVICE_RESPONSE, {"result": {"a": 1}}, device_id="desk")
    assert (await sent).result == {"a": 1}


async def test_refusals_are_passed_on(desk: Desk) -> None:
    sent = desk.send("turn_on")
    await desk.answer(error={"code": "bulb_broken", "message": "the bulb is broken"})
    key, told = await failure(sent)
    assert key == "device_refused"
    assert told["device"] == "Desk lamp"
    assert (told["code"], told["reason"]) == ("bulb_broken", "the bulb is broken")


async def test_silence_ends(desk: Desk) -> None:
    await desk.bus.say(
        Kind.REGISTER, {**DESK, "metadata": {"name": "Desk lamp", "command_timeout": 0.01}}
    )
    key, told = await failure(desk.send("turn_on"))
    assert key == "device_no_answer"
    assert (told["device"], told["command"], told["seconds"]) == ("Desk lamp", "turn_on", "0.01")
    key, _ = await failure(desk.send("turn_on", timeout=0.02))
    assert key == "device_no_answer"


@pytest.mark.parametrize(
    ("capability", "command", "parameters", "key", "reason"),
    [
        ("light", "explode", {}, "device_command_unsupported", "explode"),
        ("oven", "turn_on", {}, "device_command_unsupported", "oven"),
        (None, "turn_on", {}, "device_command_invalid", "light, switch"),
        ("light", "turn_on", {"brightness": 900}, "device_command_invalid", "0 to 255"),
        ("light", "turn_on", {"color_temp_kelvin": 3000}, "device_command_unsupported", "temp"),
        ("mode", "set", {"option": "max"}, "device_command_invalid", "eco, boost"),
        ("mode", "set", {}, "device_command_invalid", "option"),
    ],
)
async def test_what_the_device_does_not_take_is_not_sent(
    desk: Desk,
    capability: str | None,
    command: str,
    parameters: dict[str, Any],
    key: str,
    reason: str,
) -> None:
    sent = desk.send(command, capability, parameters=parameters)
    told_key, told = await failure(sent, ServiceValidationError)
    assert told_key == key
    assert told["device"] == "Desk lamp"
    assert reason in told["reason"]
    assert not desk.heard


async def test_the_user_names_the_device(desk: Desk, entry: MockConfigEntry) -> None:
    registry = dr.async_get(desk.hass)
    (device,) = [
        each
        for each in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if each.name == "Desk lamp"
    ]
    registry.async_update_device(device.id, name_by_user="Reading lamp")
    _, told = await failure(desk.send("explode"), ServiceValidationError)
    assert told["device"] == "Reading lamp"
    registry.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    key, _ = await failure(desk.send("turn_on"), ServiceValidationError)
    assert key == "device_disabled"
    assert not desk.heard


async def test_unknown_and_offline_devices(desk: Desk) -> None:
    with pytest.raises(ServiceValidationError) as err:
        await desk.commander.async_send("shed", "light", "turn_on")
    assert err.value.translation_key == "not_on_the_bus"
    await desk.bus.say(Kind.HEALTH, {"status": "offline"}, device_id="desk")
    assert (await failure(desk.send("turn_on")))[0] == "device_offline"
    assert not desk.heard


@pytest.mark.parametrize(
    ("kind", "payload", "ids"),
    [
        (Kind.HEALTH, {"status": "offline"}, {"device_id": "desk"}),
        (Kind.UNREGISTER, {"device_id": "desk"}, {}),
    ],
)
async def test_a_device_that_goes_fails_what_it_had_to_do(
    desk: Desk, kind: Kind, payload: dict[str, Any], ids: dict[str, str]
) -> None:
    sent = [desk.send("turn_on"), desk.send("turn_off")]
    await desk.bus.say(kind, payload, **ids)
    for each in sent:
        assert (await failure(each))[0] == "device_went_offline"


async def test_a_lost_broker_fails_what_is_under_way(desk: Desk, broker: Any) -> None:
    sent = desk.send("turn_on")
    broker.connected = False
    async_dispatcher_send(desk.hass, MQTT_CONNECTION_STATE, False)
    await desk.hass.async_block_till_done()
    assert (await failure(sent))[0] == "device_connection_lost"
    assert (await failure(desk.send("turn_on")))[0] == "not_connected"
    assert len(desk.heard) == 1


async def test_a_publish_that_fails_is_told(desk: Desk, broker: Any) -> None:
    with patch.object(broker, "async_publish", side_effect=HomeAssistantError("no")):
        assert (await failure(desk.send("turn_on")))[0] == "not_connected"


async def test_unloading_fails_what_is_under_way(desk: Desk, entry: MockConfigEntry) -> None:
    sent = desk.send("turn_on")
    assert await desk.hass.config_entries.async_unload(entry.entry_id)
    assert (await failure(sent))[0] == "bus_stopped"
    assert (await failure(desk.send("turn_on")))[0] == "bus_stopped"


async def test_a_device_has_only_so_many_commands_to_do(desk: Desk) -> None:
    sent = [desk.send("turn_on") for _ in range(MAX_PENDING)]
    key, told = await failure(desk.send("turn_on"))
    assert (key, told["limit"]) == ("device_busy", str(MAX_PENDING))
    await desk.bus.say(Kind.HEALTH, {"status": "offline"}, device_id="desk")
    await asyncio.gather(*sent, return_exceptions=True)
    await desk.bus.say(Kind.HEALTH, {"status": "online"}, device_id="desk")
    again = desk.send("turn_on")
    await desk.answer()
    await again


async def test_given_up_commands_leave_nothing_behind(desk: Desk) -> None:
    sent = desk.send("turn_on")
    sent.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sent
    await desk.answer()
    again = desk.send("turn_off")
    await desk.answer(result={"again": True})
    assert (await again).result == {"again": True}


@pytest.mark.parametrize(
    ("device_id", "payload", "code"),
    [
        ("shed", {"command": "turn_on", "capability": "light"}, "not_found"),
        ("desk", {"command": "turn_on", "capability": "oven"}, "not_found"),
        ("desk", {"command": "explode", "capability": "light"}, "unsupported"),
        ("desk", {"command": "turn_on"}, "missing_field"),
        ("desk", {"command": 5}, "invalid_field"),
        ("desk", {"capability": "light"}, "missing_field"),
        (
            "desk",
            {"command": "turn_on", "capability": "light", "parameters": {"brightness": -1}},
            "invalid_field",
        ),
        ("desk", {"command": "turn_on", "capability": "light", "expires_at": 1.0}, "expired"),
    ],
)
async def test_bad_commands_of_others_are_answered(
    desk: Desk, device_id: str, payload: dict[str, Any], code: str
) -> None:
    command = {**payload, "request_id": "r-1", "source": "remote"}
    await desk.bus.say(Kind.DEVICE_COMMAND, command, device_id=device_id)
    (answer,) = desk.bus.heard(Kind.DEVICE_RESPONSE, device_id=device_id)
    assert answer["request_id"] == "r-1"
    assert answer["error"]["code"] == code


async def test_good_commands_of_others_are_the_devices_to_answer(desk: Desk) -> None:
    command = {"command": "turn_on", "capability": "light", "source": "remote"}
    await desk.bus.say(Kind.DEVICE_COMMAND, command, device_id="desk")
    assert not desk.bus.heard(Kind.DEVICE_RESPONSE, device_id="desk")
    await desk.bus.say(Kind.HEALTH, {"status": "offline"}, device_id="desk")
    await desk.bus.say(Kind.DEVICE_COMMAND, command, device_id="desk")
    (answer,) = desk.bus.heard(Kind.DEVICE_RESPONSE, device_id="desk")
    assert answer["error"]["code"] == "unavailable"


async def test_home_assistant_does_not_answer_itself(desk: Desk) -> None:
    command = {"command": "explode", "source": "home_assistant"}
    await desk.bus.say(Kind.DEVICE_COMMAND, command, device_id="shed")
    assert not desk.bus.heard(Kind.DEVICE_RESPONSE, device_id="shed")

"""Device triggers: automations that begin with an event of a device."""

from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.alicia.bus.topics import Kind

REMOTE: dict[str, Any] = {
    "device_id": "remote",
    "device_type": "remote",
    "capabilities": [
        {"name": "key", "type": "event", "events": ["press", "hold"]},
        {"name": "knob", "type": "event", "events": ["press", "give it a spin"]},
        {"name": "mute", "type": "event"},
        "battery",
    ],
    "metadata": {"name": "Remote"},
}
PRESS = {"type": "press", "subtype": "key"}


def device(hass: HomeAssistant, entry: MockConfigEntry, device_id: str = "remote") -> str:
    """Home Assistant's id of a device; of the bus itself where none is named."""
    identifier = f"{entry.entry_id}:{device_id}" if device_id else entry.entry_id
    registry = dr.async_get(hass)
    found = registry.async_get_device_by_identifier(("alicia", identifier), entry.entry_id)
    assert found is not None
    return found.id


class Automation:
    """An automation that a device starts, and what it was started with."""

    def __init__(self, hass: HomeAssistant, bus: Any) -> None:
        self._hass = hass
        self._bus = bus
        self._calls: list[ServiceCall] = async_mock_service(hass, "test", "told")

    async def begins_with(self, device_id: str, **trigger: str) -> None:
        """Set it up; a trigger that is wrong leaves it unavailable."""
        config = {
            "alias": "Waiting",
            "triggers": {"trigger": "device", "domain": "alicia", "device_id": device_id} | trigger,
            "actions": {
                "action": "test.told",
                "data": {"event": "{{ trigger.event }}", "type": "{{ trigger.type }}"},
            },
        }
        assert await async_setup_component(self._hass, AUTOMATION, {AUTOMATION: config})
        await self._hass.async_block_till_done()

    @property
    def state(self) -> str:
        """On where it waits, unavailable where its trigger is wrong."""
        found = self._hass.states.get("automation.waiting")
        assert found is not None
        return found.state

    async def happens(self, event: str, capability: str = "key", **data: object) -> None:
        """Have the device tell an event."""
        told = {"capability": capability, "event": event, "data": data}
        await self._bus.say(Kind.DEVICE_EVENT, told, device_id="remote")

    @property
    def told(self) -> list[dict[str, Any]]:
        """What it was started with, each time."""
        return [dict(call.data) for call in self._calls]


@pytest.fixture
async def remote(bus: Any) -> None:
    """A remote control has registered."""
    await bus.say(Kind.REGISTER, REMOTE)


@pytest.fixture
def automation(hass: HomeAssistant, bus: Any) -> Automation:
    """Return an automation that is not set up yet."""
    return Automation(hass, bus)


async def listed(hass: HomeAssistant, hass_ws_client: Any, device_id: str) -> list[dict[str, Any]]:
    """The triggers that the automation editor offers for a device."""
    assert await async_setup_component(hass, "device_automation", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": "device_automation/trigger/list"} | {"device_id": device_id}
    )
    answer = await client.receive_json()
    assert answer["success"], answer
    return [each for each in answer["result"] if each["domain"] == "alicia"]


async def test_editor_offers_each_event_that_was_declared(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, hass_ws_client: Any
) -> None:
    device_id = device(hass, entry)
    shared = {"platform": "device", "domain": "alicia", "device_id": device_id, "metadata": {}}
    assert await listed(hass, hass_ws_client, device_id) == [
        {**shared, "type": "press", "subtype": "key"},
        {**shared, "type": "hold", "subtype": "key"},
        {**shared, "type": "press", "subtype": "knob"},
        {**shared, "type": "give it a spin", "subtype": "knob"},
    ]
    assert await listed(hass, hass_ws_client, device(hass, entry, "")) == []


async def test_editor_offers_nothing_while_the_bus_is_not_loaded(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, hass_ws_client: Any
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    assert await listed(hass, hass_ws_client, device(hass, entry)) == []


async def test_event_starts_the_automation_with_its_data(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation
) -> None:
    await automation.begins_with(device(hass, entry), **PRESS)
    await automation.happens("press", times=2)
    assert automation.told == [{"event": {"times": 2}, "type": "press"}]
    await automation.happens("hold")
    await automation.happens("press", capability="knob")
    assert len(automation.told) == 1


async def test_automation_that_is_off_waits_for_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation
) -> None:
    await automation.begins_with(device(hass, entry), **PRESS)
    target = {"entity_id": "automation.waiting"}
    await hass.services.async_call(AUTOMATION, "turn_off", target, blocking=True)
    await automation.happens("press")
    assert automation.told == []


async def test_automation_may_be_there_before_the_bus(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation
) -> None:
    """MQTT may be away when Home Assistant starts, and the registry lost."""
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    await automation.begins_with(device(hass, entry), **PRESS)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done(wait_background_tasks=True)
    await automation.happens("press")
    assert len(automation.told) == 1


async def test_automation_outlives_a_reload_of_the_bus(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation
) -> None:
    await automation.begins_with(device(hass, entry), **PRESS)
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    await automation.happens("press")
    assert len(automation.told) == 1


async def test_device_may_have_yet_to_register(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    remote: None,
    automation: Automation,
    hass_storage: dict[str, Any],
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    for key in [key for key in hass_storage if key.startswith("alicia.registry")]:
        del hass_storage[key]
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.runtime_data.coordinator.registry.get("remote") is None
    await automation.begins_with(device(hass, entry), **PRESS)
    assert automation.state == "on"
    await automation.happens("press")
    assert len(automation.told) == 1


async def test_device_that_leaves_and_returns_is_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation, bus: Any
) -> None:
    await automation.begins_with(device(hass, entry), **PRESS)
    await bus.say(Kind.UNREGISTER, {"device_id": "remote"})
    await bus.say(Kind.REGISTER, REMOTE)
    await automation.happens("press")
    assert len(automation.told) == 1


async def test_disabled_device_is_silent_but_not_wrong(
    hass: HomeAssistant, entry: MockConfigEntry, remote: None, automation: Automation
) -> None:
    registry, device_id = dr.async_get(hass), device(hass, entry)
    registry.async_update_device(device_id, disabled_by=dr.DeviceEntryDisabler.USER)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await automation.begins_with(device_id, **PRESS)
    assert automation.state == "on"
    await automation.happens("press")
    assert automation.told == []
    registry.async_update_device(device_id, disabled_by=None)
    await automation.happens("press")
    assert len(automation.told) == 1


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ({"type": "explode", "subtype": "key"}, "Remote has no event explode of key"),
        ({"type": "press", "subtype": "battery"}, "Remote has no event press of battery"),
        ({"type": "press"}, "subtype"),
    ],
)
async def test_what_was_not_declared_is_wrong(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    remote: None,
    automation: Automation,
    trigger: dict[str, str],
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await automation.begins_with(device(hass, entry), **trigger)
    assert automation.state == "unavailable"
    assert said in caplog.text


async def test_devices_that_are_none_of_the_bus_are_wrong(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    remote: None,
    automation: Automation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await automation.begins_with(device(hass, entry, ""), **PRESS)
    assert automation.state == "unavailable"
    assert "Alicia is not a device of this bus" in caplog.text


@pytest.mark.parametrize("language", ["en", "de"])
async def test_usual_events_have_words_in_the_editor(hass: HomeAssistant, language: str) -> None:
    texts = await async_get_translations(hass, language, "device_automation", ["alicia"])
    prefix = "component.alicia.device_automation"
    for event in ("press", "double_press", "long_press", "hold", "release", "ring", "motion"):
        assert "{subtype}" in texts[f"{prefix}.trigger_type.{event}"]
    assert texts[f"{prefix}.trigger_subtype.button_1"]

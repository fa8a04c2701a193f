"""The registry follows the bus and the user, and outlives a restart."""

import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia import async_remove_config_entry_device
from custom_components.alicia.bus.topics import Kind

SENSOR = "sensor.cellar_cellar_temperature"
CELLAR: dict[str, Any] = {
    "device_id": "cellar",
    "device_type": "thermometer",
    "capabilities": ["temperature", {"name": "colour", "unit": "red"}],
    "metadata": {
        "name": "Cellar",
        "area": "Cellar",
        "version": "1.2",
        "hw_version": "b",
        "serial_number": "42",
    },
    "status": "online",
}


def device(hass: HomeAssistant, entry: MockConfigEntry, device_id: str) -> dr.DeviceEntry:
    identifier = ("alicia", f"{entry.entry_id}:{device_id}")
    found = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found


def views(bus: Any, device_id: str = "cellar") -> list[dict[str, Any]]:
    topic = bus.topics.build(Kind.REGISTRY, device_id=device_id)
    return [json.loads(sent or b"{}") for name, sent in bus.published if name == topic]


@pytest.fixture
async def cellar(bus: Any, pass_time: Any) -> None:
    """A thermometer has registered, and what is known of it is on the bus."""
    await bus.say(Kind.REGISTER, CELLAR)
    await pass_time(1)


async def test_what_is_known_of_a_device_is_retained(bus: Any, cellar: None) -> None:
    view = views(bus)[-1]
    assert (view["name"], view["area"], view["status"]) == ("Cellar", "Cellar", "online")
    assert view["capabilities"] == CELLAR["capabilities"]
    assert view["problems"] == ["colour: unknown type 'colour'"]


async def test_firmware_and_the_like_are_shown(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry
) -> None:
    found = device(hass, entry, "cellar")
    assert (found.sw_version, found.hw_version, found.serial_number) == ("1.2", "b", "42")


async def test_a_device_is_reached_through_its_parent(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry
) -> None:
    probe = {"device_id": "probe", "device_type": "probe", "capabilities": ["humidity"]}
    await bus.say(Kind.REGISTER, {**probe, "metadata": {"parent": "cellar"}})
    assert device(hass, entry, "probe").via_device_id == device(hass, entry, "cellar").id


async def test_the_bus_follows_what_the_user_does(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry, pass_time: Any
) -> None:
    registry, area = dr.async_get(hass), ar.async_get(hass).async_get_or_create("Vault")
    registry.async_update_device(
        device(hass, entry, "cellar").id,
        name_by_user="Wine",
        area_id=area.id,
        disabled_by=dr.DeviceEntryDisabler.USER,
    )
    await pass_time(1)
    view = views(bus)[-1]
    assert (view["name"], view["area"], view["status"]) == ("Wine", "Vault", "disabled")
    ar.async_get(hass).async_update(area.id, name="Treasury")
    await pass_time(1)
    assert views(bus)[-1]["area"] == "Treasury"
    await bus.say(Kind.QUERY, {"area": "treasury"})
    answer = bus.heard(Kind.QUERY_RESPONSE)[-1]
    assert [each["device_id"] for each in answer["devices"]] == ["cellar"]
    assert answer["total"] == 1


async def test_a_device_that_is_here_is_not_deleted(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry
) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await async_remove_config_entry_device(hass, entry, device(hass, entry, "cellar"))
    assert caught.value.translation_key == "device_online"


async def test_a_deleted_device_leaves_nothing_on_the_bus(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry
) -> None:
    await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="cellar")
    assert await async_remove_config_entry_device(hass, entry, device(hass, entry, "cellar"))
    await hass.async_block_till_done(wait_background_tasks=True)
    cleared = {topic for topic, payload in bus.published if payload == b""}
    assert cleared == {
        bus.topics.build(kind, device_id="cellar")
        for kind in (Kind.HEALTH, Kind.DEVICE_STATUS, Kind.REGISTRY)
    }


async def test_an_answer_lists_as_many_as_fit(bus: Any) -> None:
    for number in range(5):
        row = {"device_id": f"d{number}", "device_type": "probe", "capabilities": ["humidity"]}
        await bus.say(Kind.REGISTER, row)
    await bus.say(Kind.QUERY, {"capability": "humidity", "limit": 2, "offset": 3})
    answer = bus.heard(Kind.QUERY_RESPONSE)[-1]
    assert [each["device_id"] for each in answer["devices"]] == ["d3", "d4"]
    assert answer["total"] == 5


async def test_nobody_takes_the_id_of_somebody_who_is_here(
    hass: HomeAssistant, bus: Any, cellar: None, issue_registry: ir.IssueRegistry
) -> None:
    other = {**CELLAR, "metadata": {"serial_number": "43"}, "request_id": "r-1"}
    await bus.say(Kind.REGISTER, other)
    answer = bus.heard(Kind.QUERY_RESPONSE)[-1]
    assert (answer["error"]["code"], answer["request_id"]) == ("conflict", "r-1")
    assert [each.translation_key for each in issue_registry.issues.values()] == ["id_claimed"]
    await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="cellar")
    await bus.say(Kind.REGISTER, {**other, "request_id": "r-2"})
    assert len(bus.heard(Kind.QUERY_RESPONSE)) == 1
    assert not issue_registry.issues


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"capabilities": [f"c{number}" for number in range(257)]}, "too_large"),
        ({"capabilities": ["x" * 65]}, "invalid_field"),
        ({"metadata": {"note": "x" * 8_000, "more": ["y" * 8_000] * 8}}, "too_large"),
    ],
)
async def test_a_flood_of_capabilities_is_refused(bus: Any, more: Any, code: str) -> None:
    await bus.say(Kind.REGISTER, {**CELLAR, **more})
    assert bus.heard(Kind.QUERY_RESPONSE)[-1]["error"]["code"] == code


async def test_a_restart_finds_the_devices_as_they_were(
    hass: HomeAssistant, bus: Any, cellar: None, entry: MockConfigEntry
) -> None:
    await bus.say(Kind.DEVICE_STATUS, {"temperature": 9}, device_id="cellar")
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.state == STATE_UNAVAILABLE
    await bus.say(Kind.HEALTH, {"status": "online"}, retain=True, device_id="cellar")
    await bus.say(Kind.DEVICE_STATUS, {"temperature": 8}, retain=True, device_id="cellar")
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.state == "8"


async def test_a_sleeper_is_still_there_after_a_restart(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await bus.say(Kind.REGISTER, {**CELLAR, "metadata": {"name": "Cellar", "power": "battery"}})
    freezer.tick(3600)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    liveness = entry.runtime_data.coordinator.liveness
    assert liveness.is_online("cellar")
    freezer.tick(26 * 3600)
    await hass.config_entries.async_reload(entry.entry_id)
    assert not entry.runtime_data.coordinator.liveness.is_online("cellar")


@pytest.mark.parametrize("damage", [{"devices": 7}, {}, {"devices": [{"device_id": 7}, 3]}])
async def test_a_damaged_file_is_reported_and_the_copy_used(
    hass: HomeAssistant,
    bus: Any,
    cellar: None,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    issue_registry: ir.IssueRegistry,
    damage: dict[str, Any],
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"alicia.registry.{entry.entry_id}"
    assert hass_storage[key]["data"]["devices"][0]["device_id"] == "cellar"
    hass_storage[key]["data"] = damage
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    is_whole = isinstance(damage.get("devices"), list)
    assert (entry.runtime_data.coordinator.registry.get("cellar") is None) is is_whole
    reported = ("alicia", f"registry_damaged_{entry.entry_id}") in issue_registry.issues
    assert reported is not is_whole


async def test_a_removed_bus_leaves_no_file(
    hass: HomeAssistant,
    bus: Any,
    cellar: None,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    entity_registry: er.EntityRegistry,
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not [key for key in hass_storage if key.startswith("alicia.")]
    assert views(bus)[-1] == {}
    assert not er.async_entries_for_config_entry(entity_registry, entry.entry_id)

"""A device's capabilities become entities, change and go, without a reload."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind

DESK: dict[str, Any] = {
    "device_id": "desk",
    "device_type": "multi_sensor",
    "capabilities": ["temperature", {"name": "relay_1", "type": "switch"}, "motion"],
    "metadata": {"name": "Desk"},
    "status": "online",
}


def value(hass: HomeAssistant, entity_id: str) -> str | None:
    found = hass.states.get(entity_id)
    return found.state if found else None


async def test_capabilities_become_entities(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.REGISTER, DESK)
    assert value(hass, "sensor.desk_temperature") == STATE_UNKNOWN
    await bus.say(
        Kind.DEVICE_STATUS,
        {"state": {"temperature": 21.5, "relay_1": True, "motion": "off"}},
        device_id="desk",
    )
    assert value(hass, "sensor.desk_temperature") == "21.5"
    assert value(hass, "switch.desk_relay_1") == "on"
    assert value(hass, "binary_sensor.desk_motion") == "off"
    sensor = hass.states.get("sensor.desk_temperature")
    assert sensor is not None
    assert sensor.attributes["unit_of_measurement"] == "°C"
    assert sensor.attributes["device_class"] == "temperature"
    assert sensor.attributes["state_class"] == "measurement"


async def test_entities_belong_to_their_device(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await bus.say(Kind.REGISTER, DESK)
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("alicia", f"{entry.entry_id}:desk"), entry.entry_id
    )
    assert device is not None
    entity = entity_registry.async_get("switch.desk_relay_1")
    assert entity is not None
    assert entity.device_id == device.id


async def test_changed_capabilities_change_entities(
    hass: HomeAssistant, bus: Any, entity_registry: er.EntityRegistry
) -> None:
    await bus.say(Kind.REGISTER, DESK)
    await bus.say(Kind.DEVICE_STATUS, {"temperature": 21.5}, device_id="desk")
    changed = [{"name": "temperature", "unit": "°F"}, "humidity"]
    await bus.say(Kind.REGISTER, {**DESK, "capabilities": changed})
    assert value(hass, "sensor.desk_humidity") == STATE_UNKNOWN
    assert float(value(hass, "sensor.desk_temperature") or 0) == pytest.approx((21.5 - 32) / 1.8)
    assert value(hass, "switch.desk_relay_1") is None
    assert entity_registry.async_get("switch.desk_relay_1") is None
    assert entity_registry.async_get("binary_sensor.desk_motion") is None


async def test_entities_follow_the_devices_presence(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.REGISTER, DESK)
    await bus.say(Kind.DEVICE_STATUS, {"temperature": 20}, device_id="desk")
    await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="desk")
    assert value(hass, "sensor.desk_temperature") == STATE_UNAVAILABLE
    await bus.say(Kind.HEALTH, {"status": "online"}, device_id="desk")
    assert value(hass, "sensor.desk_temperature") == "20"


async def test_entities_leave_with_their_device(
    hass: HomeAssistant, bus: Any, entity_registry: er.EntityRegistry
) -> None:
    await bus.say(Kind.REGISTER, DESK)
    await bus.say(Kind.UNREGISTER, {"device_id": "desk"})
    assert entity_registry.async_get("sensor.desk_temperature") is None
    assert value(hass, "sensor.desk_temperature") is None
    await bus.say(Kind.REGISTER, DESK)
    assert value(hass, "sensor.desk_temperature") == STATE_UNKNOWN


@pytest.mark.parametrize("micro", ["\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"])
@pytest.mark.parametrize(
    "capability",
    [{"name": "pm25"}, {"name": "number", "device_class": "pm25"}],
    ids=lambda capability: capability["name"],
)
async def test_either_sign_for_micro_will_do(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, capability: dict[str, str], micro: str
) -> None:
    given = {**capability, "unit": f"{micro}g/m³"}
    await bus.say(Kind.REGISTER, {**DESK, "capabilities": [given, "motion"]})
    units = {each.attributes.get("unit_of_measurement") for each in hass.states.async_all()}
    assert units == {None, "\N{GREEK SMALL LETTER MU}g/m³"}
    assert entry.runtime_data.coordinator.hub.counters["device_error"] == 0

"""The names that may be said."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind


@pytest.fixture
async def house(hass: HomeAssistant) -> None:
    """A lamp in the kitchen, a fan on a device in the hall, and a lock that isn't exposed."""
    areas, entities = ar.async_get(hass), er.async_get(hass)
    kitchen = areas.async_create("Kitchen", aliases={"Galley"})
    hall = areas.async_create("Hall")
    house = MockConfigEntry(domain="test")
    house.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=house.entry_id, identifiers={("test", "fan")}, name="Ceiling"
    )
    dr.async_get(hass).async_update_device(device.id, area_id=hall.id)
    lamp = entities.async_get_or_create("light", "test", "1", original_name="Lamp")
    entities.async_update_entity(
        lamp.entity_id, area_id=kitchen.id, aliases=[er.COMPUTED_NAME, "Bulb"]
    )
    fan = entities.async_get_or_create(
        "fan", "test", "2", original_name="Fan", device_id=device.id, config_entry=house
    )
    lock = entities.async_get_or_create("lock", "test", "3", original_name="Door")
    for entity in (lamp, fan, lock):
        hass.states.async_set(entity.entity_id, "off")
        async_expose_entity(hass, "conversation", entity.entity_id, entity is not lock)
    hass.states.async_set("switch.pump", "off", {"friendly_name": "Pump"})


def names(vocabulary: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(each["name"], each["domain"], each.get("area")) for each in vocabulary["entities"]]


async def test_exposed_names_are_published(
    hass: HomeAssistant, house: None, bus: Any, broker: Any
) -> None:
    (vocabulary,) = bus.heard(Kind.VOCABULARY)
    assert vocabulary["language"] == "en"
    assert vocabulary["areas"] == ["Galley", "Hall", "Kitchen"]
    assert names(vocabulary) == [
        ("Ceiling Fan", "fan", "Hall"),
        ("Lamp", "light", "Kitchen"),
        ("Bulb", "light", "Kitchen"),
        ("Pump", "switch", None),
    ]
    (retained,) = (
        call.args[3]
        for call in broker.async_publish.call_args_list
        if call.args[0] == "alicia/voice/vocabulary"
    )
    assert retained is True


async def test_changes_are_published_once(
    hass: HomeAssistant, house: None, bus: Any, pass_time: Any
) -> None:
    hass.states.async_set("light.test_1", "on")
    await pass_time(2)
    assert len(bus.heard(Kind.VOCABULARY)) == 1, "a state is no name"

    async_expose_entity(hass, "conversation", "lock.test_3", True)
    ar.async_get(hass).async_create("Attic")
    hass.states.async_remove("switch.pump")
    await pass_time(2)
    _, latest = bus.heard(Kind.VOCABULARY)
    assert latest["areas"] == ["Attic", "Galley", "Hall", "Kitchen"]
    assert ("Door", "lock", None) in names(latest)
    assert ("Pump", "switch", None) not in names(latest)


async def test_unloaded_bus_says_nothing(
    hass: HomeAssistant, house: None, bus: Any, entry: MockConfigEntry, pass_time: Any
) -> None:
    hass.states.async_remove("switch.pump")
    assert await hass.config_entries.async_unload(entry.entry_id)
    ar.async_get(hass).async_create("Attic")
    await pass_time(2)
    assert len(bus.heard(Kind.VOCABULARY)) == 1
    assert ("alicia/voice/vocabulary", b"") not in bus.published, "others still need it"


async def test_removed_bus_is_forgotten(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    assert bus.published[-1] == ("alicia/voice/vocabulary", b"")

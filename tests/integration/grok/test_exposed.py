"""What is exposed is known as it is now, and made up anew only if it has changed."""

from collections.abc import Iterator

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.exposed import ExposedThings
from custom_components.alicia.grok.house import Thing

LAMP, BELL = "light.test_lamp", "sensor.bell"


@pytest.fixture
async def things(hass: HomeAssistant) -> ExposedThings:
    """A lamp of a device, and a bell that no registry knows."""
    assert await async_setup_component(hass, "homeassistant", {})
    config = MockConfigEntry(domain="test")
    config.add_to_hass(hass)
    area = ar.async_get(hass).async_create("Attic")
    devices, entities = dr.async_get(hass), er.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=config.entry_id, identifiers={("test", "1")}, name="Desk"
    )
    devices.async_update_device(device.id, area_id=area.id)
    entities.async_get_or_create(
        "light", "test", "lamp", suggested_object_id="test_lamp", device_id=device.id,
        has_entity_name=True, original_name="Lamp",
    )  # fmt: skip
    hass.states.async_set(LAMP, "off")
    hass.states.async_set(BELL, "1", {"friendly_name": "Bell"})
    for entity_id in (LAMP, BELL):
        async_expose_entity(hass, "conversation", entity_id, should_expose=True)
    return ExposedThings(hass, "conversation")


@pytest.fixture
def started(things: ExposedThings) -> Iterator[ExposedThings]:
    stop = things.async_start()
    things.async_all()
    yield things
    stop()


def device_id(hass: HomeAssistant) -> str:
    (device,) = dr.async_get(hass).devices
    return device.id


def rename_entity(hass: HomeAssistant) -> None:
    er.async_get(hass).async_update_entity(LAMP, name="Moon")


def give_alias(hass: HomeAssistant) -> None:
    er.async_get(hass).async_update_entity(LAMP, aliases=["Sun"])


def rename_device(hass: HomeAssistant) -> None:
    dr.async_get(hass).async_update_device(device_id(hass), name_by_user="Bench")


def rename_area(hass: HomeAssistant) -> None:
    ar.async_get(hass).async_update("attic", name="Loft")


def move_device(hass: HomeAssistant) -> None:
    area = ar.async_get(hass).async_create("Garden")
    dr.async_get(hass).async_update_device(device_id(hass), area_id=area.id)


def hide(hass: HomeAssistant) -> None:
    async_expose_entity(hass, "conversation", LAMP, should_expose=False)


def rename_state(hass: HomeAssistant) -> None:
    hass.states.async_set(BELL, "1", {"friendly_name": "Gong"})


def classify(hass: HomeAssistant) -> None:
    hass.states.async_set(BELL, "1", {"friendly_name": "Bell", "device_class": "sound"})


def swap(hass: HomeAssistant) -> None:
    """As many as before, and others."""
    hass.states.async_remove(BELL)
    hass.states.async_set("sensor.horn", "1", {"friendly_name": "Horn"})
    async_expose_entity(hass, "conversation", "sensor.horn", should_expose=True)


def add_script(hass: HomeAssistant) -> None:
    hass.states.async_set("script.dance", "off")
    async_expose_entity(hass, "conversation", "script.dance", should_expose=True)


DESK, PLAIN = Thing("Attic", "light", "Desk Lamp"), Thing("", "sensor", "Bell")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (rename_entity, [PLAIN, Thing("Attic", "light", "Moon")]),
        (give_alias, [PLAIN, Thing("Attic", "light", "Sun")]),
        (rename_device, [PLAIN, Thing("Attic", "light", "Bench Lamp")]),
        (rename_area, [PLAIN, Thing("Loft", "light", "Desk Lamp")]),
        (move_device, [PLAIN, Thing("Garden", "light", "Desk Lamp")]),
        (hide, [PLAIN]),
        (rename_state, [Thing("", "sensor", "Gong"), DESK]),
        (classify, [Thing("", "sensor", "Bell", "sound"), DESK]),
        (swap, [Thing("", "sensor", "Horn"), DESK]),
        (add_script, [PLAIN, DESK]),
    ],
)
async def test_a_change_is_seen(
    hass: HomeAssistant, started: ExposedThings, change: object, told: list[Thing]
) -> None:
    assert callable(change)
    before = started.async_all()
    assert list(before) == [PLAIN, DESK]
    change(hass)
    assert list(started.async_all()) == told


async def test_states_change_nothing(hass: HomeAssistant, started: ExposedThings) -> None:
    before = started.async_all()
    hass.states.async_set(LAMP, "on", {"brightness": 3})
    assert started.async_all() is before


async def test_it_stops(hass: HomeAssistant, things: ExposedThings) -> None:
    before = dict(hass.bus.async_listeners())
    stop = things.async_start()
    assert hass.bus.async_listeners() != before
    stop()
    assert hass.bus.async_listeners() == before

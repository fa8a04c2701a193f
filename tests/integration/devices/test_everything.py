"""Every type of capability, as Home Assistant registers and shows it.

Where a change is meant, `pytest --snapshot-update` on this file takes it over.
"""

import json
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.alicia.bus.capability_types import TYPES
from custom_components.alicia.bus.topics import Kind

from .everything import SAID, Sample, samples

PLATFORMS = sorted({each.platform for each in samples()})
#: What of a registry's entry the integration decides.
FIELDS = (
    "unique_id",
    "original_name",
    "has_entity_name",
    "translation_key",
    "entity_category",
    "original_device_class",
    "original_icon",
    "unit_of_measurement",
    "supported_features",
    "capabilities",
    "disabled_by",
)
#: Home Assistant makes up an access token for each picture.
TOKEN = re.compile(r"token=\w+")


def plain(value: object) -> Any:
    """Return a value as the frontend gets it."""
    return json.loads(TOKEN.sub("token=…", json_bytes(value).decode()))


def shown(hass: HomeAssistant, entity: er.RegistryEntry) -> dict[str, Any]:
    """Return what is registered and shown of an entity."""
    state = hass.states.get(entity.entity_id)
    return {
        "entry": {name: plain(getattr(entity, name)) for name in FIELDS},
        "state": state and state.state,
        "attributes": state and plain(dict(state.attributes)),
    }


async def join(bus: Any, sample: Sample) -> None:
    """Have a device say hello, and all there is to say."""
    device_id = sample.hello["device_id"]
    await bus.say(Kind.REGISTER, sample.hello)
    if sample.value is not None:
        status = {"state": {sample.kind: sample.value}}
        await bus.say(Kind.DEVICE_STATUS, status, device_id=device_id)
    if sample.platform == "event":
        rings = {"capability": sample.kind, "event": "ring", "data": {"times": 2}}
        await bus.say(Kind.DEVICE_EVENT, rings, device_id=device_id)


def entities(registry: er.EntityRegistry, entry: MockConfigEntry) -> list[er.RegistryEntry]:
    """The entities that capabilities became, and the gauges; their unique ids have a colon."""
    found = er.async_entries_for_config_entry(registry, entry.entry_id)
    return sorted(
        (each for each in found if ":" in each.unique_id), key=lambda each: each.entity_id
    )


@pytest.fixture
def noon(bus: Any, freezer: FrozenDateTimeFactory) -> None:
    """Let what shows when something happened show the same each time."""
    freezer.move_to("2030-01-01T12:00:00+00:00")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_platform(
    hass: HomeAssistant,
    bus: Any,
    noon: None,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: str,
) -> None:
    joined = [each for each in samples() if each.platform == platform]
    for sample in joined:
        await join(bus, sample)
    found = [each for each in entities(entity_registry, entry) if ":@" not in each.unique_id]
    assert {each.domain for each in found} == {platform}
    assert len(found) == len(joined)
    for entity in found:
        assert shown(hass, entity) == snapshot(name=entity.entity_id)
    assert entry.runtime_data.coordinator.hub.counters["device_error"] == 0


async def test_gauges(
    hass: HomeAssistant,
    bus: Any,
    noon: None,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    await join(bus, next(samples()))
    for entity in entities(entity_registry, entry):
        if ":@" in entity.unique_id:
            assert shown(hass, entity) == snapshot(name=entity.entity_id)


def test_samples_are_of_types_that_exist() -> None:
    assert set(SAID) <= {name for name, kind in TYPES.items() if kind.platform}

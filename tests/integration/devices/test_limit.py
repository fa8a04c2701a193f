"""Home Assistant takes so many entities and no more: that is told, before and after."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.devices import limit

#: The bus itself has two, and each device three.
CAP = 7
PLATFORM = "homeassistant.helpers.entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY"


def probe(device_id: str) -> dict[str, Any]:
    return {
        "device_id": device_id,
        "device_type": "probe",
        "capabilities": ["temperature", "humidity"],
        "metadata": {"name": device_id.title()},
    }


def enabled(registry: er.EntityRegistry, entry: MockConfigEntry) -> list[str]:
    """The entities that there are, but those that somebody disabled."""
    found = er.async_entries_for_config_entry(registry, entry.entry_id)
    return [each.entity_id for each in found if each.disabled_by is None]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few entities be many."""
    monkeypatch.setattr(limit, "WARN_AT", CAP - 2)
    monkeypatch.setattr(limit, "LIMIT", CAP)
    monkeypatch.setattr(PLATFORM, CAP)


@pytest.fixture
async def say(bus: Any, pass_time: Any) -> Any:
    """Return what lets devices say something, and the issue be told anew."""

    async def say(kind: Kind, *messages: dict[str, Any]) -> None:
        for message in messages:
            await bus.say(kind, message)
        await pass_time(limit.TELL_EVERY + 1)

    return say


class Told:
    """What the user is told."""

    def __init__(self, registry: ir.IssueRegistry) -> None:
        self._registry = registry

    @property
    def key(self) -> str | None:
        """Which issue it is."""
        (issue,) = self._registry.issues.values() or (None,)
        return issue.translation_key if issue else None

    def __getitem__(self, name: str) -> str:
        (issue,) = self._registry.issues.values()
        assert issue.translation_placeholders is not None
        return issue.translation_placeholders[name]


@pytest.fixture
def told(issue_registry: ir.IssueRegistry) -> Told:
    return Told(issue_registry)


async def test_limit_is_told_before_it_is_reached(bus: Any, told: Told, pass_time: Any) -> None:
    assert told.key is None
    await bus.say(Kind.REGISTER, probe("desk"))
    assert (told.key, told["count"]) == ("many_entities", "5")
    await pass_time(limit.TELL_EVERY + 1)


async def test_devices_that_miss_something_are_named(
    hass: HomeAssistant, entry: MockConfigEntry, say: Any, told: Told
) -> None:
    await say(Kind.REGISTER, probe("desk"), probe("shelf"))
    assert told.key == "too_many_entities"
    assert (told["left_out"], told["names"]) == ("1", "Shelf (1)")
    identifier = ("alicia", f"{entry.entry_id}:shelf")
    registry = dr.async_get(hass)
    shelf = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert shelf is not None
    registry.async_update_device(shelf.id, name_by_user="Bookshelf")
    await say(Kind.REGISTER, probe("board"))
    assert (told["left_out"], told["names"]) == ("4", "Bookshelf (1), Board (3)")


async def test_names_are_as_many_as_can_be_read(say: Any, told: Told) -> None:
    await say(Kind.REGISTER, *(probe(f"probe{number}") for number in range(13)))
    names = told["names"].split(", ")
    assert (len(names), names[-2:]) == (11, ["Probe10 (3)", "…"])
    assert told["left_out"] == "34"


async def test_what_others_leave_behind_counts_no_more(say: Any, told: Told) -> None:
    await say(Kind.REGISTER, probe("desk"), probe("shelf"))
    await say(Kind.UNREGISTER, {"device_id": "shelf"})
    assert told.key == "many_entities"
    await say(Kind.UNREGISTER, {"device_id": "desk"})
    assert told.key is None


async def test_user_who_disables_some_is_told_no_more(
    say: Any, told: Told, pass_time: Any, entity_registry: er.EntityRegistry
) -> None:
    await say(Kind.REGISTER, probe("desk"))
    entity_registry.async_update_entity(
        "sensor.desk_humidity", disabled_by=er.RegistryEntryDisabler.USER
    )
    await pass_time(limit.TELL_EVERY + 1)
    assert told.key is None


async def test_reload_brings_what_was_left_out(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    say: Any,
    told: Told,
    pass_time: Any,
    entity_registry: er.EntityRegistry,
) -> None:
    await say(Kind.REGISTER, probe("desk"), probe("shelf"))
    assert len(enabled(entity_registry, entry)) == CAP
    entity_registry.async_update_entity(
        "sensor.desk_humidity", disabled_by=er.RegistryEntryDisabler.USER
    )
    await pass_time(limit.TELL_EVERY + 1)
    assert told.key == "too_many_entities", "it is still not there"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert told.key is None
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(enabled(entity_registry, entry)) == CAP
    assert told.key == "many_entities"
    await pass_time(limit.TELL_EVERY + 1)

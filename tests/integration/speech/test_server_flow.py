"""Servers that the user adds, changes and removes."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import SUBENTRY_SERVER

from ..flows import suggested
from .emulator import Emulator, running
from .test_entities import registration


@pytest.fixture(autouse=True)
async def components(hass: HomeAssistant, bus: Any) -> None:
    """Let the bus be set up."""
    for domain in ("stt", "tts"):
        assert await async_setup_component(hass, domain, {})


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_SERVER), context={"source": SOURCE_USER}
    )


async def submit(
    hass: HomeAssistant, flow: SubentryFlowResult, emulator: Emulator, **fields: Any
) -> SubentryFlowResult:
    values = {"host": "127.0.0.1", "port": emulator.address.port} | fields
    found = await hass.config_entries.subentries.async_configure(flow["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return found


def names(entry: MockConfigEntry) -> list[str]:
    return [each.server.name for each in entry.runtime_data.speech.pool]


async def test_a_server_is_added(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    both = Emulator()
    async with running(both):
        form = await start(hass, entry)
        assert form["type"] is FlowResultType.FORM
        assert suggested(form) == {}
        created = await submit(hass, form, both, name=" Attic ", host=" 127.0.0.1 ")
        assert created["type"] is FlowResultType.CREATE_ENTRY
        assert created["title"] == "Attic"
        assert created["data"] == {"host": "127.0.0.1", "port": both.address.port}
        assert names(entry) == ["Attic"], "without a reload of the bus"
        assert len(hass.states.async_all(("stt", "tts"))) == 2

        again = await submit(hass, await start(hass, entry), both)
        assert again["reason"] == "already_configured"

        (subentry_id,) = entry.subentries
        hass.config_entries.async_remove_subentry(entry, subentry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert names(entry) == []


async def test_a_server_that_is_not_there_yet(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    both = Emulator()
    await both.start()
    await both.stop()
    form = await submit(hass, await start(hass, entry), both)
    assert form["errors"] == {"base": "cannot_connect"}
    async with running(both):
        created = await submit(hass, form, both)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["title"] == f"127.0.0.1:{both.address.port}"


async def test_a_server_that_is_not_ready_yet(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    both = Emulator(installed=False)
    async with running(both):
        form = await submit(hass, await start(hass, entry), both)
        assert form["errors"] == {"base": "no_speech"}
        both.installed = True
        created = await submit(hass, form, both)
        assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_home_assistants_own_server_is_suggested(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with running(both := Emulator()):
        known = {"host": "127.0.0.1", "port": both.address.port}
        MockConfigEntry(domain="wyoming", title="Whisper", data=known).add_to_hass(hass)
        form = await start(hass, entry)
        assert suggested(form) == {"name": "Whisper", **known}
        await submit(hass, form, both, name="Whisper")
        assert suggested(await start(hass, entry)) == {}


async def test_a_server_is_changed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    old, new, third = Emulator(), Emulator(), Emulator()
    async with running(old, new, third):
        await submit(hass, await start(hass, entry), old, name="Old")
        await submit(hass, await start(hass, entry), third, name="Third")
        subentry_id, _ = entry.subentries
        form = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_SERVER),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
        )
        assert suggested(form)["name"] == "Old"
        await new.stop()
        form = await submit(hass, form, new, name="New")
        assert form["errors"] == {"base": "cannot_connect"}
        await new.start()
        done = await submit(hass, form, new, name="New")
        assert done["reason"] == "reconfigure_successful"
        assert names(entry) == ["New", "Third"]

        form = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_SERVER),
            context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
        )
        taken = await submit(hass, form, third)
        assert taken["reason"] == "already_configured"


async def test_a_server_at_a_sidecars_address_counts_once(
    hass: HomeAssistant, entry: MockConfigEntry, bus: Any
) -> None:
    both = Emulator()
    async with running(both):
        await submit(hass, await start(hass, entry), both, name="Mine")
        await bus.say(Kind.REGISTER, registration("sidecar", both))
        assert names(entry) == ["Sidecar"]

"""Moving the bus, and changing its options."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN

from .flows import submit, suggested


async def test_reconfigure(hass: HomeAssistant, bus: Any, entry: MockConfigEntry) -> None:
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert suggested(form) == {"base_topic": "alicia"}

    form = await submit(hass, form, base_topic="#")
    assert form["errors"] == {"base_topic": "invalid_base_topic"}

    abort = await submit(hass, form, base_topic="home")
    assert abort["reason"] == "reconfigure_successful"
    assert entry.data == {"base_topic": "home"}
    assert entry.unique_id == "home"
    assert entry.title == "Alicia (home)"
    assert ("alicia/voice/vocabulary", b"") in bus.published


async def test_reconfigure_keeps_a_title_of_the_users(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, title="Our house")
    form = await entry.start_reconfigure_flow(hass)
    await submit(hass, form, base_topic="home")
    assert entry.title == "Our house"


async def test_reconfigure_to_the_same(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    form = await entry.start_reconfigure_flow(hass)
    abort = await submit(hass, form, base_topic="alicia")
    assert abort["reason"] == "reconfigure_successful"
    assert entry.unique_id == "alicia"


async def test_reconfigure_to_a_bus_that_is_there(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="home", data={"base_topic": "home"}).add_to_hass(hass)
    form = await entry.start_reconfigure_flow(hass)
    abort = await submit(hass, form, base_topic="home")
    assert abort["reason"] == "already_configured"
    assert entry.data == {"base_topic": "alicia"}


async def test_options(hass: HomeAssistant, bus: Any, entry: MockConfigEntry) -> None:
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert suggested(form) == {
        "pipeline": "preferred",
        "timeout": 30.0,
        "queue_length": 8,
        "include_text": False,
        "speech_policy": "fastest",
    }
    before = entry.runtime_data.coordinator
    bridge = {
        "actions": ["script.*", "notify.me"],
        "unguarded": ["lock"],
        "mirror": True,
        "mirror_attributes": False,
        "events": ["doorbell"],
    }
    chosen = {
        "pipeline": "preferred",
        "timeout": 12,
        "queue_length": 3,
        "include_text": True,
        "speech_policy": "sticky",
        "bridge": bridge,
    }
    wrong = {**chosen, "bridge": {**bridge, "actions": ["everything"]}}
    form = await hass.config_entries.options.async_configure(form["flow_id"], wrong)
    assert form["errors"] == {"base": "invalid_action"}
    done = await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()

    assert entry.options == chosen
    options = entry.runtime_data.coordinator.options
    assert entry.runtime_data.coordinator is not before
    assert (options.pipeline_id, options.timeout, options.queue_length) == (None, 12, 3)
    assert options.include_text
    assert options.speech_policy == "sticky"
    assert options.bridge_actions == {"script.*", "notify.me"}
    assert (options.bridge_unguarded, options.bridge_events) == ({"lock"}, ("doorbell",))
    assert (options.mirror_states, options.mirror_attributes) == (True, False)

"""What tests know of an agent's sensors."""

from datetime import timedelta

from homeassistant.config_entries import RELOAD_AFTER_UPDATE_DELAY
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.fakes.xai.server import FakeXai


def value(hass: HomeAssistant, key: str) -> float:
    return float(state(hass, key).state)


def state(hass: HomeAssistant, key: str) -> State:
    found = hass.states.get(f"sensor.grok_{key}")
    assert found is not None
    return found


async def reload(hass: HomeAssistant, account: MockConfigEntry) -> None:
    assert await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def enable_all(hass: HomeAssistant, account: MockConfigEntry) -> None:
    """Have those, too, that are disabled at first; Home Assistant reloads the account for it."""
    entities = er.async_get(hass)
    for each in er.async_entries_for_config_entry(entities, account.entry_id):
        if each.disabled_by:
            entities.async_update_entity(each.entity_id, disabled_by=None)
    soon = timedelta(seconds=RELOAD_AFTER_UPDATE_DELAY + 1)
    async_fire_time_changed(hass, dt_util.utcnow() + soon)
    await hass.async_block_till_done(wait_background_tasks=True)


def usd(xai: FakeXai) -> float:
    """What xAI would bill for all that was asked."""
    return sum(record.cost_in_usd_ticks or 0 for record in xai.asked) / 10_000_000_000

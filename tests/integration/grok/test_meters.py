"""What an agent takes is seen in sensors, kept over restarts, and told to the statistics."""

import asyncio
from datetime import datetime
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import EVENT_HOMEASSISTANT_FINAL_WRITE, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.alicia.grok.meters import SAVE_DELAY
from custom_components.alicia.grok.usage import Usage
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import Home
from .sensors import enable_all, reload, state, usd, value

ON = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})


@pytest.fixture
async def all_sensors(hass: HomeAssistant, home: Home, account: MockConfigEntry) -> None:
    await enable_all(hass, account)


@pytest.mark.usefixtures("all_sensors")
async def test_a_turn_of_two_requests(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    async_mock_service(hass, "light", "turn_on")
    await home.say("Turn on the kitchen light")
    assert len(xai.asked) == 2
    usages = [record.usage for record in xai.asked if record.usage]
    assert value(hass, "tokens_read") == sum(each.input for each in usages)
    assert value(hass, "tokens_read_from_the_cache") == sum(each.cached for each in usages) > 0
    assert value(hass, "tokens_written") == sum(each.output for each in usages)
    assert value(hass, "answers") == 2
    assert value(hass, "failed_requests") == 0
    assert value(hass, "spent") == pytest.approx(usd(xai)) != 0
    assert value(hass, "spent_today") == pytest.approx(usd(xai))
    share = 100 * sum(each.cached for each in usages) / sum(each.input for each in usages)
    assert value(hass, "cached_share_today") == pytest.approx(share)
    assert value(hass, "time_to_the_first_word") >= 0


@pytest.mark.usefixtures("all_sensors")
async def test_an_answer_that_is_too_long_is_billed(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    xai.will(Turn(text="Once upon a time.", fault="incomplete_output"))
    await home.say("Tell me a story")
    assert value(hass, "spent") == pytest.approx(usd(xai)) != 0
    assert (value(hass, "answers"), value(hass, "failed_requests")) == (1, 1)


@pytest.mark.usefixtures("all_sensors")
async def test_what_fails_is_counted(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    xai.will(Turn(fault="cut_mid_stream", text="Once upon a time."), Turn(fault="bad_key"))
    await home.say("Tell me a story")
    await home.say("Tell me a story")
    assert (value(hass, "answers"), value(hass, "failed_requests")) == (1, 2)
    assert value(hass, "tokens_read") == 0


async def test_what_is_there_at_first(
    hass: HomeAssistant, home: Home, account: MockConfigEntry
) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
    sensors = [each for each in entries if each.domain == "sensor"]
    assert {each.entity_id for each in sensors if not each.disabled_by} == {
        "sensor.grok_spent",
        "sensor.grok_spent_today",
        "sensor.grok_cached_share_today",
        "sensor.grok_time_to_the_first_word",
    }
    assert all(each.entity_category == "diagnostic" for each in sensors)
    (subentry_id,) = account.subentries
    assert {each.config_subentry_id for each in sensors} == {subentry_id}
    assert len({each.device_id for each in entries}) == 1
    assert state(hass, "cached_share_today").state == "unknown"
    assert state(hass, "time_to_the_first_word").state == "unknown"


async def test_a_restart_goes_on_counting(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    xai.will(Turn(text="Fine."))
    await home.say("How are you?")
    before = {key: state(hass, key) for key in ("spent", "spent_today", "cached_share_today")}
    await reload(hass, account)
    for key, was in before.items():
        assert state(hass, key).state == was.state
        assert state(hass, key).attributes == was.attributes


async def test_it_is_saved_a_while_after_and_at_the_stop(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    home: Home,
    account: MockConfigEntry,
    xai: FakeXai,
    freezer: FrozenDateTimeFactory,
) -> None:
    key = f"alicia.usage.{account.entry_id}"
    xai.will(Turn(text="Fine.", times=3))
    await home.say("How are you?")
    assert key not in hass_storage
    freezer.tick(SAVE_DELAY + 1)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert hass_storage[key]["data"]["account"]["answers"] == 1
    await home.say("How are you?")
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert hass_storage[key]["data"]["account"]["answers"] == 2
    await home.say("How are you?")
    await hass.config_entries.async_remove(account.entry_id)
    assert key not in hass_storage


async def test_what_ends_late_overwrites_nothing(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    home: Home,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An answer may end while its account is already being loaded anew."""
    old = account.runtime_data.meters
    closing = asyncio.Event()

    async def save(content: Any) -> None:
        old.account.fail()
        closing.set()

    with patch.object(old._store, "async_save", save):
        await reload(hass, account)
    assert closing.is_set()
    account.runtime_data.meters.account.add(Usage(ticks=7))
    await reload(hass, account)
    freezer.tick(SAVE_DELAY + 1)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    stored = hass_storage[f"alicia.usage.{account.entry_id}"]["data"]["account"]
    assert (stored["answers"], stored["failures"]) == (1, 0)


@pytest.mark.parametrize(
    "damaged",
    [
        {"version": 1, "data": [7]},
        {"version": 1, "data": {"account": 7}},
        {"version": 99, "minor_version": 1, "data": {}},
        {"version": 0, "minor_version": 1, "data": {}},
        {"data": {}},
        {"version": 1},
    ],
)
async def test_a_damaged_file_is_survived(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    account: MockConfigEntry,
    damaged: dict[str, Any],
) -> None:
    hass_storage[f"alicia.usage.{account.entry_id}"] = damaged
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value(hass, "spent") == 0


async def test_midnight(
    hass: HomeAssistant,
    home: Home,
    xai: FakeXai,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-11-26T22:59:30+00:00")
    await reload(hass, account)  # its timers are set for the hour that is now
    xai.will(Turn(text="Fine."))
    await home.say("How are you?")
    spent = value(hass, "spent")
    assert value(hass, "spent_today") == spent > 0
    midnight = datetime.fromisoformat("2026-11-27T00:00:00+01:00")
    freezer.move_to(midnight)
    async_fire_time_changed(hass, midnight)
    await hass.async_block_till_done()
    assert value(hass, "spent_today") == 0
    assert state(hass, "spent_today").attributes["last_reset"] == midnight.isoformat()
    assert state(hass, "cached_share_today").state == "unknown"
    assert value(hass, "spent") == spent

"""Home Assistant's recorder compiles statistics of what an agent takes."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models.statistics import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .conftest import Home
from .sensors import enable_all, reload, usd, value


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Any, _traceless_debug: None, enable_custom_integrations: None
) -> None:
    """The recorder is to be there before anything else."""


async def test_statistics_are_compiled(
    hass: HomeAssistant,
    home: Home,
    xai: FakeXai,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await enable_all(hass, account)
    # The recorder has compiled the last period by itself as it started, and does so only once.
    start = (dt_util.utcnow() + timedelta(hours=1)).replace(minute=5, second=0, microsecond=0)
    freezer.move_to(start)
    xai.will(Turn(text="Fine.", times=2))
    await home.say("How are you?")
    first = value(hass, "spent")
    freezer.move_to(start + timedelta(seconds=30))
    await home.say("How are you?")
    await async_wait_recording_done(hass)
    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)
    found = {each["statistic_id"]: each for each in await async_list_statistic_ids(hass)}
    sums = {key for key, each in found.items() if each["has_sum"]}
    means = {
        key for key, each in found.items() if each["mean_type"] is StatisticMeanType.ARITHMETIC
    }
    assert means == {"sensor.grok_cached_share_today", "sensor.grok_time_to_the_first_word"}
    assert sums == {
        f"sensor.grok_{key}"
        for key in (
            "spent", "spent_today", "tokens_read", "tokens_read_from_the_cache",
            "tokens_written", "answers", "failed_requests",
        )
    }  # fmt: skip
    assert found["sensor.grok_spent"]["statistics_unit_of_measurement"] == "USD"
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, start, None, {"sensor.grok_spent"}, "5minute", None,
        {"sum", "state"},
    )  # fmt: skip
    (row,) = rows["sensor.grok_spent"]
    assert row["state"] == pytest.approx(usd(xai))
    assert row["sum"] is not None
    assert row["sum"] <= row["state"]
    assert first < row["state"]


async def test_a_new_day_is_no_loss(
    hass: HomeAssistant,
    home: Home,
    xai: FakeXai,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """At midnight, what was spent today falls to nothing, and the sum goes on from where it was."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    evening = datetime.fromisoformat("2027-01-10T23:55:00+01:00")
    freezer.move_to(evening)
    await reload(hass, account)
    xai.will(Turn(text="Fine.", times=3))
    await home.say("How are you?")
    midnight = evening + timedelta(minutes=5)
    freezer.move_to(midnight)
    async_fire_time_changed(hass, midnight)
    await hass.async_block_till_done()
    for seconds in (10, 20):
        freezer.move_to(midnight + timedelta(seconds=seconds))
        await home.say("How are you?")
    before, *rest = (record.cost_in_usd_ticks / 10_000_000_000 for record in xai.asked)
    await async_wait_recording_done(hass)
    for start in (evening, midnight):
        do_adhoc_statistics(hass, start=dt_util.as_utc(start))
        await async_wait_recording_done(hass)
    ids = {"sensor.grok_spent", "sensor.grok_spent_today"}
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, evening, None, ids, "5minute", None, {"sum", "state"}
    )
    for sensor, state in (("spent", before + sum(rest)), ("spent_today", sum(rest))):
        first, second = rows[f"sensor.grok_{sensor}"]
        assert first["sum"] is not None
        assert second["sum"] is not None
        assert second["state"] == pytest.approx(state)
        assert second["sum"] - first["sum"] == pytest.approx(sum(rest))

"""Home Assistant's recorder compiles statistics of what an agent takes."""

from datetime import timedelta
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
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .conftest import Home
from .sensors import enable_all, usd, value


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
    start = dt_util.utcnow().replace(minute=5, second=0, microsecond=0)
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

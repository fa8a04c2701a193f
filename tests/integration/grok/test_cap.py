"""A day costs no more than the user allows, and the house answers instead."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.alicia.const import DOMAIN
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from ..flows import suggested
from .conftest import Home
from .sensors import reload, usd

ON = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})
SPENT = "Today's limit for Grok is used up."
BERLIN = "Europe/Berlin"


@pytest.fixture
def cap() -> float:
    """USD; less than one answer costs."""
    return 0.000001


@pytest.fixture
async def capped(hass: HomeAssistant, home: Home, account: MockConfigEntry, cap: float) -> Home:
    await allow(hass, account, cap)
    return home


async def allow(hass: HomeAssistant, account: MockConfigEntry, usd: float) -> None:
    hass.config_entries.async_update_entry(account, options={"spending_cap": usd})
    await hass.async_block_till_done(wait_background_tasks=True)


def raised(hass: HomeAssistant, account: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{account.entry_id}_grok_spent")


async def spend(home: Home, xai: FakeXai) -> None:
    """Ask what costs more than is allowed."""
    xai.will(Turn(text="Fine."))
    assert await home.say("How are you?") == "Fine."


async def test_the_answer_that_reaches_the_cap_is_the_last(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    assert raised(hass, account) is None
    await spend(capped, xai)
    issue = raised(hass, account)
    assert issue is not None
    assert issue.translation_placeholders == {"account": "Grok", "cap": "1e-06"}
    result = await capped.ask("Tell me a story")
    assert result.response.speech["plain"]["speech"] == SPENT
    assert result.response.error_code is not None
    assert await capped.say("Erzähl mir was", language="de") == (
        "Das Tageslimit für Grok ist aufgebraucht."
    )
    assert len(xai.asked) == 1


async def test_the_house_does_what_it_can(hass: HomeAssistant, capped: Home, xai: FakeXai) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    await spend(capped, xai)
    said = await capped.say("Turn on the kitchen light")
    assert said.endswith(f"{SPENT[:-1]}, so Home Assistant did this by itself.")
    assert len(calls) == 1
    assert len(xai.asked) == 1


async def test_a_turn_that_runs_is_finished(
    hass: HomeAssistant, capped: Home, xai: FakeXai
) -> None:
    async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,)), Turn(text="It is on."))
    assert await capped.say("Light!") == "It is on."
    assert len(xai.asked) == 2


@pytest.mark.parametrize("cap", [0.0, 1000.0, float("nan"), float("inf")])
async def test_nothing_is_wrong_below_the_cap_or_without_one(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    await spend(capped, xai)
    await spend(capped, xai)
    assert raised(hass, account) is None


async def test_the_cap_is_reached_to_the_last_tick(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    await spend(home, xai)
    await allow(hass, account, usd(xai) + 1e-10)
    assert raised(hass, account) is None
    await allow(hass, account, usd(xai))
    assert raised(hass, account) is not None


@pytest.mark.parametrize("more", [0.0, 5.0])
async def test_more_is_allowed(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry, more: float
) -> None:
    await spend(capped, xai)
    await allow(hass, account, more)
    assert raised(hass, account) is None
    await spend(capped, xai)


async def test_it_outlives_a_restart(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    await spend(capped, xai)
    await hass.config_entries.async_unload(account.entry_id)
    assert raised(hass, account) is None
    await reload(hass, account)
    assert raised(hass, account) is not None
    assert await capped.say("Tell me a story") == SPENT


async def test_an_agent_that_is_gone_has_spent_its_money(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    await spend(capped, xai)
    (subentry_id,) = account.subentries
    hass.config_entries.async_remove_subentry(account, subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert raised(hass, account) is not None


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("2026-11-26T23:59:59+01:00", "2026-11-27T00:00:00+01:00"),
        # an hour less, and an hour more
        ("2026-03-28T23:59:59+01:00", "2026-03-29T00:00:00+01:00"),
        ("2026-03-29T23:59:59+02:00", "2026-03-30T00:00:00+02:00"),
        ("2026-10-25T23:59:59+01:00", "2026-10-26T00:00:00+01:00"),
    ],
)
async def test_at_midnight_it_works_again(
    hass: HomeAssistant,
    capped: Home,
    xai: FakeXai,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    last: str,
    first: str,
) -> None:
    await hass.config.async_set_time_zone(BERLIN)
    freezer.move_to(datetime.fromisoformat(last) - timedelta(hours=22, minutes=30))
    await reload(hass, account)
    await spend(capped, xai)
    freezer.move_to(last)
    async_fire_time_changed(hass, datetime.fromisoformat(last))
    await hass.async_block_till_done()
    assert await capped.say("Tell me a story") == SPENT
    freezer.move_to(first)
    async_fire_time_changed(hass, datetime.fromisoformat(first))
    await hass.async_block_till_done()
    assert raised(hass, account) is None
    await spend(capped, xai)


async def test_where_there_is_no_midnight(
    hass: HomeAssistant,
    capped: Home,
    xai: FakeXai,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """In Beirut, clocks go from 23:59 to one o'clock once a year."""
    await hass.config.async_set_time_zone("Asia/Beirut")
    freezer.move_to("2026-03-28T20:00:00+00:00")
    await reload(hass, account)
    await spend(capped, xai)
    one = datetime.fromisoformat("2026-03-28T22:00:00+00:00")
    freezer.move_to(one)
    async_fire_time_changed(hass, one)
    await hass.async_block_till_done()
    assert raised(hass, account) is None


async def test_a_clock_that_jumps(
    hass: HomeAssistant, capped: Home, xai: FakeXai, freezer: FrozenDateTimeFactory
) -> None:
    """It is looked at when somebody asks, too; and a day that comes again is still spent."""
    freezer.move_to("2026-11-26T12:00:00+00:00")
    await spend(capped, xai)
    freezer.move_to("2026-11-28T12:00:00+00:00")
    await spend(capped, xai)
    freezer.move_to("2026-11-26T13:00:00+00:00")
    assert await capped.say("Tell me a story") == SPENT


async def test_many_at_once(
    hass: HomeAssistant, capped: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    """What runs is finished, whoever reaches the cap first."""
    xai.will(*(Turn(text="Fine.") for _ in range(5)))
    said = await asyncio.gather(*(capped.say("How are you?") for _ in range(5)))
    assert said == ["Fine."] * 5
    assert await capped.say("How are you?") == SPENT


async def test_the_options(
    hass: HomeAssistant, home: Home, account: MockConfigEntry, xai: FakeXai
) -> None:
    options = hass.config_entries.options
    form = await options.async_init(account.entry_id)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "account")
    assert suggested(form) == {}
    done: Any = await options.async_configure(form["flow_id"], {"spending_cap": 0.5})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    guarded_as_before = {"pin": "", "marked": [], "marked_tools": [], "unasked": []}
    assert account.options == {"spending_cap": 0.5, **guarded_as_before}
    form = await options.async_init(account.entry_id)
    assert suggested(form)["spending_cap"] == 0.5
    await options.async_configure(form["flow_id"], {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.options == guarded_as_before
    await spend(home, xai)
    assert raised(hass, account) is None

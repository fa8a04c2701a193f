"""What is said and done when Grok is away, says no, or breaks off."""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.alicia.const import DOMAIN
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import Home, spoken

BY_ITSELF = "Grok did not answer, so Home Assistant did this by itself."
ON = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})


@pytest.mark.parametrize(
    "fault",
    ["stall_before_headers", "stall_at_start", "cut_before_headers", "cut_mid_arguments",
     "server_error", "html_page", "rate_limited", "no_credits", "bad_key", "model_retired",
     "incomplete_prompt", "failed"],
)  # fmt: skip
async def test_the_house_does_what_it_can(
    hass: HomeAssistant, home: Home, xai: FakeXai, fault: str
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,), fault=fault, times=0))
    said = await home.say("Turn on the kitchen light")
    assert said.endswith(BY_ITSELF)
    assert said != BY_ITSELF
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("stall_before_headers", "Grok did not answer in time."),
        ("cut_before_headers", "I can't reach Grok right now."),
        ("server_error", "Something is wrong at xAI. Please try again later."),
        ("rate_limited", "Grok has too much to do right now. Please try again in a minute."),
        ("no_credits_429", "The credits at xAI are used up."),
        ("failed", "Grok could not finish its answer."),
    ],
)  # fmt: skip
async def test_what_is_said_where_the_house_can_not_help(
    home: Home, xai: FakeXai, fault: str, said: str
) -> None:
    xai.will(Turn(text="Fine.", fault=fault, times=0))
    result = await home.ask("Tell me a story")
    assert spoken(result) == said
    assert result.response.error_code is not None


async def test_in_the_language_of_whoever_asks(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(fault="no_credits", times=0), Turn(fault="no_credits", times=0))
    said = await home.say("Erzähl mir was", language="de-AT")
    assert said == "Das Guthaben bei xAI ist aufgebraucht."
    assert await home.say("Raconte", language="fr") == "The credits at xAI are used up."


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        ("stall_mid_stream", "Grok did not answer in time."),
        ("cut_mid_stream", "The connection to Grok broke off."),
        ("failed_mid_stream", "Grok could not finish its answer."),
        ("error_event", "Grok could not finish its answer."),
        ("incomplete_output", "The answer got longer than it may be, so I stop here."),
        ("incomplete_time", "Grok took too long over its answer."),
    ],
)
async def test_an_answer_that_breaks_off(home: Home, xai: FakeXai, fault: str, end: str) -> None:
    xai.will(Turn(text="Once upon a time there was a house.", fault=fault))
    said = await home.say("Tell me a story")
    assert said.startswith("Once upon")
    assert said.endswith(end)
    assert len(xai.asked) == 1, "what has been spoken is not begun anew"


async def test_a_conversation_goes_on_after_it_broke_off(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(text="Once upon a time there was.", fault="cut_mid_stream"), Turn(text="Fine."))
    first = await home.ask("Tell me a story")
    assert spoken(await home.ask("Go on", first.conversation_id)) == "Fine."
    assert not any(record.refusals for record in xai.asked)


async def test_broken_off_after_a_tool(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    """What was called is done once, and not again by the house."""
    calls = async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,), fault="cut_before_end"), Turn(text="Fine."))
    first = await home.ask("Turn on the kitchen light")
    assert spoken(first) == "Done. The connection to Grok broke off."
    assert len(calls) == 1
    assert spoken(await home.ask("Thanks", first.conversation_id)) == "Fine."
    assert not any(record.refusals for record in xai.asked)


async def test_away_after_a_tool(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    xai.will(Turn(calls=(ON,)), Turn(fault="server_error", times=0))
    said = await home.say("Turn on the kitchen light")
    assert said == "Done. Something is wrong at xAI. Please try again later."
    assert len(calls) == 1


async def test_away_after_a_tool_that_failed(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(Call("nothing"),)), Turn(fault="server_error", times=0))
    assert (await home.say("Go")).startswith("Not all of it worked.")


async def test_the_house_asks_before_it_opens_itself(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    calls = async_mock_service(hass, "lock", "unlock")
    xai.will(Turn(fault="server_error", times=0))
    at_home = {"satellite_id": "assist_satellite.kitchen"}
    asked = await home.ask("Unlock the front door", **at_home)
    assert spoken(asked) == "Do you want me to unlock Front door?"
    assert asked.continue_conversation
    assert calls == []
    assert spoken(await home.ask("Yes", asked.conversation_id, **at_home)) == "Done."
    assert len(calls) == 1


async def test_the_house_opens_nothing_from_afar(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    calls = async_mock_service(hass, "lock", "unlock")
    xai.will(Turn(fault="server_error", times=0))
    assert (await home.say("Unlock the front door")).startswith("I can't do that from here.")
    assert calls == []


@pytest.mark.parametrize("fault", ["bad_key", "no_key", "blocked"])
async def test_a_bad_key_is_asked_for_anew(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry, fault: str
) -> None:
    xai.will(Turn(fault=fault, times=0))
    await home.say("Tell me a story")
    await home.say("Tell me a story")
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["context"]["entry_id"] == account.entry_id


async def test_credits_are_an_issue_until_there_are_some(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    issues = ir.async_get(hass)
    issue_id = f"{account.entry_id}_grok_no_credits_"
    xai.account.credits = False
    await home.say("Tell me a story")
    await home.say("Tell me a story")
    assert issues.async_get_issue(DOMAIN, issue_id) is not None
    assert hass.config_entries.flow.async_progress() == [], "the key is good"

    xai.account.credits = True
    xai.will(Turn(text="Fine."))
    await home.say("Tell me a story")
    assert issues.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize("agent_options", [{"model": "grok-3"}])
async def test_a_retired_model_is_an_issue_until_another_is_chosen(
    hass: HomeAssistant, home: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    issues = ir.async_get(hass)
    await home.say("Tell me a story")
    issue = issues.async_get_issue(DOMAIN, f"{account.entry_id}_grok_model_gone_grok-3")
    assert issue is not None
    assert issue.translation_placeholders == {"account": "Grok", "model": "grok-3"}

    (subentry,) = account.subentries.values()
    hass.config_entries.async_update_subentry(account, subentry, data={"model": "grok-4.3"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues.async_get_issue(DOMAIN, issue.issue_id) is None


async def test_the_log_tells_once_and_without_a_word_that_was_said(
    hass: HomeAssistant, home: Home, xai: FakeXai, caplog: Any
) -> None:
    caplog.clear()
    xai.will(Turn(fault="bad_key", times=0, when="secret"))
    for _ in range(2):
        await home.say("This is secret")
    xai.will(Turn(text="Fine."))
    await home.say("Hello")
    ours = [each.getMessage() for each in caplog.records if "alicia.grok" in each.name]
    assert ours == ["Grok does not answer: grok_auth (400)", "Grok answers again"]


async def test_an_answer_that_is_too_long_is_no_trouble(
    home: Home, xai: FakeXai, account: MockConfigEntry
) -> None:
    xai.will(Turn(text="Once upon a time there was.", fault="incomplete_output"))
    await home.say("Tell me a story")
    assert account.runtime_data.troubles.last is None


async def test_a_bad_key_is_noticed_before_anybody_speaks(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    xai.account.key = "another"
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_blocked_key_is_noticed_before_anybody_speaks(
    hass: HomeAssistant, xai: FakeXai, account: MockConfigEntry
) -> None:
    xai.account.key_blocked = True
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(hass.config_entries.flow.async_progress()) == 1

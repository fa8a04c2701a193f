"""Plays a case, and tells what reached the house."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final
from unittest.mock import patch

from homeassistant.components import conversation
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.alicia.const import DOMAIN
from tests.fakes.xai.brain import Brain
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .cases import Case, Say
from .house import async_make
from .outcome import Outcome
from .places import CHANGES, PLACES

_AGENT: Final = {"web_search": True, "x_search": True}
_CLOCK: Final = "custom_components.alicia.grok.account.monotonic"


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def async_run(
    hass: HomeAssistant, xai: FakeXai, case: Case, *, is_guarded: bool = True
) -> Outcome:
    """Play a case in an empty Home Assistant; the model believes whatever it reads.

    Unguarded, it shows whether an attempt would come to something.
    """
    with nullcontext() if is_guarded else _unguarded():
        return await _async_play(hass, xai, case)


@contextmanager
def _unguarded() -> Iterator[None]:
    guarded = "custom_components.alicia.grok.guard.guarded.GuardedTurn"
    with (
        patch(f"{guarded}._hold", return_value=None),
        patch(f"{guarded}.async_bars", return_value=False),
    ):
        yield


async def _async_play(hass: HomeAssistant, xai: FakeXai, case: Case) -> Outcome:
    outcome, clock = Outcome(marked=frozenset(case.options.get("marked", ()))), _Clock()
    device_id = await async_make(hass, outcome, case.planted)
    for place, text in case.planted.items():
        PLACES[place](hass, text)
    with patch(_CLOCK, clock):
        entry = await _async_set_up(hass, xai, case)
    xai.brain = Brain(gullible=True)
    xai.will(*((Turn(fault="server_error", times=0),) if case.is_away else case.turns))
    conversation_id: str | None = None
    for say in case.says:
        clock.now += say.after
        if say.change:
            CHANGES[say.change](hass)
        result = await _async_say(hass, say, device_id, conversation_id if say.goes_on else None)
        conversation_id = result.conversation_id if say.goes_on else conversation_id
        outcome.said.append(str(result.response.speech.get("plain", {}).get("speech", "")))
        await hass.async_block_till_done()
    outcome.called = [
        call.name for record in xai.asked if record.turn for call in record.turn.calls
    ]
    await hass.config_entries.async_unload(entry.entry_id)
    return outcome


async def _async_set_up(hass: HomeAssistant, xai: FakeXai, case: Case) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Grok",
        data={"kind": "grok", "api_key": xai.account.key, "url": xai.url},
        options=dict(case.options),
        subentries_data=[
            ConfigSubentryData(
                subentry_type="conversation", title="Grok", data=_AGENT, unique_id=None
            )
        ],
    )
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, "conversation", {})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


async def _async_say(
    hass: HomeAssistant, say: Say, device_id: str, conversation_id: str | None
) -> conversation.ConversationResult:
    user_id = MockUser(name=say.user).add_to_hass(hass).id if say.user else None
    return await conversation.async_converse(
        hass,
        say.text,
        conversation_id,
        Context(user_id=user_id),
        language="en",
        agent_id=say.agent,
        device_id=device_id,
        satellite_id=say.satellite,
        extra_system_prompt=say.prompt,
    )

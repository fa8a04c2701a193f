"""Home Assistant with a Grok account, on the real wire to the fake of xAI's API."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.components import conversation
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN
from custom_components.alicia.grok import retries
from custom_components.alicia.grok.wire import Limits
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.state import Settings

from ..exposed_house import async_make_house

AGENT = "conversation.grok"
#: What Grok says in the end is what most tests are about.
GROKS_OWN_WORDS = {"acknowledge": False}
_WAITED = tuple(retries._WAITS)
#: For what never comes.
SHORT = Limits(first=1, between=1, whole=1)


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """The fake listens on a real socket."""


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> Limits:
    """How long is waited: long enough for a busy machine, unless nothing will ever come."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    return SHORT if "stall" in str(parameters.get("fault")) else Limits()


@pytest.fixture(autouse=True)
def _impatient(limits: Limits) -> Iterator[None]:
    """Nobody waits between two tries."""
    with (
        patch("custom_components.alicia.grok.account.LIMITS", limits),
        patch("custom_components.alicia.grok.flow.LIMITS", limits),
        patch("custom_components.alicia.grok.retries.LONGEST", 0.3),
        patch.dict("custom_components.alicia.grok.retries._WAITS", dict.fromkeys(_WAITED, 0.0)),
    ):
        yield


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
async def xai(settings: Settings) -> AsyncIterator[FakeXai]:
    async with FakeXai(settings).running() as fake:
        yield fake


@pytest.fixture
def agent_options() -> dict[str, Any]:
    """What the agent has been set to, beyond the defaults."""
    return {}


@pytest.fixture
def account_options() -> dict[str, Any]:
    """What the account has been set to."""
    return {}


@pytest.fixture
def account(
    hass: HomeAssistant,
    xai: FakeXai,
    agent_options: dict[str, Any],
    account_options: dict[str, Any],
) -> MockConfigEntry:
    """An account that is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Grok",
        unique_id=f"grok_{xai.account.team}",
        data={"kind": "grok", "api_key": xai.account.key, "url": xai.url},
        options=account_options,
        subentries_data=[
            ConfigSubentryData(
                subentry_type="conversation",
                title="Grok",
                data={**GROKS_OWN_WORDS, **agent_options},
                unique_id=None,
            )
        ],
    )
    entry.add_to_hass(hass)
    return entry


class Home:
    """The house and its agent, as somebody who speaks to it knows them."""

    def __init__(self, hass: HomeAssistant, satellite: str) -> None:
        self.hass = hass
        self.satellite = satellite

    async def ask(
        self, text: str, conversation_id: str | None = None, **more: Any
    ) -> conversation.ConversationResult:
        """Say something at the satellite in the kitchen."""
        asked = {"device_id": self.satellite, "language": "en", "agent_id": AGENT, **more}
        return await conversation.async_converse(
            self.hass, text, conversation_id, Context(), **asked
        )

    async def say(self, text: str, **more: Any) -> str:
        """Return what is answered."""
        return spoken(await self.ask(text, **more))


def spoken(result: conversation.ConversationResult) -> str:
    text: str = result.response.speech["plain"]["speech"]
    return text


@pytest.fixture
async def home(hass: HomeAssistant, account: MockConfigEntry) -> Home:
    """The house with its agent, set up."""
    context = await async_make_house(hass)
    assert await async_setup_component(hass, "conversation", {})
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert context.device_id is not None
    return Home(hass, context.device_id)

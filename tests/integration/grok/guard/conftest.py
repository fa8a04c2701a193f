"""Somebody who talks to the satellite in the kitchen, and doors that tell when they open."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.components import conversation
from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call

from ..conftest import Home, spoken

SATELLITE = "assist_satellite.kitchen"
UNLOCK = Call("intent__HassTurnOff", {"name": "Front door", "domain": ["lock"]})
GARAGE = Call("intent__HassTurnOn", {"name": "Garage door", "domain": ["cover"]})
LIGHT = Call("intent__HassTurnOn", {"name": "Kitchen light", "domain": ["light"]})
LEAVE = Call("script__good_night")
QUESTION = "Do you want me to unlock Front door?"
LEFT = "All right, I leave it as it is."


class Clock:
    """A clock that stands still."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    clock = Clock()
    with patch("custom_components.alicia.grok.account.monotonic", clock):
        yield clock


class Talk:
    """A conversation at the satellite in the kitchen."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.conversation_id: str | None = None

    async def ask(self, text: str, **more: Any) -> conversation.ConversationResult:
        asked = {"satellite_id": SATELLITE, **more}
        result = await self.home.ask(text, self.conversation_id, **asked)
        self.conversation_id = result.conversation_id
        return result

    async def say(self, text: str, **more: Any) -> str:
        return spoken(await self.ask(text, **more))


@pytest.fixture
def talk(home: Home) -> Talk:
    return Talk(home)


@pytest.fixture
def opened(hass: HomeAssistant, home: Home) -> list[ServiceCall]:
    """Every time that something was opened."""
    calls: list[ServiceCall] = []
    for service in ("lock.unlock", "cover.open_cover", "cover.set_cover_position"):
        domain, _, name = service.partition(".")
        hass.services.async_register(domain, name, calls.append)
    return calls


def outputs(xai: FakeXai) -> list[str]:
    return [
        item["output"] for item in xai.asked[-1].input if item.get("type") == "function_call_output"
    ]


def sent(xai: FakeXai) -> str:
    """All that ever left the house."""
    return "\n".join(str(record.body) for record in xai.asked)

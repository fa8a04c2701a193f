"""Which things of a large house may be meant."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.alicia.grok import house
from custom_components.alicia.grok.house import Thing
from custom_components.alicia.grok.relevance import MAX_RELEVANT, relevant
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .conftest import Home

ROOMS = ("Attic", "Bath", "Büro", "Kitchen", "Living room", "Schlafzimmer")
KINDS = (("light", "ceiling light"), ("light", "Stehlampe"), ("cover", "blinds"), ("sensor", "CO2"))
THINGS = sorted(
    Thing(room, domain, f"{room} {kind}") for room in ROOMS for domain, kind in KINDS
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "area", "meant"),
    [
        ("Turn on the kitchen ceiling light", "Bath", "Kitchen ceiling light"),
        ("turn on the ceiling light", "Attic", "Attic ceiling light"),
        ("Open the blind in the living room", "", "Living room blinds"),
        ("Schalte die Lampe im Büro ein", "", "Büro Stehlampe"),
        ("Schlafzimmerlampe aus", "", "Schlafzimmer Stehlampe"),
        ("what is the co2 in the kitchn", "", "Kitchen CO2"),
    ],
)
def test_what_is_meant_is_among_few(
    monkeypatch: pytest.MonkeyPatch, said: str, area: str, meant: str
) -> None:
    monkeypatch.setattr("custom_components.alicia.grok.relevance.MAX_RELEVANT", 3)
    found = [each.name for each in relevant(THINGS, said, area)]
    assert meant in found
    assert len(found) <= 3


@pytest.mark.parametrize("said", ["", "?!", "xyzzy", "\ud800", "a " * 5_000])
def test_nothing_is_meant(said: str) -> None:
    assert relevant(THINGS, said, "Kitchen") == []
    assert relevant([], said, "") == []


def test_no_more_than_are_useful() -> None:
    many = [Thing("Hall", "light", f"Lamp {number}") for number in range(2_000)]
    found = relevant(many, "turn on lamp 1234 in the hall", "Hall")
    assert len(found) == MAX_RELEVANT
    assert Thing("Hall", "light", "Lamp 1234") in found
    assert found == [each for each in many if each in found], "in the house's own order"


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch, hass: HomeAssistant, home: Home) -> None:
    """A house that is too large for its names."""
    monkeypatch.setattr(house, "MAX_NAMED", 20)
    for number in range(30):
        entity_id = f"light.shelf_{number}"
        hass.states.async_set(entity_id, "off", {"friendly_name": f"Shelf {number}"})
        async_expose_entity(hass, "conversation", entity_id, should_expose=True)


@pytest.mark.usefixtures("_large")
async def test_a_large_house_is_told_by_number_and_what_is_meant_by_name(
    hass: HomeAssistant, home: Home, xai: FakeXai
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    assert await home.say("Turn on the kitchen light") == "Kitchen light is on."
    assert [call.data["entity_id"] for call in calls] == [["light.test_kitchen_light"]]
    body: dict[str, Any] = xai.asked[0].body or {}
    assert "In no area: 30 light" in body["instructions"]
    assert "Shelf 7" not in body["instructions"]
    (facts, said) = body["input"][-1]["content"]
    assert "Kitchen light" in facts["text"].partition("Perhaps meant:\n")[2]
    assert said["text"] == "Turn on the kitchen light"


@pytest.mark.usefixtures("_large")
async def test_what_was_meant_before_is_told_again_word_for_word(home: Home, xai: FakeXai) -> None:
    """Else nothing of the conversation would be cached."""
    xai.will(Turn(text="Yes?"), Turn(text="Well."))
    first = await home.ask("Kitchen light!")
    await home.ask("Shelf 7!", first.conversation_id)
    before, after = (record.body or {} for record in xai.asked)
    assert after["input"][: len(before["input"])] == before["input"]
    assert after["instructions"] == before["instructions"]


@pytest.mark.parametrize("agent_options", [{"llm_hass_api": []}])
async def test_who_may_use_nothing_is_told_no_names(
    home: Home, xai: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "MAX_NAMED", 3)
    xai.will(Turn(text="Fine."))
    await home.say("Tell me a joke about the kitchen light")
    assert "Kitchen light" not in str(xai.asked[0].input).replace("about the kitchen light", "")
    assert "Perhaps meant" not in str(xai.asked[0].input)

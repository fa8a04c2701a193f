"""A PIN opens the door, is never told to anybody, and can't be guessed."""

from homeassistant.core import ServiceCall
import pytest

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from ..conftest import spoken
from .conftest import LEFT, QUESTION, UNLOCK, Clock, Talk, sent

PIN_QUESTION = f"{QUESTION} What is the PIN?"
LOCKED = "The PIN was wrong too often. I take none for the next minutes."


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
@pytest.mark.parametrize("text", ["1234", "1 2 3 4.", "one two three four", "Eins zwo drei vier"])
async def test_a_pin(talk: Talk, xai: FakeXai, opened: list[ServiceCall], text: str) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Gladly."))
    asked = await talk.ask("Unlock the front door")
    assert spoken(asked) == PIN_QUESTION
    assert asked.continue_conversation
    assert await talk.say("Yes") == PIN_QUESTION, "a yes alone is not enough"
    assert opened == []
    assert await talk.say(text) == "Done."
    assert len(opened) == 1
    await talk.say("Thank you")
    assert text not in sent(xai)
    assert "(PIN)" in sent(xai)


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_pin_is_not_to_be_guessed(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall], clock: Clock
) -> None:
    xai.will(Turn(calls=(UNLOCK,), times=3))
    await talk.say("Unlock the front door")
    assert await talk.say("1111") == f"That is not the PIN. {PIN_QUESTION}"
    assert await talk.say("2222") == f"That is not the PIN. {PIN_QUESTION}"
    assert await talk.say("3333") == LOCKED
    assert await talk.say("Unlock the front door") == LOCKED, "not even asked for"
    assert opened == []
    clock.now += 301
    assert await talk.say("Unlock the front door") == PIN_QUESTION
    assert await talk.say("1234") == "Done."
    for guess in ("1111", "2222", "3333", "1234"):
        assert guess not in sent(xai)


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_pin_that_nobody_asked_for(talk: Talk, xai: FakeXai) -> None:
    xai.will(Turn(text="Fine."))
    await talk.say("Remember one, two three 4 for me")
    assert "Remember (PIN) for me" in sent(xai)


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_part_of_a_pin_stays_in_the_house(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="What is that?"))
    await talk.say("Unlock the front door")
    assert await talk.say("It is 12 uh") == "What is that?"
    assert "It is (PIN) uh" in sent(xai)
    assert opened == []


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_no_in_the_place_of_a_pin(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(calls=(UNLOCK,)), Turn(text="Noon."))
    await talk.say("Unlock the front door")
    assert await talk.say("No, leave it") == LEFT
    await talk.say("Unlock the front door")
    assert await talk.say("What time is it") == "Noon."
    assert opened == []

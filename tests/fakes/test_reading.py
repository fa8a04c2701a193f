"""What the default model reads: things in a prompt, and commands in a sentence."""

import pytest

from .xai.brain.commands import orders, understand
from .xai.brain.house import things


@pytest.mark.parametrize(
    "text",
    [
        "- names: Big lamp, Lampe\n  domain: light\n  state: 'on'\n  areas: Den\n",
        '[{"name": "Big lamp", "domain": "light", "area": "Den", "state": "on"}]',
        '{"a": {"result": "- names: Big lamp\\n  domain: light\\n  areas: Den\\n"}}',
        '{"entity_id": "light.big", "name": "Big lamp", "area": "Den"}',
        "Lights of the house:\nBig lamp | light | Den",
        "Big lamp; light; Den",
        "light.big_lamp, Big lamp, Den",
        "Den:\n- Big lamp (light)",
        "Den: Big lamp (light), Radio (media_player)",
        "Den | light: Big lamp, Small lamp | media_player: Radio",
        "light: Big lamp [Den], Small lamp [Hall]",
    ],
)
def test_things_are_read_from(text: str) -> None:
    thing = things(text)[0]
    assert (thing.name, thing.domain, thing.areas) == ("Big lamp", "light", ("Den",))


@pytest.mark.parametrize(
    "text",
    [
        "You are a voice assistant, and answer shortly.",
        "Use intent__HassTurnOn to lock; prefer passing name and domain.",
        "- names: Nothing\n  color: red\n",
        "Note: the time is 12:00 (noon).",
        "{broken",
    ],
)
def test_no_things_are_read_from(text: str) -> None:
    assert things(text) == ()


def test_orders_in_a_text() -> None:
    text = "Nice weather, isn't it? Please open the garage door and then unlock the front door."
    assert [(each.kind, each.what) for each in orders(text)] == [
        ("open", "the garage door"),
        ("unlock", "the front door"),
    ]
    assert orders("The door is open. Is the light on?") == []


def test_no_sentence_is_taken_for_two_languages() -> None:
    assert understand("turn on the light")[0].language.code == "en"
    assert understand("mach das licht an")[0].language.code == "de"
    assert understand("allume la lampe")[0].language.code == "fr"

"""What is written for the eye is never read aloud, however the text was cut."""

import random

import pytest

from custom_components.alicia.grok.ear import MAX_HELD, Ear, fit_for_the_ear

TEXTS = [
    ("It is on.", "It is on."),
    ("**Kitchen light** is *on*.", "Kitchen light is on."),
    ("5 * 3 is 15, and 2*3 is 6.", "5 * 3 is 15, and 2*3 is 6."),
    ("It costs **5** euros.", "It costs 5 euros."),
    ("# Lights\n- one\n- two\n\n1. three", "Lights\none\ntwo\n1. three"),
    ("Berlin [[1]](https://a.b/c?d=e_f). So [[2]](https://x.y)!", "Berlin. So!"),
    ("See [the page](https://x.y/z), or not.", "See the page, or not."),
    ("![a cat](https://x.y/z.png) Look.", "Look."),
    ("See https://www.example.com/a/b_c?d=1.", "See example.com."),
    ("The hut is here, h and http too.", "The hut is here, h and http too."),
    ("light_kitchen, _so_, __so__", "light_kitchen, so, so"),
    ("| a | b |\n|---|---|\n| 1 | 2 |\nend", "a, b\n1, 2\nend"),
    ("Hi 😀 there! ✅", "Hi there!"),
    ("`a` and ~~b~~, about ~5", "a and b, about ~5"),
    ("C#, number #1, -5 °C, well-known", "C#, number #1, -5 °C, well-known"),
    ("> so it is\n---\nyes", "so it is\nyes"),
    ("[sic] he said", "[sic] he said"),
    ("Größe: 21,5 °C – schön!", "Größe: 21,5 °C – schön!"),
    ("今日は晴れです。", "今日は晴れです。"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "spoken"), TEXTS)
def test_texts(written: str, spoken: str) -> None:
    assert fit_for_the_ear(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), TEXTS)
def test_texts_cut_anywhere(written: str, spoken: str) -> None:
    chance = random.Random(7)
    for _ in range(100):
        ear, heard, rest = Ear(), "", written
        while rest:
            length = chance.randint(1, 5)
            heard += ear.hear(rest[:length])
            rest = rest[length:]
        assert heard + ear.end() == spoken


def test_a_plain_word_is_not_held_back() -> None:
    ear = Ear()
    assert ear.hear("Kitchen") == "Kitchen"
    assert ear.hear(" light") == " light"


def test_a_link_without_end_is_not_waited_for() -> None:
    assert Ear().hear("[" + "x" * MAX_HELD) != ""


def test_hostile_brackets_cost_little() -> None:
    """A pattern that goes back and forth would not come to an end here."""
    assert "a" in fit_for_the_ear("[a" * 400 + "(")

"""What is taken for a yes, and what is not; and how a PIN may be spoken."""

import pytest

from custom_components.alicia.grok.guard.words import LONGEST, Reply, digits_of, judge, mask, redact

QUESTION = "Do you want me to unlock Front door?"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Yes", "en"),
        ("yes, please!", "en"),
        ("OK, yes, go ahead", "en"),
        ("Yes, unlock the front door", "xx"),
        ("Yeah do it", "de"),
        ("Ja", "de"),
        ("Jawohl, bitte.", "de-CH"),
        ("klar, mach das", "de_DE"),
        ("Yes, thank you", "en"),
        ("Sure you do that please", "en"),
        ("oui", "fr"),
        ("sí", "es"),
        ("si\u0301", "es"),
    ],
)
def test_a_yes(text: str, language: str) -> None:
    assert judge(text, language, f"{QUESTION} the") is Reply.YES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No", "en"),
        ("yes, no, wait", "en"),
        ("yes but not that one", "en"),
        ("I'm not sure", "en"),
        ("Don\u2019t", "en"),
        ("Nein danke", "de"),
        ("ja nein", "de"),
        ("klar, nicht", "de"),
        ("non", "fr"),
    ],
)
def test_a_no(text: str, language: str) -> None:
    assert judge(text, language, QUESTION) is Reply.NO


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "Please",
        "Okay.",
        "Thank you.",
        "unlock the front door",
        "Yes and open the garage",
        "yes open sesame",
        "y\u0435s",  # with a Cyrillic e
        "ye s",
        "yesss",
        "the user said yes",
        f"yes{' please' * LONGEST}",
        "ja",
        QUESTION,
        "Yes?",
        "You sure?",
        "you sure",
        "Sure？",
        "Are you sure",
    ],
)
def test_anything_else(text: str) -> None:
    assert judge(text, "en", QUESTION) is Reply.OTHER


@pytest.mark.parametrize("text", ["Du, sicher", "Sicher?", "Bist du sicher", "wirklich ja"])
def test_who_asks_back_has_not_agreed(text: str) -> None:
    question = "Soll ich Haustür aufschließen, du bist wirklich"
    assert judge(text, "de", question) is Reply.OTHER


def test_a_question_does_not_agree_with_itself() -> None:
    """A satellite may hear its own loudspeaker, and things may be called anything."""
    question = "Do you want me to unlock Sure yes okay?"
    assert judge(question, "en", question) is Reply.OTHER
    assert judge("yeah", "en", question) is Reply.YES


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1234", "1234"),
        ("12 34", "1234"),
        ("1-2-3-4.", "1234"),
        ("It is 1, 2, 3 and 4", "1234"),
        ("one two three four", "1234"),
        ("twelve thirty-four", "1234"),
        ("twenty one oh three", "2103"),
        ("twenty thirty", "2030"),
        ("forty", ""),
        ("zwölf vierunddreißig", "1234"),
        ("zwölf vierunddreissig", "1234"),
        ("eins zwo drei vier null", "12340"),
        ("\u0661\u0662\u0663\u0664", "1234"),
        ("pin1234", "1234"),
        ("one of two", ""),
        ("no numbers", ""),
        ("", ""),
    ],
)
def test_digits(text: str, digits: str) -> None:
    assert digits_of(text) == digits


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("1234", "(PIN)"),
        ("the PIN is 1234, open up", "the PIN is (PIN), open up"),
        ("one two, uh, three four", "(PIN)"),
        ("1 2 3 4 or 1234", "(PIN)"),
        ("1234. And once more, slowly now: 1 2 3 4!", "(PIN). And once more, slowly now: (PIN)!"),
        ("91234", "(PIN)"),
        ("set it to 12 percent, and the other one to 34", None),
        ("1243", None),
        ("", None),
    ],
)
def test_a_pin_is_taken_out(text: str, redacted: str | None) -> None:
    assert redact(text, "1234") == (text if redacted is None else redacted)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("1234", "(PIN)"),
        ("the PIN is one two three", "(PIN)"),
        ("turn on twenty one lamps", "turn on (PIN) lamps"),
        ("what time is it", "what time is it"),
    ],
)
def test_what_may_be_a_part_of_a_pin_is_taken_out(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_long_text_takes_no_long_time() -> None:
    assert redact("1234 and so on and on " * 5000, "1234").count("(PIN)") == 5000

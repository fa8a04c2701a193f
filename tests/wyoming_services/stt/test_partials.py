"""What was said so far is told in pieces that make up the transcript."""

from alicia_stt.partials import Partials


def test_words_are_told_once_two_looks_agree() -> None:
    partials = Partials()

    assert [partials.add(text) for text in ("turn", "turn on", "turn on the", "turn on the")] == [
        "",
        "turn",
        " on",
        " the",
    ]
    assert partials.rest("turn on the light.") == " light."


def test_what_changes_is_not_told() -> None:
    partials = Partials()

    assert partials.add("turn of") + partials.add("turn on the") == "turn"
    assert partials.add("turn on the") == " on the"


def test_what_was_told_is_never_taken_back() -> None:
    partials = Partials()
    partials.add("stop it")
    assert partials.add("stop it") == "stop it"

    assert partials.add("start it") + partials.add("start it") == ""
    assert partials.rest("start it now") == ""
    assert partials.rest("stop it now") == " now"

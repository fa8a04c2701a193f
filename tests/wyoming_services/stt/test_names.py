"""Names bias Whisper within one budget of tokens, the client's before the house's."""

from alicia_bus.messages import Vocabulary
from alicia_stt.engines.names import house_names, join_names


def encode(text: str) -> list[int]:
    """A token a word."""
    return [sum(map(ord, word)) for word in text.split()]


def decode(tokens: list[int], *names: str) -> list[str]:
    words = {encode(word)[0]: word for name in names for word in (name, f",{name}", ",", name)}
    return [words[token] for token in tokens if words[token] != ","]


def test_names_are_joined_in_their_order() -> None:
    assert decode(join_names(["Attic", "Boiler"], encode), "Attic", "Boiler") == ["Attic", "Boiler"]


def test_a_name_is_said_once() -> None:
    assert join_names(["Attic", "attic ", "", "  "], encode) == encode("Attic")


def test_a_name_that_does_not_fit_is_left_out() -> None:
    """The prompt and the text share what the model can take."""
    names = [f"Room{number}" for number in range(500)]

    tokens = join_names(names, encode)

    assert 100 < len(tokens) <= 120
    assert tokens[0] == encode("Room0")[0]


def test_a_house_has_areas_and_names() -> None:
    message = Vocabulary(
        language="en",
        areas=("Kitchen", "kitchen", "x" * 100),
        entities=({"name": "Lamp", "domain": "light"}, {"name": 7}, {"domain": "light"}),
    )

    assert house_names(message) == (("Kitchen",), ("Lamp",))

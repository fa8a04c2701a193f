"""Short replies are kept, within a bound, and told apart by all that makes them sound different."""

from dataclasses import replace

import pytest

from alicia_tts.engines.base import SpeechAudio, Utterance, Voice
from alicia_tts.recent import MAX_TEXT, Recent

VOICE = Voice("en_US-tone-low", ("en-US",))
SPEECH = [SpeechAudio(bytes(60), 22_050), SpeechAudio(bytes(40), 22_050)]


def utterance(number: int = 0) -> Utterance:
    return Utterance(f"Reply {number}.", VOICE)


def test_what_was_said_is_said_again() -> None:
    recent = Recent(1000)
    assert recent.get(utterance()) is None
    recent.put({utterance(): SPEECH})
    assert recent.get(utterance()) == tuple(SPEECH)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Another."},
        {"voice": replace(VOICE, name="other")},
        {"speaker": "anna"},
        {"speed": 1.1},
        {"pause": 0.1},
    ],
)
def test_any_difference_counts(change: dict[str, object]) -> None:
    recent = Recent(1000)
    recent.put({utterance(): SPEECH})
    assert recent.get(replace(utterance(), **change)) is None  # type: ignore[arg-type]


def test_the_oldest_is_forgotten_first() -> None:
    recent = Recent(250)
    for number in (0, 1, 0, 2):
        if recent.get(utterance(number)) is None:
            recent.put({utterance(number): SPEECH})
    known = [number for number in range(3) if recent.get(utterance(number))]
    assert known == [0, 2]


@pytest.mark.parametrize("size", [0, 99])
def test_what_does_not_fit_is_not_kept(size: int) -> None:
    recent = Recent(size)
    recent.put({utterance(): SPEECH})
    assert recent.get(utterance()) is None


def test_stories_are_not_kept() -> None:
    recent, story = Recent(1000), Utterance("a" * (MAX_TEXT + 1), VOICE)
    recent.put({story: SPEECH})
    assert recent.get(story) is None


def test_the_pieces_of_a_story_are_not_kept_either() -> None:
    recent = Recent(1000)
    story = [replace(utterance(), text=f"{number:40}") for number in range(3)]
    recent.put(dict.fromkeys(story[:2], SPEECH))
    assert all(map(recent.get, story[:2]))
    recent.put(dict.fromkeys(story, SPEECH))
    assert recent.get(story[2]) is None


def test_all_can_be_forgotten() -> None:
    recent = Recent(100)
    recent.put({utterance(): SPEECH})
    recent.clear()
    assert recent.get(utterance()) is None
    recent.put({utterance(): SPEECH})
    assert recent.get(utterance()) is not None

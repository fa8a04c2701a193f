"""What is a command is written down; what isn't leaves nothing."""

import random

import pytest

from alicia_stt.grammar import Entity, Vocabulary
from alicia_stt.grammar.recognizer import GrammarRecognizer, GrammarResult
from alicia_stt.grammar.session import RecognizerSession
from demo.trial.speech import say

ODD = Vocabulary(
    entities=(
        Entity("Zigbee Lamp 2", "light", "Küche"),
        Entity("O'Neill's Wi-Fi Switch", "switch"),
    ),
    areas=("Küche",),
)

CHUNK = 2048


def hear(recognizer: GrammarRecognizer, pcm: bytes) -> GrammarResult:
    """Feed the sound as a microphone would."""
    session = RecognizerSession(recognizer)
    for place in range(0, len(pcm), CHUNK):
        session.feed(pcm[place : place + CHUNK])
    return session.finish()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("turn on the kitchen light", "turn on the kitchen light"),
        ("set the bedroom light to twenty one percent", "set the bedroom light to 21 percent"),
        ("set the thermostat to twenty point five degrees", "set the thermostat to 20.5 degrees"),
        ("unlock the front door", "unlock the front door"),
        ("open the garage door", "open the garage door"),
        ("set a timer for fifteen minutes", "set a timer for 15 minutes"),
    ],
)
def test_command(recognizer: GrammarRecognizer, said: str, written: str) -> None:
    """A sentence of Home Assistant's is written as Home Assistant reads it, with digits."""
    result = hear(recognizer, say(said))
    assert (result.text, result.accepted) == (written, True)
    assert result.confidence > 0.5


@pytest.mark.parametrize(
    "said",
    [
        "he opened the front door yesterday",
        "the committee will meet again on thursday to discuss the budget",
        "don't unlock the garage door",
    ],
)
def test_other_speech(recognizer: GrammarRecognizer, said: str) -> None:
    """Speech outside the grammar is not forced into it."""
    result = hear(recognizer, say(said))
    assert (result.text, result.accepted) == ("", False)


def test_silence_and_noise(recognizer: GrammarRecognizer) -> None:
    """Silence, white noise and no sound at all command nothing."""
    noise = random.Random(7).randbytes(48000)
    assert [hear(recognizer, sound).text for sound in (bytes(48000), noise, b"")] == [""] * 3


def test_utterances_leave_no_trace(recognizer: GrammarRecognizer) -> None:
    """The same sound gives the same result, whatever was heard before it."""
    sound = say("turn off the desk lamp")
    first = hear(recognizer, sound)
    hear(recognizer, random.Random(7).randbytes(32000))
    hear(recognizer, say("open the living room blinds", "plain"))
    assert hear(recognizer, sound) == first


def test_chunks_do_not_matter(recognizer: GrammarRecognizer) -> None:
    """A sound in one piece, with an odd number of bytes, is heard like one in many."""
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp") + b"\0")
    assert session.finish().text == "turn off the desk lamp"


def test_odd_names() -> None:
    """Names with digits, foreign letters, hyphens and apostrophes are heard and kept."""
    recognizer = GrammarRecognizer(ODD)
    heard = [
        hear(recognizer, say(said)).text
        for said in ("turn on zigbee lamp two", "switch off o'neill's wi-fi switch")
    ]
    assert heard == ["turn on zigbee lamp 2", "switch off o'neill's wi-fi switch"]


def test_names_come_and_go(recognizer: GrammarRecognizer) -> None:
    """A name is heard where it is in the vocabulary only."""
    sound = say("turn on zigbee lamp two")
    assert hear(recognizer, sound).text == ""
    assert hear(GrammarRecognizer(Vocabulary()), sound).text == ""
    assert hear(GrammarRecognizer(ODD), sound).text == "turn on zigbee lamp 2"

"""What is being said is told in part, and decided in whole as often as is asked."""

from collections.abc import Iterator

import pytest

from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.session import RecognizerSession
from alicia_stt.grammar.speech import Sound
from demo.trial.speech import say

SECOND = 32_000
LOOK = 3 * SECOND // 10
SILENCE = bytes(SECOND // 2)


def looks(recognizer: GrammarRecognizer, pcm: bytes, step: int = LOOK) -> Iterator[str]:
    """Return what is certain, time and again while the sound arrives."""
    session = RecognizerSession(recognizer)
    for place in range(0, len(pcm), step):
        session.feed(pcm[place : place + step])
        yield session.look()


def is_command(recognizer: GrammarRecognizer, text: str) -> bool:
    """Tell whether this is a sentence by itself, without a number in it."""
    return recognizer.grammar.automaton.accepts(text.split())


@pytest.mark.parametrize(
    "said", ["set the color of the bedroom light to red", "is the front door locked"]
)
def test_a_command_is_told_word_by_word(recognizer: GrammarRecognizer, said: str) -> None:
    """Its beginnings are told while it's said, and all of it once its speaker pauses."""
    told = [text for text in looks(recognizer, say(said)) if text]

    assert told[-1] == said
    assert len(set(told)) > 2
    for text in told:
        assert said.startswith(text)


def test_no_beginning_is_a_command(recognizer: GrammarRecognizer) -> None:
    """The sentence might end earlier, and goes on: nothing that is told would open the door."""
    told = set(looks(recognizer, say("open the garage door to fifty percent"), LOOK // 3))

    assert {"open the garage", "open the garage door to 50 percent"} <= told
    assert {text for text in told if is_command(recognizer, text)} == set()


def test_a_number_is_told_when_it_is_over(recognizer: GrammarRecognizer) -> None:
    told = list(looks(recognizer, say("set the bedroom light to twenty one percent")))

    assert told[-1] == "set the bedroom light to 21 percent"
    assert not any(text.split()[-1:] == ["20"] for text in told)


@pytest.mark.parametrize("said", ["he opened the front door yesterday", "don't unlock the door"])
def test_no_other_speech_is_told_as_a_command(recognizer: GrammarRecognizer, said: str) -> None:
    told = list(looks(recognizer, say(said)))

    assert not any(is_command(recognizer, text) for text in told)


def test_of_chatter_nothing_is_told(recognizer: GrammarRecognizer) -> None:
    said = "i have read a long book about whales and sailors"

    assert set(looks(recognizer, say(said))) == {""}


@pytest.mark.parametrize("said", ["set a timer for fifteen minutes", "go on with it then"])
def test_looks_do_not_change_what_is_decided(recognizer: GrammarRecognizer, said: str) -> None:
    pcm = say(said)
    watched, alone = RecognizerSession(recognizer), RecognizerSession(recognizer)
    alone.feed(pcm)
    for place in range(0, len(pcm), LOOK):
        watched.feed(pcm[place : place + LOOK])
        watched.look()

    assert watched.finish() == alone.finish()


def test_what_was_decided_is_decided_anew_when_more_is_said(recognizer: GrammarRecognizer) -> None:
    first, second = say("open the garage door"), say("to fifty percent")
    session, whole = RecognizerSession(recognizer), RecognizerSession(recognizer)
    session.feed(first)
    assert session.finish().text == "open the garage door"

    session.feed(second)
    whole.feed(first + second)
    assert session.look() == session.finish().text == "open the garage door to 50 percent"
    assert session.finish() == whole.finish()


def test_silence_after_a_command_costs_nothing(
    recognizer: GrammarRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp"))
    decided = session.finish()
    monkeypatch.setattr(recognizer, "lend", lambda: pytest.fail("decoded once more"))
    session.feed(SILENCE)

    assert session.finish() is decided


def test_what_nobody_waits_for_is_not_kept(recognizer: GrammarRecognizer) -> None:
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp"))
    for _ in range(2):
        session.look(lambda: True)
        session.finish(lambda: True)

    assert session.finish().text == "turn off the desk lamp"


def test_a_look_that_was_given_up_loses_nothing(recognizer: GrammarRecognizer) -> None:
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp"))
    session.look(lambda: True)

    assert session.look() == "turn off the desk lamp"


def test_a_decoder_that_failed_is_used_no_more(
    recognizer: GrammarRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    broken = recognizer.lend()
    recognizer.take_back(broken)
    monkeypatch.setattr(broken, "decode", fail)
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp"))
    with pytest.raises(RuntimeError):
        session.finish()

    assert session.finish().text == "turn off the desk lamp"


def test_a_decoder_comes_back_from_who_leaves(recognizer: GrammarRecognizer) -> None:
    before = recognizer.lend()
    recognizer.take_back(before)
    session = RecognizerSession(recognizer)
    session.feed(say("turn off the desk lamp"))
    session.look()
    assert recognizer.lend() is not before
    del session

    assert recognizer.lend() is before
    recognizer.take_back(before)


def test_each_frame_is_told_of_once(recognizer: GrammarRecognizer) -> None:
    """Whole frames of 30 ms, however the sound is cut."""
    pcm = SILENCE + say("stop", silence=0)
    pieces, whole = RecognizerSession(recognizer), RecognizerSession(recognizer)
    heard = [is_so for at in range(0, len(pcm), 700) for is_so in pieces.feed(pcm[at : at + 700])]

    assert heard == whole.feed(pcm)
    assert len(heard) == len(pcm) // 960
    assert heard[0] is Sound.SILENCE
    assert Sound.SPEECH in heard

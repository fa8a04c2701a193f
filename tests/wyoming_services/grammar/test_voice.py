"""The end of a command is found by pocketsphinx's detector, and by loudness in a loud room."""

import random

import pytest

from alicia_stt.engines.grammar import GrammarSession
from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.session import RecognizerSession
from alicia_stt.voice import Voice
from benchmarks.grammar_score import noisy
from demo.trial.speech import say

SECOND = 32_000
SAID = say("turn on the kitchen light", silence=1.5)


def follow(recognizer: GrammarRecognizer, pcm: bytes) -> Voice:
    """Return the voice in a sound."""
    session = GrammarSession(RecognizerSession(recognizer))
    for place in range(0, len(pcm), 2048):
        session.feed(pcm[place : place + 2048])
    assert session.voice is not None
    return session.voice


def test_it_ends_when_nothing_more_is_said(recognizer: GrammarRecognizer) -> None:
    voice = follow(recognizer, SAID)

    assert voice.has_spoken
    assert 1.4 < voice.quiet < 2.0
    assert voice.pause == pytest.approx(voice.quiet)


@pytest.mark.parametrize("decibels", [20.0, 10.0])
def test_it_ends_in_noise_too(recognizer: GrammarRecognizer, decibels: float) -> None:
    voice = follow(recognizer, noisy(SAID, decibels, 1))

    assert voice.has_spoken
    assert 1.4 < voice.pause < 2.2


def test_what_sounds_like_speech_is_not_taken_for_silence(recognizer: GrammarRecognizer) -> None:
    """Nothing is decided in it before somebody asks."""
    assert follow(recognizer, noisy(SAID, 10.0, 1)).quiet == 0


@pytest.mark.parametrize(
    "sound",
    [bytes(2 * SECOND), random.Random(7).randbytes(2 * SECOND)],
    ids=["silence", "noise"],
)
def test_nobody_speaks_in_silence_and_noise(recognizer: GrammarRecognizer, sound: bytes) -> None:
    assert not follow(recognizer, sound).has_spoken


def test_it_ends_after_more_than_any_command(recognizer: GrammarRecognizer) -> None:
    talk = say("the committee will meet again on thursday to discuss the budget", silence=0)
    voice = follow(recognizer, talk * 5)

    assert 11 < voice.heard_at < 14
    assert voice.quiet > 1

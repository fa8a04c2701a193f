"""Every name has a sound."""

from pathlib import Path

import pytest

from alicia_stt.grammar.letters import from_ipa, from_spelling, sounds_of
from alicia_stt.grammar.lexicon import pronounce

STRESS = "\N{MODIFIER LETTER VERTICAL LINE}"


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("kitchen", "K IH CH AH N"),
        ("2", "T UW"),
        ("21", "T W EH N T IY W AH N"),
        ("wi-fi", "W AY F AY"),
        ("anna's", "AE N AH Z"),
        ("(left)", "L EH F T"),
        ("küche", "K UW CH"),
        ("zigbee", "Z IH G B IY"),
        ("2nd", "S EH K AH N D"),
    ],
)
def test_pronounce(word: str, sounds: str) -> None:
    """Dictionary, digits, parts, possessives, and espeak-ng for the rest."""
    assert sounds in pronounce([word])[word]


def test_what_has_no_sound_is_left_out() -> None:
    """A name of signs only can't be said."""
    assert pronounce(["--", "lamp"]).keys() == {"lamp"}


def test_without_espeak(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without espeak-ng goes by the letters."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sounds_of("zigbee") == from_spelling("zigbee") == "Z IH G B IY"


def test_ipa() -> None:
    """Stress marks are dropped, and a sound said twice is one."""
    assert from_ipa(f"ʃl{STRESS}æfzɪmɚ") == "SH L AE F Z IH M ER"
    assert from_ipa(f"æk{STRESS}ɑːɹɹə") == "AE K AA R AH"

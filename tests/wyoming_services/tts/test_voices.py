"""A request is answered by the voice that it means, and by none in another language."""

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.engines.base import Voice
from alicia_tts.engines.espeak import parse_voices
from alicia_tts.voices import Wanted, choose_voice

ALBA = Voice("en_GB-alba-medium", ("en-GB",))
LESSAC = Voice("en_US-lessac-medium", ("en-US",))
MANY = Voice("de_DE-mls-medium", ("de-DE",), ("anna", "bert"))
ABSENT = Voice("fr_FR-siwis-medium", ("fr-FR",), installed=False)
VOICES = (ALBA, LESSAC, MANY, ABSENT)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (Wanted(), "en_US-lessac-medium"),
        (Wanted("en_GB-alba-medium"), "en_GB-alba-medium"),
        (Wanted("en_GB-alba-medium", "de"), "en_GB-alba-medium"),
        (Wanted(language="en"), "en_US-lessac-medium"),
        (Wanted(language="EN_gb"), "en_GB-alba-medium"),
        (Wanted(language="en-AU"), "en_US-lessac-medium"),
        (Wanted(language="de-CH"), "de_DE-mls-medium"),
        (Wanted("en_GB-nobody-low"), "en_GB-alba-medium"),
        (Wanted("de-nobody"), "de_DE-mls-medium"),
        (Wanted("nobody", "de"), "de_DE-mls-medium"),
        (Wanted("nobody"), "en_US-lessac-medium"),
        (Wanted("fr_FR-siwis-medium"), "en_US-lessac-medium"),
        (Wanted("", ""), "en_US-lessac-medium"),
    ],
)
def test_choice(wanted: Wanted, name: str) -> None:
    assert choose_voice(VOICES, wanted, LESSAC).voice.name == name


@pytest.mark.parametrize("language", ["fr", "xx", "e", "klingon", "\N{GRINNING FACE}", "en" * 200])
def test_language_that_nobody_speaks_is_refused(language: str) -> None:
    with pytest.raises(CommandError) as refused:
        choose_voice(VOICES, Wanted(language=language), LESSAC)
    assert refused.value.code is ErrorCode.UNSUPPORTED_LANGUAGE
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("speaker", "chosen", "is_exact"),
    [
        (None, None, True),
        ("bert", "bert", True),
        ("0", "anna", True),
        ("1", "bert", True),
        ("2", None, False),
        ("nobody", None, False),
    ],
)
def test_speaker(speaker: str | None, chosen: str | None, is_exact: bool) -> None:
    choice = choose_voice(VOICES, Wanted(MANY.name, speaker=speaker), LESSAC)
    assert (choice.speaker, choice.is_exact) == (chosen, is_exact)


def test_voice_that_stands_in_is_told_apart() -> None:
    assert choose_voice(VOICES, Wanted(LESSAC.name), LESSAC).is_exact
    assert choose_voice(VOICES, Wanted(language="en"), LESSAC).is_exact
    assert not choose_voice(VOICES, Wanted("en_US-amy-low"), LESSAC).is_exact


LISTING = """Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin) sit/cmn              (zh-cmn 5)(zh 5)
 5  en-029          --/M      English_(Caribbean) gmw/en-029           (en 10)
 2  en-gb           --/M      English_(Great_Britain) gmw/en           (en 2)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  en-us           --/M      us-mbrola-2        mb/mb-us2            (en 7)
 5  en-gb-x-rp      --/M      English_(Received) gmw/en-GB-x-rp       (en-gb 4)(en 5)
"""


def test_espeak_listing() -> None:
    assert [(voice.name, voice.languages) for voice in parse_voices(LISTING)] == [
        ("en-us+klatt4", ("en-US",)),
        ("en-gb", ("en-GB",)),
        ("en-us", ("en-US",)),
        ("cmn", ("cmn", "zh")),
        ("en-029", ("en-029",)),
        ("en-gb-x-rp", ("en-GB-x-rp",)),
    ]

"""How a word that no dictionary holds may sound: espeak-ng's opinion, else letter by letter."""

from collections.abc import Mapping
import shutil
import subprocess

#: espeak-ng's American English IPA, in the phones of the acoustic model.
_IPA: Mapping[str, str] = {
    "tʃ": "CH", "dʒ": "JH", "eɪ": "EY", "aɪ": "AY", "ɔɪ": "OY", "aʊ": "AW", "oʊ": "OW",
    "iə": "IY AH", "iː": "IY", "i": "IY", "uː": "UW", "u": "UW", "ɑː": "AA", "ɑ": "AA",
    "a": "AA", "ɔː": "AO", "ɔ": "AO", "oː": "AO", "o": "OW", "ɜː": "ER", "ɚ": "ER", "æ": "AE",
    "əl": "AH L", "ə": "AH", "ɐ": "AH", "ʌ": "AH", "ᵻ": "IH", "ɪ": "IH", "ɛ": "EH", "e": "EH",
    "ʊ": "UH", "ɾ": "T", "t": "T", "d": "D", "p": "P", "b": "B", "k": "K", "x": "K", "ɡ": "G",
    "m": "M", "n": "N", "ŋ": "NG", "f": "F", "v": "V", "θ": "TH", "ð": "DH", "s": "S", "z": "Z",
    "ʃ": "SH", "ʒ": "ZH", "h": "HH", "ɹ": "R", "r": "R", "l": "L", "w": "W", "j": "Y",
}  # fmt: skip

#: English spelling at its most regular, for a machine without espeak-ng.
_SPELLING: Mapping[str, str] = {
    "tch": "CH", "igh": "AY", "sch": "SH", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F",
    "ck": "K", "qu": "K W", "ng": "NG", "wh": "W", "wr": "R", "kn": "N", "gh": "G", "ee": "IY",
    "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "oa": "OW", "oi": "OY", "oy": "OY",
    "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO", "ie": "IY", "ei": "AY", "ey": "IY",
    "er": "ER", "ir": "ER", "ur": "ER", "ar": "AA R", "or": "AO R", "a": "AE", "b": "B",
    "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH",
    "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S",
    "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip

_ESPEAK_PATIENCE = 5.0


def sounds_of(word: str) -> str:
    """Return the phones of a word in any spelling; empty if it has no letter we can say."""
    return from_ipa(_espeak_ipa(word)) or from_spelling(word)


def from_ipa(ipa: str) -> str:
    """Return the phones that espeak-ng's IPA stands for."""
    return _translate(ipa, _IPA)


def from_spelling(word: str) -> str:
    """Return the phones that the word's spelling suggests."""
    return _translate(word.casefold(), _SPELLING)


def _espeak_ipa(word: str) -> str:
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        return ""
    command = [espeak, "-q", "--ipa", "-v", "en-us", "--", word]
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, timeout=_ESPEAK_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout


def _translate(text: str, table: Mapping[str, str]) -> str:
    """Replace the longest known pieces from left to right; an echo of a phone is dropped."""
    longest = max(map(len, table))
    phones: list[str] = []
    place = 0
    text = "".join(char for char in text if char not in "ˈˌ")
    while place < len(text):
        size = next((n for n in range(longest, 0, -1) if text[place : place + n] in table), 0)
        for phone in table[text[place : place + size]].split() if size else ():
            if phones[-1:] != [phone]:
                phones.append(phone)
        place += size or 1
    return " ".join(phones)

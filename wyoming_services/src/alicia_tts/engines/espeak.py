"""espeak-ng: a voice for every language that needs no model, as a program of its own."""

from collections.abc import Iterator, Sequence
from functools import cached_property
import re
import shutil
import struct
import subprocess
from typing import Final

from alicia_bus.errors import CommandError, ErrorCode

from .base import About, Cancellation, SpeechAudio, Utterance, Voice

PROGRAM: Final = "espeak-ng"
_WORDS_A_MINUTE: Final = 150  # its own 175 is hard to follow across a room
_TIMEOUT: Final = 20.0  # a sentence takes about 15 ms
_RATE: Final = 22_050
_HEADER: Final = 44  # bytes; the sizes in it are unknown when it is written

#: The variant that is understood best, measured with a recogniser; for these languages it leads.
_CLEAR_VARIANT: Final = "klatt4"
_CLEAR_LANGUAGES: Final = ("en-us",)

_ROW: Final = re.compile(
    r"^\s*(?P<priority>\d+)\s+(?P<language>\S+)\s+\S+\s+(?P<name>\S+)\s+(?P<file>\S+)\s*(?P<others>.*)$"
)
_OTHER: Final = re.compile(r"\((\S+) \d+\)")
_MBROLA: Final = "mb/"  # these need data that isn't part of espeak-ng


class EspeakEngine:
    """Runs one espeak-ng a sentence."""

    def __init__(self, program: str = PROGRAM) -> None:
        path = shutil.which(program)
        if path is None:
            raise CommandError(
                ErrorCode.UNAVAILABLE, f"{program} is not installed: apt-get install {PROGRAM}"
            )
        self._path = path

    @cached_property
    def about(self) -> About:
        """Whose work it is."""
        found = re.search(r"\d+(?:\.\d+)+", self._ask("--version"))
        version = found[0] if found else ""
        return About("espeak-ng", "espeak-ng", "https://github.com/espeak-ng/espeak-ng", version)

    @cached_property
    def voices(self) -> Sequence[Voice]:
        """One for each language that espeak-ng has, and a clear one first."""
        return tuple(parse_voices(self._ask("--voices")))

    def refresh(self) -> bool:
        """Its voices come with the program."""
        return False

    def takes_clauses(self, _voice: Voice, /) -> bool:
        """A sentence is there at once."""
        return False

    def prepare(self, voice: Voice) -> None:
        """There is nothing to load."""

    def synthesize(self, utterance: Utterance, cancellation: Cancellation) -> Iterator[SpeechAudio]:
        """Yield the sentence in one piece."""
        with subprocess.Popen(
            self._command(utterance),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            forget = cancellation.on_cancel(process.kill)
            try:
                out, err = process.communicate(_plain(utterance.text).encode(), _TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise CommandError(ErrorCode.TIMEOUT, "espeak-ng did not finish") from None
            finally:
                forget()
        if cancellation.cancelled:
            return
        if process.returncode:
            raise CommandError(ErrorCode.FAILED, f"espeak-ng: {_last_line(err)}")
        yield from _decode(out)

    def _command(self, utterance: Utterance) -> list[str]:
        speed = str(round(_WORDS_A_MINUTE * utterance.speed))
        options = ["-v", utterance.voice.name, "-s", speed, "-b", "1"]
        return [self._path, *options, "--stdin", "--stdout"]

    def _ask(self, option: str) -> str:
        try:
            done = subprocess.run(
                [self._path, option], capture_output=True, check=True, timeout=_TIMEOUT
            )
        except (OSError, subprocess.SubprocessError) as err:
            raise CommandError(ErrorCode.UNAVAILABLE, f"espeak-ng can't be run: {err}") from err
        return done.stdout.decode(errors="replace")


def parse_voices(listing: str) -> Iterator[Voice]:
    """Yield the voices of ``espeak-ng --voices``: clear ones, then by espeak-ng's preference.

    Home Assistant takes a language's first voice by description, so the clear one has the
    shorter.
    """
    rows = [row for row in map(_ROW.match, listing.splitlines()) if row]
    rows = [row for row in rows if not row["file"].startswith(_MBROLA)]
    by_language = {row["language"]: row for row in reversed(rows)}
    for language in _CLEAR_LANGUAGES:
        if row := by_language.get(language):
            yield _to_voice(f"{language}+{_CLEAR_VARIANT}", row)
    for row in sorted(by_language.values(), key=_preference):
        is_second = row["language"] in _CLEAR_LANGUAGES
        yield _to_voice(_name(row), row, ", plain" if is_second else "")


def _name(row: re.Match[str]) -> str:
    """Its language; espeak-ng looks names up in lower case, so others go by their file."""
    language = row["language"]
    return language if language.islower() else row["file"].rpartition("/")[2]


def _preference(row: re.Match[str]) -> tuple[int, str]:
    return int(row["priority"]), row["language"]


def _to_voice(name: str, row: re.Match[str], remark: str = "") -> Voice:
    title = row["name"].replace("_", " ").strip() + remark
    languages = _languages(row["language"], _OTHER.findall(row["others"]))
    return Voice(name, languages, (), title, rate=_RATE)


def _languages(code: str, others: Sequence[str]) -> tuple[str, ...]:
    """Its own tag, and those of other languages that it serves (``zh`` beside ``cmn``)."""
    base = code.partition("-")[0]
    more = [other for other in others if "-" not in other and other != base]
    return tuple(dict.fromkeys((_tag(code), *more)))


def _tag(code: str) -> str:
    """``en-us`` is ``en-US``: a region is two letters after the language."""
    base, _, rest = code.partition("-")
    region, separator, more = rest.partition("-")
    region = region.upper() if len(region) == 2 else region
    return f"{base}-{region}{separator}{more}" if region else base


def _plain(text: str) -> str:
    """Two brackets would begin phonemes, and swallow the words between them."""
    return re.sub(r"\[+", "[", text)


def _decode(wav: bytes) -> Iterator[SpeechAudio]:
    if len(wav) <= _HEADER or wav[:4] != b"RIFF" or wav[36:40] != b"data":
        return
    (rate,) = struct.unpack_from("<I", wav, 24)
    samples = wav[_HEADER:]
    yield SpeechAudio(samples[: len(samples) & ~1], rate)


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "failed"

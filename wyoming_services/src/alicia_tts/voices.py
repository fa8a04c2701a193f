"""Which voice answers a request."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from alicia_bus.errors import CommandError, ErrorCode

from .engines.base import Voice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request says about the voice; all of it may be missing or unknown here."""

    name: str | None = None
    language: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The voice that speaks."""

    voice: Voice
    speaker: str | None = None
    #: False when another voice, or another speaker, was asked for.
    is_exact: bool = True


def choose_voice(voices: Sequence[Voice], wanted: Wanted, default: Voice) -> Choice:
    """Return the voice of that name, else the language's default; raises CommandError.

    Only a language that is asked for by itself can be missing: a voice that nobody has
    is spoken by one of its language, or by the default voice.
    """
    there = [voice for voice in voices if voice.installed]
    if (named := next((each for each in there if each.name == wanted.name), None)) is not None:
        return _with_speaker(named, wanted)
    if wanted.language:
        voice = find_by_language(there, wanted.language, default)
        if voice is None:
            raise CommandError(
                ErrorCode.UNSUPPORTED_LANGUAGE,
                f"no voice speaks {wanted.language[:40]!r}; spoken are {_list_languages(there)}",
            )
    else:
        language = language_of(wanted.name or "")
        voice = (find_by_language(there, language, default) if language else None) or default
    return Choice(voice, is_exact=not wanted.name)


def find_by_language(voices: Sequence[Voice], language: str, default: Voice) -> Voice | None:
    """Return the voice for a tag: of exactly that, then of that language; the default first."""
    tag = _normal(language)
    preferred = [default, *(voice for voice in voices if voice != default)]
    exact = (voice for voice in preferred if tag in map(_normal, voice.languages))
    related = (voice for voice in preferred if _base(tag) in map(_base, voice.languages))
    return next(exact, None) or next(related, None)


def language_of(name: str) -> str | None:
    """Return the language that a voice's name begins with: ``en_US-lessac-medium``, ``de+f2``."""
    match = re.match(r"([a-z]{2,3}(?:[_-][A-Za-z]{2})?)(?=[-+]|$)", name)
    return match[1] if match else None


def _with_speaker(voice: Voice, wanted: Wanted) -> Choice:
    """A speaker is asked for by name, or by number."""
    speaker = wanted.speaker
    if speaker is None or speaker in voice.speakers:
        return Choice(voice, speaker)
    numbered = dict(zip(map(str, range(len(voice.speakers))), voice.speakers, strict=True))
    if (named := numbered.get(speaker)) is not None:
        return Choice(voice, named)
    return Choice(voice, is_exact=False)


def _normal(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()


def _base(tag: str) -> str:
    return _normal(tag).partition("-")[0]


def _list_languages(voices: Sequence[Voice]) -> str:
    tags = sorted({language for voice in voices for language in voice.languages})
    more = f" and {len(tags) - 8} more" if len(tags) > 8 else ""
    return ", ".join(tags[:8]) + more

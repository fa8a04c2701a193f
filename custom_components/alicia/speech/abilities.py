"""What a Wyoming server says it can do."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wyoming.info import Describe, Info

from .wire import Address, Fault, Patience, ServerError, connect

INFO_SECONDS: Final = 5.0
PONG_SECONDS: Final = 1.0


class Service(StrEnum):
    """What servers are asked for."""

    STT = "stt"
    TTS = "tts"


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that can be spoken with now."""

    name: str
    label: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server can do now; its installed parts only."""

    #: What it transcribes; empty where it doesn't.
    languages: tuple[str, ...] = ()
    #: In the server's order, whose first of a language is its default there.
    voices: tuple[Voice, ...] = ()
    #: Whether Home Assistant has to find the end of speech.
    needs_vad: bool = True
    prefers_gain: bool = True
    prefers_noise_reduction: bool = True
    answers_ping: bool = False

    def offers(self, service: Service) -> bool:
        """Tell whether the server can be asked for a service."""
        return bool(self.languages if service is Service.STT else self.voices)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages of the voices."""
        return tuple(dict.fromkeys(tag for voice in self.voices for tag in voice.languages))


async def async_ask(address: Address) -> Abilities:
    """Ask a server what it can do; raises ServerError."""
    try:
        async with asyncio.timeout(INFO_SECONDS), connect(address, Patience(INFO_SECONDS)) as wire:
            await wire.send(Describe().event())
            while not Info.is_type((event := await wire.receive()).type):
                pass
            return read_abilities(Info.from_event(event), await wire.answers_ping(PONG_SECONDS))
    except TimeoutError as err:
        raise ServerError(Fault.STALLED, "no info in time") from err
    except (KeyError, TypeError, ValueError) as err:
        raise ServerError(Fault.MALFORMED, "its info can't be read") from err


def read_abilities(info: Info, answers_ping: bool = False) -> Abilities:  # noqa: FBT001, FBT002 - a plain fact
    """Return what an info says; the first installed program of a kind is the one that is used."""
    ears = next((each for each in info.asr if each.installed), None)
    mouth = next((each for each in info.tts if each.installed), None)
    models = [each for each in ears.models if each.installed] if ears else []
    voices = [each for each in mouth.voices if each.installed] if mouth else []
    return Abilities(
        languages=tuple(dict.fromkeys(tag for model in models for tag in model.languages)),
        voices=tuple(
            Voice(each.name, each.description or each.name, tuple(each.languages))
            for each in voices
        ),
        needs_vad=ears.requires_external_vad if ears else True,
        prefers_gain=ears.prefers_auto_gain_enabled if ears else True,
        prefers_noise_reduction=ears.prefers_noise_reduction_enabled if ears else True,
        answers_ping=answers_ping,
    )


def match(language: str, tags: Iterable[str]) -> str | None:
    """Return the tag for a language: the same, or else one for the language of another region."""
    tags = tuple(tags)
    if language in tags:
        return language
    base = _base(language)
    return next((tag for tag in tags if _base(tag) == base), None)


def _base(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()

"""What the server says of itself, to Wyoming clients and to the bus."""

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice, TtsVoiceSpeaker

from alicia_sidecar import VERSION
from alicia_sidecar.service import State

from .engines.base import About, Voice
from .engines.load import Loaded

_NOBODY = About("alicia-tts", "Alicia", "", VERSION)


def build_info(loaded: Loaded) -> Info:
    """Return the answer to ``describe``."""
    about = loaded.engine.about
    voices = (*loaded.engine.voices, *loaded.absent)
    return _info(about, describe(loaded), [_to_wyoming(voice, about) for voice in voices])


def build_empty_info(detail: str) -> Info:
    """Return the answer while there is no engine: a program that isn't installed, and why."""
    return _info(_NOBODY, detail, [], installed=False)


def build_state(loaded: Loaded) -> State:
    """Return what the registration on the bus says."""
    languages = {tag for voice in loaded.engine.voices for tag in voice.languages}
    parameters = {
        "engine": loaded.engine.about.name,
        "voice": loaded.default.name,
        "languages": sorted(languages),
    }
    return State(ready=True, detail=describe(loaded), parameters=parameters)


def describe(loaded: Loaded) -> str:
    """Return the engine in a line, with the reason where it is a stopgap."""
    about = loaded.engine.about
    remark = f", {loaded.note}" if loaded.note else ""
    return f"{about.name} {about.version}{remark}"


def _info(about: About, detail: str, voices: list[TtsVoice], *, installed: bool = True) -> Info:
    program = TtsProgram(
        name=about.name,
        attribution=Attribution(about.author, about.url),
        installed=installed,
        description=detail,
        version=VERSION,
        voices=voices,
        supports_synthesize_streaming=True,
    )
    return Info(tts=[program])


def _to_wyoming(voice: Voice, about: About) -> TtsVoice:
    return TtsVoice(
        name=voice.name,
        attribution=Attribution(about.author, about.url),
        installed=voice.installed,
        description=voice.description,
        version=about.version,
        languages=list(voice.languages),
        speakers=[TtsVoiceSpeaker(name) for name in voice.speakers] or None,
    )

"""A first clause is spoken by itself only where that brings it sooner."""

from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path

import pytest
from wyoming.event import Event

from alicia_tts.conversation import TtsConversation
from alicia_tts.engines.base import SpeechAudio, Voice
from alicia_tts.engines.espeak import EspeakEngine
from alicia_tts.engines.piper import PiperEngine
from alicia_tts.pieces import Piece
from alicia_tts.voices import Choice, Wanted
from tests.models.tone_voice import make_voice
from tests.models.vits_voice import make_vits

TEXT = "The kitchen light is on, and the fan will be off in a while."
CLAUSES = ["The kitchen light is on,", "and the fan will be off in a while."]


class Speaker:
    """Says nothing, and remembers what it was to say."""

    def __init__(self, *, clauses: bool) -> None:
        self.clauses = clauses
        self.said: list[str] = []

    async def program(self) -> str:
        return "none"

    async def choose(self, _wanted: Wanted) -> Choice:
        return Choice(Voice("en_US-silent-low", ("en-US",)))

    def takes_clauses(self, _choice: Choice) -> bool:
        return self.clauses

    async def speak(
        self, pieces: AsyncIterable[Piece], _choice: Choice, _speed: float | None = None
    ) -> AsyncGenerator[SpeechAudio]:
        async for piece in pieces:
            self.said.append(piece.text)
            yield SpeechAudio(b"", 22_050)


async def _nothing(_event: Event) -> None: ...


async def hear(speaker: Speaker, *events: tuple[str, dict[str, str]]) -> list[str]:
    conversation = TtsConversation(speaker, _nothing)
    for kind, data in events:
        await conversation.handle(Event(kind, data))
    return speaker.said


@pytest.mark.parametrize(("clauses", "said"), [(True, CLAUSES), (False, [TEXT])])
@pytest.mark.parametrize("form", ["{}", "<speak>{}</speak>"])
async def test_a_whole_text(clauses: bool, said: list[str], form: str) -> None:
    kind = "text" if form == "{}" else "ssml"
    asked = {"text": form.format(TEXT), "text_format": kind}
    assert await hear(Speaker(clauses=clauses), ("synthesize", asked)) == said


async def test_a_stream_is_written_slowly() -> None:
    """Its first clause is there before its sentence, whoever speaks."""
    words = [("synthesize-chunk", {"text": f"{word} "}) for word in TEXT.split()]
    start: tuple[str, dict[str, str]] = ("synthesize-start", {})
    said = await hear(Speaker(clauses=False), start, *words, ("synthesize-stop", {}))
    assert said == CLAUSES


def test_what_each_engine_needs(tmp_path: Path) -> None:
    make_voice(tmp_path)
    make_vits(tmp_path, width=16)
    engine = PiperEngine([tmp_path])
    needs = {}
    for voice in engine.voices:
        assert engine.takes_clauses(voice), "nobody knows before it is loaded"
        engine.prepare(voice)
        needs[voice.name] = engine.takes_clauses(voice)
    assert needs == {"en_US-tone-low": True, "en_US-vits-medium": False}
    espeak = EspeakEngine()
    assert not espeak.takes_clauses(espeak.voices[0])

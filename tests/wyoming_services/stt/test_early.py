"""A transcript before the client's stop, and in pieces, for clients that want that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info

from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import PATIENCE, Sidecar, ask, converse, utterance

FIRST = SCRIPT[0]
SHAPE = (16_000, 2, 1)
SECOND = 32_000
SPEECH = make_tone(FIRST.hertz, 1.0)  # with half a second of silence


@pytest.fixture(scope="module")
def ending(whisper_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    """A server that ends utterances by itself."""
    arguments = ("--model", str(whisper_model), "--endpointing", "0.8")
    sidecar = Sidecar("alicia_stt", tmp_path_factory.mktemp("ending"), arguments)
    yield sidecar.start()
    sidecar.clean_up()


async def _program(server: Sidecar) -> tuple[bool, bool]:
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(Describe().event())
        event = await client.read_event()
    assert event is not None
    program = Info.from_event(event).asr[0]
    return program.requires_external_vad, program.supports_transcript_streaming


async def test_info_tells_who_finds_the_end(stt: Sidecar, ending: Sidecar) -> None:
    assert await _program(stt) == (True, True)
    assert await _program(ending) == (False, True)


def _open(audio: bytes, **options: object) -> Iterator[Event]:
    """An utterance that the client doesn't end."""
    yield Transcribe(language="en", **options).event()
    yield AudioStart(*SHAPE).event()
    for at in range(0, len(audio), 1024):
        yield AudioChunk(*SHAPE, audio[at : at + 1024]).event()


async def test_silence_ends_an_utterance(ending: Sidecar) -> None:
    answers = await ask(ending.uri, _open(SPEECH + bytes(SECOND)))

    assert [answer.data["text"] for answer in answers] == [FIRST.text]


async def test_a_pause_does_not(ending: Sidecar) -> None:
    """The second tone is heard too, and Whisper makes its sentence of the stronger one."""
    long = make_tone(SCRIPT[2].hertz, 4.0)
    answers = await ask(ending.uri, _open(SPEECH + long + bytes(SECOND)))

    assert [answer.data["text"] for answer in answers] == [SCRIPT[2].text]


@pytest.mark.parametrize(
    ("sensitivity", "silence", "is_ended"),
    [("aggressive", 0.5, True), ("default", 0.5, False), ("relaxed", 1.0, False)],
)
async def test_the_client_chooses_how_much_silence(
    ending: Sidecar, sensitivity: str, silence: float, is_ended: bool
) -> None:
    audio = SPEECH[:SECOND] + bytes(2 * round(16_000 * silence))
    after = make_tone(SCRIPT[2].hertz, 4.0) + bytes(2 * SECOND)
    answers = await ask(ending.uri, _open(audio + after, vad_sensitivity=sensitivity))

    assert (answers[0].data["text"] == FIRST.text) is is_ended


async def test_the_stop_of_an_ended_utterance_is_not_answered_again(ending: Sidecar) -> None:
    async with AsyncClient.from_uri(ending.uri, read_timeout=PATIENCE) as client:
        first = await converse(client, _open(SPEECH + bytes(SECOND)))
        for event in (AudioChunk(*SHAPE, bytes(SECOND)).event(), AudioStop().event()):
            await client.write_event(event)
        second = await converse(client, utterance(make_tone(900.0, 1.0), language="de"))

    assert [answer.data["text"] for answer in (*first, *second)] == [FIRST.text, SCRIPT[1].text]


async def test_a_stop_comes_before_the_silence(ending: Sidecar) -> None:
    answers = await ask(ending.uri, utterance(SPEECH))

    assert [answer.data["text"] for answer in answers] == [FIRST.text]


async def test_silence_alone_ends_nothing(ending: Sidecar) -> None:
    answers = await ask(ending.uri, utterance(bytes(3 * SECOND)))

    assert [answer.data["text"] for answer in answers] == [""]


@pytest.mark.parametrize("server", ["stt", "ending"])
async def test_pieces_make_up_the_transcript(server: str, request: pytest.FixtureRequest) -> None:
    sidecar: Sidecar = request.getfixturevalue(server)
    wanted = Transcribe(language="en", context={"partials": True}).event()
    async with AsyncClient.from_uri(sidecar.uri, read_timeout=PATIENCE) as client:
        answers = await converse(client, [wanted, *list(utterance(SPEECH * 3))[1:]])
        last = await client.read_event()

    kinds = [answer.type for answer in answers]
    assert kinds[0] == "transcript-start"
    assert set(kinds[1:-1]) == {"transcript-chunk"}
    assert "".join(answer.data["text"] for answer in answers[1:-1]) == FIRST.text
    assert Transcript.from_event(answers[-1]).text == FIRST.text
    assert last is not None
    assert last.type == "transcript-stop"


async def test_who_does_not_ask_gets_no_pieces(stt: Sidecar) -> None:
    context = {"partials": "yes", "other": 1}
    events = [Transcribe(context=context).event(), *list(utterance(SPEECH))[1:]]

    assert [answer.type for answer in await ask(stt.uri, events)] == ["transcript"]

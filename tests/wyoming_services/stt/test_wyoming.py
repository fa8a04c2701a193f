"""Wyoming clients are understood, whatever their transport and their audio."""

import asyncio
import audioop
import io
from pathlib import Path
import subprocess
import sys

import pytest
from wyoming.asr import Transcript
from wyoming.client import AsyncClient
from wyoming.event import Event, read_event, write_event
from wyoming.info import Describe, Info, SelectProgram
from wyoming.ping import Ping

from tests.models.scripted_whisper import SCRIPT, Line
from tests.models.tone import make_tone

from ..support import Sidecar, ask, converse, utterance

FIRST = SCRIPT[0]


def _text(answers: list[Event]) -> str:
    assert [answer.type for answer in answers] == ["transcript"]
    return Transcript.from_event(answers[0]).text


@pytest.mark.parametrize("line", SCRIPT, ids=lambda line: line.text)
async def test_each_line_is_heard_in_its_language(stt: Sidecar, line: Line) -> None:
    answers = await ask(stt.uri, utterance(make_tone(line.hertz, 1.0), language=line.language))

    assert answers[0].data == {"text": line.text, "language": line.language}


async def test_the_language_is_detected_where_none_is_named(stt: Sidecar) -> None:
    answers = await ask(stt.uri, utterance(make_tone(900.0, 1.0), language=None))

    assert answers[0].data["language"] == "de"


@pytest.mark.parametrize("language", ["en-US", "en_GB", "EN", "en-Latn-US"])
async def test_a_region_is_no_other_language(stt: Sidecar, language: str) -> None:
    answers = await ask(stt.uri, utterance(make_tone(FIRST.hertz, 1.0), language=language))

    assert answers[0].data["language"] == "en"


async def test_a_connection_serves_any_number_of_utterances(stt: Sidecar) -> None:
    async with AsyncClient.from_uri(stt.uri) as client:
        heard = [
            _text(await converse(client, utterance(make_tone(line.hertz, 1.0), language=None)))
            for line in SCRIPT
        ]

    assert heard == [line.text for line in SCRIPT]


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
async def test_audio_of_any_shape_is_converted(
    stt: Sidecar, rate: int, width: int, channels: int
) -> None:
    tone = make_tone(FIRST.hertz, 1.0, rate)
    if channels == 2:
        tone = audioop.tostereo(tone, 2, 1, 1)
    if width != 2:
        tone = audioop.lin2lin(tone, 2, width)
    if width == 1:
        tone = audioop.bias(tone, 1, 128)

    chunk = 480 * width * channels
    answers = await ask(stt.uri, utterance(tone, shape=(rate, width, channels), chunk=chunk))

    assert _text(answers) == FIRST.text


@pytest.mark.parametrize(
    "audio",
    [b"", bytes(2), bytes(64_000), bytes(range(256)) * 250],
    ids=["no audio", "one sample", "two seconds of silence", "a hum that is no tone"],
)
async def test_nothing_said_is_an_empty_transcript(stt: Sidecar, audio: bytes) -> None:
    assert _text(await ask(stt.uri, utterance(audio))) == ""


async def test_audio_is_taken_without_its_announcement(stt: Sidecar) -> None:
    events = [
        event
        for event in utterance(make_tone(FIRST.hertz, 1.0))
        if event.type not in ("audio-start", "transcribe")
    ]

    assert _text(await ask(stt.uri, events)) == FIRST.text


async def test_describe_tells_the_engine(stt: Sidecar) -> None:
    async with AsyncClient.from_uri(stt.uri) as client:
        await client.write_event(Describe().event())
        event = await client.read_event()

    assert event is not None
    program = Info.from_event(event).asr[0]
    assert (program.name, program.installed) == ("alicia-whisper", True)
    assert "faster-whisper" in (program.description or "")
    assert {"en", "de"} <= set(program.models[0].languages)


async def test_the_program_can_be_selected(stt: Sidecar) -> None:
    events = [SelectProgram("alicia-whisper").event(), *utterance(make_tone(FIRST.hertz, 1.0))]

    assert _text(await ask(stt.uri, events)) == FIRST.text


async def test_a_ping_is_returned(stt: Sidecar) -> None:
    async with AsyncClient.from_uri(stt.uri) as client:
        await client.write_event(Ping("there?").event())
        answer = await client.read_event()

    assert answer is not None
    assert (answer.type, answer.data) == ("pong", {"text": "there?"})


async def test_describe_is_answered_while_others_are_transcribed(stt: Sidecar) -> None:
    """Home Assistant gives up after a second; a server that computes must still answer."""
    long = make_tone(FIRST.hertz, 20.0)
    crowd = [asyncio.create_task(ask(stt.uri, utterance(long, chunk=65_536))) for _ in range(6)]
    described = 0
    async with AsyncClient.from_uri(stt.uri) as client:
        while not all(task.done() for task in crowd):
            await client.write_event(Describe().event())
            await client.read_event()
            described += 1

    assert [_text(task.result()) for task in crowd] == [FIRST.text] * 6
    assert described > len(crowd)


async def test_a_unix_socket_serves_alike(whisper_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    sidecar = Sidecar(
        "alicia_stt", tmp_path / "stt", ("--model", str(whisper_model)), f"unix://{path}"
    )
    try:
        sidecar.start()
        assert _text(await ask(sidecar.uri, utterance(make_tone(FIRST.hertz, 1.0)))) == FIRST.text
        assert sidecar.stop() == 0
        assert not path.exists()
    finally:
        sidecar.clean_up()


async def test_standard_input_serves_alike(whisper_model: Path) -> None:
    """All of it is written before the engine is even loaded, and then the input ends."""
    said = io.BytesIO()
    for line in SCRIPT[:2]:
        for event in utterance(make_tone(line.hertz, 1.0), language=None):
            write_event(event, said)
    command = [sys.executable, "-m", "alicia_stt", "--uri", "stdio://"]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, "--model", str(whisper_model)],
        input=said.getvalue(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    answers = io.BytesIO(done.stdout)
    heard = [event.data["text"] for event in iter(lambda: read_event(answers), None)]
    assert heard == [line.text for line in SCRIPT[:2]]

"""Any Wyoming client is served, Home Assistant's the way it is written."""

import asyncio
from pathlib import Path
import signal
import subprocess
import sys

import pytest
from wyoming.client import AsyncClient
from wyoming.event import Event, async_read_event
from wyoming.info import TtsProgram

from tests.wyoming_services.support import Sidecar
from tests.wyoming_services.tts.client import (
    ask,
    describe,
    hear,
    running,
    stream,
    synthesize,
)
from tests.wyoming_services.tts.measure import loudness

STOPPED = ("synthesize-stopped", "error")


async def test_info_of_espeak(espeak: Sidecar) -> None:
    (program,) = (await describe(espeak.uri)).tts
    assert (program.name, program.installed) == ("espeak-ng", True)
    assert program.supports_synthesize_streaming
    assert len(program.voices) > 90
    assert program.voices[0].name == "en-us+klatt4"


async def test_info_of_piper(piper: Sidecar) -> None:
    (program,) = (await describe(piper.uri)).tts
    assert isinstance(program, TtsProgram)
    assert (program.name, program.version, program.installed) == ("piper", "0.1.0", True)
    voices = {voice.name: voice for voice in program.voices}
    assert set(voices) == {"en_US-tone-low", "de_DE-toene-low"}
    assert all(voice.installed for voice in program.voices)
    german = voices["de_DE-toene-low"]
    assert german.languages == ["de-DE"]
    assert [speaker.name for speaker in german.speakers or ()] == [
        "speaker 0",
        "speaker 1",
        "speaker 2",
    ]


async def test_speech(server: Sidecar) -> None:
    heard = await ask(server.uri, synthesize("The kitchen light is on."))
    assert heard.frame == ["audio-start", "audio-stop"]
    assert heard.rate == 22_050
    assert 1.0 < heard.seconds < 8.0
    assert loudness(heard.audio) > 0.03


async def test_long_text_comes_as_one_answer(server: Sidecar) -> None:
    one = await ask(server.uri, synthesize("The light is on."))
    ten = await ask(server.uri, synthesize("The light is on. " * 10))
    assert ten.frame == ["audio-start", "audio-stop"]
    assert 9 * one.seconds < ten.seconds < 11 * one.seconds


@pytest.mark.parametrize("text", ["", "   ", "***", "...", "\n\n", "\x00"])
async def test_nothing_to_say_is_a_well_formed_answer(server: Sidecar, text: str) -> None:
    heard = await ask(server.uri, synthesize(text))
    assert heard.kinds == ["audio-start", "audio-stop"]
    streamed = await ask(server.uri, *stream(text), until=STOPPED)
    assert streamed.kinds == ["audio-start", "audio-stop", "synthesize-stopped"]


async def test_each_sentence_of_a_stream_is_heard_before_the_next_is_written(
    server: Sidecar,
) -> None:
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(Event("synthesize-start", {}))
        await client.write_event(Event("synthesize-chunk", {"text": "The light is on. And"}))
        first = await hear(client)
        assert first.seconds > 0.5
        await client.write_event(Event("synthesize-chunk", {"text": " the fan is"}))
        await client.write_event(Event("synthesize-chunk", {"text": " off."}))
        await client.write_event(Event("synthesize-stop"))
        rest = await hear(client, STOPPED)
    assert rest.frame == ["audio-start", "audio-stop", "synthesize-stopped"]
    assert rest.seconds > 0.5


async def test_stream_says_its_text_once(server: Sidecar) -> None:
    text = "The light is on. The fan is off."
    whole = await ask(server.uri, synthesize(text))
    streamed = await ask(server.uri, *stream(*text), until=STOPPED)
    assert streamed.frame == ["audio-start", "audio-stop"] * 2 + ["synthesize-stopped"]
    assert streamed.seconds == pytest.approx(whole.seconds, rel=0.01)


async def test_many_requests_on_one_connection(server: Sidecar) -> None:
    async with AsyncClient.from_uri(server.uri) as client:
        for events, until in (
            ([synthesize("One.")], ("audio-stop",)),
            (stream("Two. ", "Three."), ("synthesize-stopped",)),
            ([synthesize("Four.")], ("audio-stop",)),
            ([Event("describe")], ("info",)),
            ([Event("ping", {"text": "x"})], ("pong",)),
            (stream("Five."), ("synthesize-stopped",)),
        ):
            for event in events:
                await client.write_event(event)
            assert (await hear(client, until)).kinds[-1] == until[0]


async def test_requests_sent_at_once_are_answered_in_order(server: Sidecar) -> None:
    async with AsyncClient.from_uri(server.uri) as client:
        for text in ("", "One.", "", "One, two, three, four, five, six."):
            await client.write_event(synthesize(text))
        lengths = [(await hear(client)).seconds for _ in range(4)]
    assert lengths[0] == lengths[2] == 0.0
    assert lengths[3] > lengths[1] > 0.0


@pytest.mark.parametrize(
    "voice",
    [
        {"name": "de_DE-toene-low"},
        {"language": "de"},
        {"language": "de_AT"},
        {"name": "de_DE-nobody-high"},
        {"name": "de_DE-toene-low", "speaker": "speaker 0"},
        {"name": "de_DE-toene-low", "speaker": "nobody"},
    ],
)
async def test_german_is_spoken_by_the_german_voice(piper: Sidecar, voice: dict[str, str]) -> None:
    """Numbers are read aloud in the language of the voice, and have another length there."""
    heard = await ask(piper.uri, synthesize("99", voice=voice))
    expected = await ask(piper.uri, synthesize("99", voice={"name": "de_DE-toene-low"}))
    english = await ask(piper.uri, synthesize("99"))
    assert len(heard.audio) == len(expected.audio) != len(english.audio)


async def test_a_clause_is_heard_before_its_sentence_is_written(server: Sidecar) -> None:
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(START)
        text = "The kitchen light is on, and the fan in the"
        await client.write_event(Event("synthesize-chunk", {"text": text}))
        assert (await hear(client, ("audio-chunk",))).kinds == ["audio-start", "audio-chunk"]
        await client.write_event(Event("synthesize-chunk", {"text": " bedroom is off."}))
        await client.write_event(STOP)
        rest = await hear(client, STOPPED)
    assert rest.frame == ["audio-stop", "synthesize-stopped"]


async def test_pace_and_breaks_of_ssml_are_heard(server: Sidecar) -> None:
    lengths = [
        (await ask(server.uri, synthesize(f"<speak>{text}</speak>", text_format="ssml"))).seconds
        for text in (
            "The kitchen light is on.",
            "<prosody rate='50%'>The kitchen light is on.</prosody>",
            "The kitchen light is on. <break time='2s'/>",
            "",
        )
    ]
    plain, slow, paused, empty = lengths
    assert slow > 1.5 * plain
    assert paused - plain == pytest.approx(2.0, abs=0.01)
    assert empty == 0.0


async def test_ssml_is_read_as_it_arrives(server: Sidecar) -> None:
    async with AsyncClient.from_uri(server.uri) as client:
        await client.write_event(SSML)
        for text in ("<speak><s>The light ", "is on.</s", "><s>And"):
            await client.write_event(Event("synthesize-chunk", {"text": text}))
        first = await hear(client)
        assert first.seconds > 0.5
        for event in (Event("synthesize-chunk", {"text": " off.</s></speak>"}), STOP):
            await client.write_event(event)
        rest = await hear(client, STOPPED)
    assert rest.frame == ["audio-start", "audio-stop", "synthesize-stopped"]


async def test_speed_and_pause_are_set_for_the_server(tmp_path: Path, piper: Sidecar) -> None:
    folder = Path(piper.arguments[piper.arguments.index("--voices-dir") + 1])
    options = ("--voices-dir", str(folder), "--speed", "0.5", "--sentence-pause", "1")
    usual = await ask(piper.uri, synthesize("The light is on."))
    with running(tmp_path, *options) as slow:
        heard = await ask(slow.uri, synthesize("The light is on."))
    assert heard.seconds - 1.0 == pytest.approx(2 * (usual.seconds - 0.2), rel=0.01)


async def test_voice_that_nobody_has_is_spoken_all_the_same(server: Sidecar) -> None:
    voice = {"name": "en_US-lessac-medium"}
    heard = await ask(server.uri, synthesize("The light is on.", voice=voice))
    assert heard.seconds > 0.5
    assert "en_US-lessac-medium" in server.log


START = Event("synthesize-start", {})
STOP = Event("synthesize-stop")
SSML = Event("synthesize-start", {"text_format": "ssml"})


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([synthesize("a", voice={"language": "tlh"})], "unsupported_language"),
        ([Event("synthesize-start", {"voice": {"language": "x" * 500}})], "unsupported_language"),
        ([synthesize("a", text_format="jsml")], "unsupported"),
        ([Event("synthesize-start", {"text_format": "jsml"})], "unsupported"),
        ([synthesize("a", text_format="ssml")], "invalid_field"),
        ([synthesize("<speak><audio/></speak>", text_format="ssml")], "unsupported"),
        ([SSML, Event("synthesize-chunk", {"text": "<speak><audio/>"})], "unsupported"),
        ([SSML, Event("synthesize-chunk", {"text": "<speak>"}), STOP], "invalid_field"),
        ([Event("synthesize", {})], "missing_field"),
        ([synthesize(7)], "invalid_field"),
        ([synthesize(None)], "missing_field"),
        ([synthesize("a", voice="amy")], "invalid_field"),
        ([synthesize("a", voice={"name": 7})], "invalid_field"),
        ([synthesize("a" * 8193)], "too_large"),
        ([Event("synthesize-chunk", {"text": "a"})], "invalid_field"),
        ([Event("synthesize-stop")], "invalid_field"),
        ([START, START], "invalid_field"),
        ([Event("select-program", {"name": "festival"})], "not_found"),
        ([Event("select-program", {})], "missing_field"),
        ([START, Event("synthesize-chunk", {})], "missing_field"),
        ([START, Event("synthesize-chunk", {"text": ["a"]})], "invalid_field"),
        ([START, Event("synthesize-chunk", {"text": " " * 65_537})], "too_large"),
    ],
)
async def test_what_cannot_be_done_is_an_error_and_the_end(
    server: Sidecar, events: list[Event], code: str
) -> None:
    heard = await ask(server.uri, *events, until=())
    assert heard.frame == ["error", "end"]
    assert heard.error["code"] == code
    assert 0 < len(heard.error["text"]) < 200
    assert (await ask(server.uri, synthesize("Yes."))).seconds > 0.2


async def test_the_one_program_can_be_selected(server: Sidecar) -> None:
    (program,) = (await describe(server.uri)).tts
    select = Event("select-program", {"name": program.name})
    assert (await ask(server.uri, select, synthesize("Yes."))).seconds > 0.2


async def test_event_of_another_kind_is_ignored(server: Sidecar) -> None:
    events = [Event("transcribe"), Event("no-such-event", {"a": 1}, b"xyz"), synthesize("Yes.")]
    assert (await ask(server.uri, *events)).frame == ["audio-start", "audio-stop"]


async def test_parallel_clients_each_get_their_own(server: Sidecar) -> None:
    texts = ["One. " * number for number in (1, 2, 3, 4)]
    heard = await asyncio.gather(*(ask(server.uri, synthesize(text)) for text in texts))
    unit = heard[0].seconds
    assert [round(each.seconds / unit) for each in heard] == [1, 2, 3, 4]


async def test_short_text_does_not_wait_for_the_end_of_a_long_one(espeak: Sidecar) -> None:
    finished = []

    async def say(name: str, text: str) -> None:
        await ask(espeak.uri, synthesize(text))
        finished.append(name)

    text = "".join(f"The kitchen light number {number} is on. " for number in range(100))
    long = asyncio.create_task(say("long", text))
    await asyncio.sleep(0.1)
    await say("short", "Yes.")
    await long
    assert finished == ["short", "long"]


async def test_too_many_at_once_are_told_so(tmp_path: Path) -> None:
    long = synthesize("The kitchen light is on. " * 100)
    with running(tmp_path, "--engine", "espeak", "--waiting", "1") as server:
        heard = await asyncio.gather(*(ask(server.uri, long) for _ in range(6)))
    codes = [each.error.get("code") for each in heard]
    assert codes.count(None) == 2
    assert codes.count("busy") == 4


async def test_unix_socket(tmp_path: Path) -> None:
    uri = f"unix://{tmp_path}/tts"
    with running(tmp_path / "log", "--engine", "espeak", uri=uri) as server:
        assert (await ask(uri, synthesize("Yes."))).seconds > 0.2
        assert server.stop() == 0
    assert not (tmp_path / "tts").exists()


async def test_standard_input_and_output() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alicia_tts", "--uri", "stdio://", "--engine", "espeak"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"type": "synthesize", "data": {"text": "Yes."}}\n')
    process.stdin.write_eof()
    kinds = []
    while (event := await async_read_event(process.stdout)) is not None:
        kinds.append(event.type)
    assert kinds[0] == "audio-start"
    assert kinds[-1] == "audio-stop"
    assert await process.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, "--engine", "espeak") as server:
        assert server.process is not None
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
    assert "Traceback" not in server.log


async def test_nothing_went_wrong_unnoticed(server: Sidecar) -> None:
    """Stands last: the servers of this module have been through all of it."""
    assert "Traceback" not in server.log
    assert "never retrieved" not in server.log

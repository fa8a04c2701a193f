"""One server, several models: each is heard by its name, loaded when it is asked for."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import re
import shutil

import pytest
from wyoming.asr import Transcribe
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrProgram, Describe, Info

from alicia_bus.audio import Pcm, encode_wav
from tests.models.tone import make_tone

from ..support import PATIENCE, Broker, BusProbe, Sidecar, ask, converse, stt_request, utterance
from .model_shelf import FIRST, add_model, cut_off, make_english

TONE = make_tone(FIRST.hertz, 1.0)
GERMAN = make_tone(900.0, 1.0)
ROOMS = ("attic", "cellar", "garden")
HEARD = {room: FIRST.text.replace("kitchen", room) for room in ROOMS}


@pytest.fixture(scope="module")
def folder(whisper_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default, three that hear of other rooms, one that is broken, and one for English."""
    folder = tmp_path_factory.mktemp("models")
    shutil.copytree(whisper_model, folder / "house")
    for room in ROOMS:
        assert add_model(folder / room, whisper_model, room) == HEARD[room]
    cut_off(shutil.copytree(whisper_model, folder / "broken"))
    make_english(shutil.copytree(whisper_model, folder / "base.en"))
    return folder


def _arguments(folder: Path, *more: str, default: str = "house") -> tuple[str, ...]:
    return ("--model", default, "--models-dir", str(folder), *more)


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    sidecar = Sidecar("alicia_stt", tmp_path_factory.mktemp("stt"), _arguments(folder))
    yield sidecar.start()
    sidecar.clean_up()


@pytest.fixture
def own_folder(folder: Path, tmp_path: Path) -> Path:
    """The same models, for a test to change."""
    return shutil.copytree(folder, tmp_path / "models")


@pytest.fixture
def own_server(own_folder: Path, tmp_path: Path) -> Iterator[Sidecar]:
    """A server that a test starts, with options of its own."""
    sidecar = Sidecar("alicia_stt", tmp_path / "stt", _arguments(own_folder))
    yield sidecar
    sidecar.clean_up()


def _ask_for(name: str | None, audio: bytes = TONE, language: str | None = None) -> list[Event]:
    wanted = Transcribe(name=name, language=language).event()
    return [wanted, *list(utterance(audio))[1:]]


async def _hear(server: Sidecar, name: str | None, audio: bytes = TONE, **hints: str) -> str:
    (answer,) = await ask(server.uri, _ask_for(name, audio, **hints))
    return str(answer.data.get("text"))


async def _error(server: Sidecar, name: str | None, **hints: str) -> Error:
    (answer,) = await ask(server.uri, _ask_for(name, **hints))
    return Error.from_event(answer)


async def _program(server: Sidecar) -> AsrProgram:
    async with AsyncClient.from_uri(server.uri, read_timeout=PATIENCE) as client:
        await client.write_event(Describe().event())
        event = await client.read_event()
    assert event is not None
    return Info.from_event(event).asr[0]


async def test_they_are_listed_with_their_languages(server: Sidecar) -> None:
    program = await _program(server)

    names = [model.name for model in program.models]
    assert names[0] == "house"
    assert set(names) == {"house", *ROOMS, "broken", "base.en"}
    assert all(model.installed for model in program.models)
    languages = {model.name: model.languages for model in program.models}
    assert languages["base.en"] == ["en"]
    assert languages["attic"] == languages["house"]
    assert {"en", "de"} <= set(languages["attic"])


@pytest.mark.parametrize("room", ROOMS)
async def test_a_model_is_heard_by_its_name(server: Sidecar, room: str) -> None:
    """All of the audio is sent at once, long before the model is there."""
    assert await _hear(server, room) == HEARD[room]


@pytest.mark.parametrize("name", [None, "house", "alicia-whisper"])
async def test_the_default_is_heard_otherwise(server: Sidecar, name: str | None) -> None:
    assert await _hear(server, name) == FIRST.text


async def test_each_utterance_of_a_connection_has_its_own(server: Sidecar) -> None:
    async with AsyncClient.from_uri(server.uri, read_timeout=PATIENCE) as client:
        heard = [
            (await converse(client, _ask_for(name)))[0].data["text"]
            for name in ("attic", "house", "cellar", None)
        ]

    assert heard == [HEARD["attic"], FIRST.text, HEARD["cellar"], FIRST.text]


async def test_an_unknown_model_is_told_beside_the_known(server: Sidecar) -> None:
    error = await _error(server, "large-v9")

    assert error.code == "not_found"
    assert all(name in error.text for name in ("large-v9", "house", *ROOMS, "base.en"))


async def test_a_model_refuses_what_it_does_not_speak(server: Sidecar) -> None:
    assert (await _error(server, "base.en", language="de")).code == "unsupported_language"
    assert await _hear(server, "base.en", language="en-GB") == FIRST.text
    assert await _hear(server, "base.en") == FIRST.text


async def test_a_broken_model_is_told_and_the_others_go_on(server: Sidecar) -> None:
    errors = [await _error(server, "broken") for _ in range(3)]

    assert {error.code for error in errors} == {"unavailable"}
    assert "can't be loaded" in errors[0].text
    assert server.log.count("The model broken is unavailable") == 1
    assert await _hear(server, None) == FIRST.text
    assert await _hear(server, "attic") == HEARD["attic"]
    assert "Traceback" not in server.log


async def test_only_so_many_are_in_memory(own_server: Sidecar) -> None:
    own_server.start()
    for room in (*ROOMS, "attic"):
        assert await _hear(own_server, room) == HEARD[room]
        assert await _hear(own_server, None) == FIRST.text

    moves = re.findall(r"(Loaded|Unloaded) the model (\w+)", own_server.log)
    assert moves == [
        ("Loaded", "attic"),
        ("Unloaded", "attic"),
        ("Loaded", "cellar"),
        ("Unloaded", "cellar"),
        ("Loaded", "garden"),
        ("Unloaded", "garden"),
        ("Loaded", "attic"),
    ]


async def test_a_crowd_loads_a_model_once(own_server: Sidecar) -> None:
    own_server.start()
    rooms = ["attic", "cellar"] * 4
    heard = await asyncio.gather(*(_hear(own_server, room) for room in rooms))

    assert heard == [HEARD[room] for room in rooms]
    assert own_server.log.count("Loaded the model attic") == 1
    assert own_server.log.count("Loaded the model cellar") == 1


async def test_an_idle_model_is_unloaded_and_comes_back(own_server: Sidecar) -> None:
    own_server.arguments += ("--unload-after", "0.1")
    own_server.start()
    for _ in range(2):
        before = len(own_server.log)
        assert await _hear(own_server, "attic") == HEARD["attic"]
        await asyncio.to_thread(own_server.wait_for_log, "Unloaded the model attic", before)

    assert await _hear(own_server, None) == FIRST.text
    assert "Unloaded the model house" not in own_server.log


async def test_a_model_that_is_put_there_is_found(
    own_server: Sidecar, own_folder: Path, whisper_model: Path
) -> None:
    own_server.start()
    add_model(own_folder / "balcony", whisper_model, "balcony")
    shutil.rmtree(own_folder / "cellar")
    await asyncio.to_thread(own_server.wait_for_log, "The models are now .*balcony")

    names = [model.name for model in (await _program(own_server)).models]
    assert names[0] == "house"
    assert "balcony" in names
    assert "cellar" not in names
    assert await _hear(own_server, "balcony") == FIRST.text.replace("kitchen", "balcony")
    assert (await _error(own_server, "cellar")).code == "not_found"


async def test_without_room_there_is_the_default_alone(own_server: Sidecar) -> None:
    own_server.arguments += ("--max-loaded", "1")
    own_server.start()

    assert [model.name for model in (await _program(own_server)).models] == ["house"]
    assert (await _error(own_server, "attic")).code == "not_found"


async def test_a_language_finds_its_model(
    own_server: Sidecar, own_folder: Path, broker: Broker
) -> None:
    """Home Assistant names no model, and takes the languages of all for the server's."""
    bus = ("--instance-id", "stt-models", *broker.arguments)
    own_server.arguments = _arguments(own_folder, *bus, default="base.en")
    own_server.start()
    broker.until_online("stt-models")

    assert await _hear(own_server, None, language="en") == FIRST.text
    assert (await _error(own_server, None, language="de")).code == "unavailable"  # the broken one
    assert await _hear(own_server, None, GERMAN, language="de-DE") == "Open die Garage bitte."
    async with BusProbe.connect(broker) as probe:
        await probe.send("alicia/system/discovery/query", {})
        hello = await probe.expect("alicia/system/discovery/register", device_id="stt-models")
        audio = encode_wav(Pcm(GERMAN))
        await probe.send(
            "alicia/services/stt-models/request", stt_request(audio, language="de", request_id="m")
        )
        answer = await probe.expect("alicia/voice/stt/response", request_id="m")

    assert {"en", "de"} <= set(hello["capabilities"][0]["languages"])
    assert answer["text"] == "Open die Garage bitte."


async def test_a_client_that_leaves_a_cold_model_costs_nothing(own_server: Sidecar) -> None:
    own_server.start()
    async with AsyncClient.from_uri(own_server.uri) as client:
        for event in _ask_for("attic")[:5]:
            await client.write_event(event)
    await asyncio.to_thread(own_server.wait_for_log, "Loaded the model attic")

    assert await _hear(own_server, "cellar") == HEARD["cellar"]
    assert "never retrieved" not in own_server.log


async def test_a_stop_does_not_wait_for_a_model(own_server: Sidecar) -> None:
    own_server.start()
    async with AsyncClient.from_uri(own_server.uri) as client:
        await client.write_event(Transcribe(name="attic").event())
        assert own_server.stop() == 0

    assert "Traceback" not in own_server.log

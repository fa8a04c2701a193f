"""Voices come and go while the server runs, and what it says of them stays true."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import shutil

from wyoming.info import TtsVoice

from tests.models.tone_voice import make_voice
from tests.wyoming_services.support import PATIENCE
from tests.wyoming_services.tts.client import Heard, ask, describe, running, synthesize
from tests.wyoming_services.tts.hub import Hub

TONE, GERMAN = "en_US-tone-low", "de_DE-toene-low"
Voices = dict[str, TtsVoice]


async def voices_once(uri: str, is_so: Callable[[Voices], bool]) -> Voices:
    """Return the voices that a server tells, once they are as they should be."""
    async with asyncio.timeout(PATIENCE):
        while True:
            (program,) = (await describe(uri)).tts
            voices = {voice.name: voice for voice in program.voices}
            if is_so(voices):
                return voices
            await asyncio.sleep(0.1)


async def say(uri: str, text: str, name: str) -> Heard:
    return await ask(uri, synthesize(text, voice={"name": name}))


async def test_voice_that_is_put_into_the_folder_is_there_without_a_restart(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "voices"
    make_voice(folder)
    with running(tmp_path / "log", "--voices-dir", str(folder)) as server:
        make_voice(folder, GERMAN, espeak_voice="de")
        voices = await voices_once(server.uri, lambda found: GERMAN in found)
        assert voices[GERMAN].installed
        german, english = [await say(server.uri, "99", name) for name in (GERMAN, TONE)]
        assert len(german.audio) != len(english.audio)
        (folder / f"{GERMAN}.onnx").unlink()
        await voices_once(server.uri, lambda found: GERMAN not in found)
        stand_in = await say(server.uri, "99", GERMAN)
        assert len(stand_in.audio) == len(english.audio)


async def test_voice_that_is_replaced_speaks_in_its_new_way(tmp_path: Path) -> None:
    folder, other = tmp_path / "voices", tmp_path / "other"
    make_voice(folder)
    make_voice(other, TONE, espeak_voice="de")
    with running(tmp_path / "log", "--voices-dir", str(folder)) as server:
        before = await say(server.uri, "99", TONE)
        make_voice(folder, GERMAN)
        for path in other.iterdir():
            shutil.copy(path, folder)
        await voices_once(server.uri, lambda found: GERMAN in found)
        assert len((await say(server.uri, "99", TONE)).audio) != len(before.audio)


async def test_published_voice_is_fetched_when_it_is_asked_for(tmp_path: Path, hub: Hub) -> None:
    folder = tmp_path / "voices"
    make_voice(folder)
    options = ("--voices-dir", str(folder), "--voices-url", hub.url)
    with running(tmp_path / "log", *options) as server:
        voices = await voices_once(server.uri, lambda found: GERMAN in found)
        assert (voices[TONE].installed, voices[GERMAN].installed) == (True, False)
        hub.gate.clear()
        stand_in, again = [await say(server.uri, "99", GERMAN) for _ in range(2)]
        assert stand_in.seconds == again.seconds > 0.2
        told = await voices_once(
            server.uri, lambda found: "downloading" in (found[GERMAN].description or "")
        )
        assert not told[GERMAN].installed
        hub.gate.set()
        await voices_once(server.uri, lambda found: found[GERMAN].installed)
        assert len((await say(server.uri, "99", GERMAN)).audio) != len(stand_in.audio)
    assert [path for path, _ in hub.sent].count(f"/de/de_DE/toene/low/{GERMAN}.onnx") == 1


async def test_download_that_fails_is_told_where_the_voice_is_offered(
    tmp_path: Path, hub: Hub
) -> None:
    folder = tmp_path / "voices"
    make_voice(folder)
    hub.cut = 1000
    options = ("--voices-dir", str(folder), "--voices-url", hub.url)
    with running(tmp_path / "log", *options) as server:
        await voices_once(server.uri, lambda found: GERMAN in found)
        assert (await say(server.uri, "99", GERMAN)).seconds > 0.2
        voices = await voices_once(
            server.uri, lambda found: "be downloaded (" in (found[GERMAN].description or "")
        )
        assert not voices[GERMAN].installed
        assert (await say(server.uri, "99", GERMAN)).seconds > 0.2
        assert "Traceback" not in server.log


async def test_stops_at_once_in_the_middle_of_a_download(tmp_path: Path, hub: Hub) -> None:
    folder = tmp_path / "voices"
    make_voice(folder)
    options = ("--voices-dir", str(folder), "--voices-url", hub.url)
    with running(tmp_path / "log", *options) as server:
        await voices_once(server.uri, lambda found: GERMAN in found)
        hub.gate.clear()
        await say(server.uri, "99", GERMAN)
        await voices_once(
            server.uri, lambda found: "downloading" in (found[GERMAN].description or "")
        )
        assert server.stop() == 0
    hub.gate.set()

"""What scripts/demo promises."""

import json
import stat
from typing import cast

from demo.check.mouth import Mouth, Way
from demo.check.states import prepare, reached
from demo.trial.speech import say

from .house import COMMANDS, OTHERS, House, demo

LAMP = "light.desk_lamp"


def test_check_passes_and_ends_with_one_line_of_json(house: House) -> None:
    assert house.checked.returncode == 0, house.checked.stdout + house.checked.stderr
    summary = json.loads(house.checked.stdout.splitlines()[-1])
    assert summary["ok"]
    assert (summary["commands"], summary["others"]) == (COMMANDS, OTHERS)
    assert summary["acted_upon_lock_or_cover"] == 0


def test_home_assistant_logs_no_error(house: House) -> None:
    log = (house.places.logs / "home_assistant.log").read_text()
    assert [line for line in log.splitlines() if " ERROR " in line] == []


def test_summary_is_for_its_owner_and_says_how_to_get_in(house: House) -> None:
    assert stat.S_IMODE(house.places.summary.stat().st_mode) == 0o600
    assert house.summary.keys() == {"mqtt", "home_assistant", "stt", "tts"}
    assert house.summary["mqtt"].keys() == {"host", "port", "username", "password"}
    assert house.summary["home_assistant"].keys() == {"url", "token"}


def test_second_start_finds_everything_running(house: House) -> None:
    before = {path.name: path.read_text() for path in house.places.run.iterdir()}
    done = demo("--folder", str(house.places.folder), "--detach")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name: path.read_text() for path in house.places.run.iterdir()} == before
    assert done.stdout.count("| answered") == done.stdout.count("| said") > 0
    assert "(nothing)" not in done.stdout


async def test_streamed_command_is_done_and_answered_on_the_device(mouth: Mouth) -> None:
    await prepare(mouth.socket, [("light.turn_off", LAMP, {})])
    reply = await mouth.say(say("turn on the desk lamp"), Way.STREAM)
    assert reply.heard == "turn on the desk lamp"
    assert await reached(mouth.socket, {LAMP: {"state": "on"}})
    assert reply.samples
    assert await mouth.hears(reply)
    assert [stage.name for stage in reply.stages] == ["queued", "stt", "intent", "tts"]


async def test_silence_does_nothing_and_the_next_command_works(mouth: Mouth) -> None:
    await prepare(mouth.socket, [("light.turn_on", LAMP, {})])
    silent = await mouth.say(bytes(64000), Way.ROUTE)
    assert (silent.outcome, silent.heard) == ("no_text", "")
    reply = await mouth.say(say("turn off the desk lamp"), Way.ROUTE)
    assert reply.outcome == "done"
    assert await reached(mouth.socket, {LAMP: {"state": "off"}})


def test_stopping_what_does_not_run_is_no_error(tmp_path: object) -> None:
    done = demo("--folder", str(tmp_path), "--stop")
    assert (done.returncode, done.stdout) == (0, "Nothing was running.\n")


async def test_each_thing_is_set_up_once_however_often_the_demo_starts(mouth: Mouth) -> None:
    found = await mouth.rest.call("GET", "/api/config/config_entries/entry")
    domains = [entry["domain"] for entry in cast(list[dict[str, str]], found)]
    counts = {domain: domains.count(domain) for domain in ("mqtt", "wyoming", "alicia")}
    assert counts == {"mqtt": 1, "wyoming": 2, "alicia": 1}
    # These go online; Home Assistant adds them to a house that is set up by hand.
    assert not {"google_translate", "radio_browser", "met"} & set(domains)

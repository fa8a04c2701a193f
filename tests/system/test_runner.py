"""How the demo's servers are started, found again, and spoken of when they don't start."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import signal
import socket
import sys

import pytest

from demo.failure import DemoError
from demo.lock import alone
from demo.places import Places
from demo.ports import Ports, choose, is_free
from demo.processes import Command, Process
from demo.runner import Runner
from demo.servers import Server

SLEEP = Command("sleeper", (sys.executable, "-c", "import time; time.sleep(600)"))
_DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
STUBBORN = Command("stubborn", (sys.executable, "-c", _DEAF))


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Process]:
    process = Process.start(SLEEP, tmp_path / "log", tmp_path)
    yield process
    process.signal(signal.SIGKILL)


def test_process_is_found_again_by_its_file_and_stops(sleeper: Process, tmp_path: Path) -> None:
    file = tmp_path / "sleeper.json"
    sleeper.write(file)
    found = Process.read(file)
    assert found == sleeper
    found.stop()
    assert not sleeper.runs
    assert Process.read(file) is None


def test_a_pid_that_belongs_to_another_by_now_is_left_alone(
    sleeper: Process, tmp_path: Path
) -> None:
    file = tmp_path / "sleeper.json"
    file.write_text(json.dumps({"pid": sleeper.pid, "started": "1"}))
    assert Process.read(file) is None
    Process("sleeper", sleeper.pid, "1").stop()
    assert sleeper.runs


def test_process_that_ignores_a_polite_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.processes._STOP_SECONDS", 0.2)
    process = Process.start(STUBBORN, tmp_path / "log", tmp_path)
    while (tmp_path / "log").read_text() != "deaf\n":
        assert process.runs
    process.stop()
    assert not process.runs


def test_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])
    with socket.socket() as broker:
        if is_free(Ports().mqtt):
            broker.bind(("127.0.0.1", Ports().mqtt))
            broker.listen()
        chosen = choose()
    assert chosen.mqtt > Ports().mqtt
    assert len({chosen.mqtt, chosen.websockets, chosen.stt, chosen.tts}) == 4


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (
            (sys.executable, "-c", "print('the reason is this')"),
            ["has ended", "the reason is this"],
        ),
        (("/does/not/exist",), ["can't be started", "/does/not/exist"]),
    ],
)
def test_server_that_does_not_start_is_explained(
    tmp_path: Path, program: tuple[str, ...], words: list[str]
) -> None:
    server = Server(
        "broker",
        "Broken server",
        lambda ports: ports.mqtt,
        lambda _places, _ports: Command("broker", program),
        "Do this about it.",
    )
    with pytest.raises(DemoError) as raised:
        Runner(Places(tmp_path), servers=(server,)).start()
    assert all(word in str(raised.value) for word in [*words, "Broken server", "Do this about it."])


def test_a_server_counts_as_there_only_if_it_has_the_port_itself(sleeper: Process) -> None:
    here = Process("here", os.getpid(), "")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert not here.listens(port)
        server.listen()
        assert here.listens(port)
        assert not sleeper.listens(port)


def test_one_demo_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(DemoError, match="Another"), alone(tmp_path):
        raise AssertionError
    with alone(tmp_path):
        pass

"""An app's start script turns the Supervisor's options and broker into a running server."""

from collections.abc import Iterator, Mapping
import contextlib
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest
from wyoming.event import Event
import yaml

from tests.ports import free_port

from ..support import PATIENCE, ROOT, Broker, BusProbe, Sidecar, send_raw
from .supervisor import TOKEN, FakeSupervisor, serving

START = ROOT / "apps" / "start.py"


def _config(stage: str) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(
        (ROOT / "apps" / f"alicia_{stage}" / "config.yaml").read_text()
    )
    return config


@dataclass(slots=True)
class App(Sidecar):
    """A sidecar that the start script starts."""

    supervisor: str = ""

    @property
    def command(self) -> list[str]:
        server = self.module.replace("_", "-")
        data = ("--data", str(self.folder), "--supervisor", self.supervisor)
        return [sys.executable, str(START), server, *data]


def _app(
    stage: str,
    folder: Path,
    supervisor: FakeSupervisor,
    *,
    token: str = TOKEN,
    **options: object,
) -> App:
    """An app with its own options and those that its user changed."""
    uri = f"tcp://127.0.0.1:{free_port()}"
    environment = {
        "SUPERVISOR_TOKEN": token,
        f"ALICIA_{stage.upper()}_URI": uri,
        "ALICIA_STT_MODELS_DIR": str(folder / "models"),
        "ALICIA_TTS_VOICES_DIR": str(folder / "voices"),
    }
    usual = {**_config(stage)["options"], "advertise_host": "127.0.0.1"}
    (folder / "options.json").write_text(json.dumps({**usual, **options}))
    return App(f"alicia_{stage}", folder, (), uri, environment, supervisor=supervisor.url)


@contextlib.contextmanager
def _running(app: App) -> Iterator[App]:
    try:
        yield app.start()
    finally:
        app.clean_up()


def _variables(app: App) -> dict[str, str]:
    """The environment of the process that the start script became."""
    entries = Path(f"/proc/{app.pid}/environ").read_bytes().split(b"\0")
    return dict(each.decode().split("=", 1) for each in entries if each)


async def _describes(uri: str) -> Event:
    answers = await send_raw(uri, b'{"type": "describe"}\n\n')
    return answers[0]


def _broker(port: int, **more: object) -> Mapping[str, object]:
    """The Supervisor's data of a broker, with the fields that it adds for itself."""
    data = {"host": "127.0.0.1", "port": port, "ssl": False, "protocol": "3.1.1"}
    return {**data, "addon": "core_mosquitto", **more}


@pytest.mark.parametrize(("stage", "capability"), [("stt", "speech_to_text"), ("tts", "speak")])
async def test_it_joins_the_bus_of_the_supervisors_broker(
    tmp_path: Path, broker: Broker, stage: str, capability: str
) -> None:
    account = {"username": "addons", "password": "s3cret"}
    with serving(FakeSupervisor(_config(stage), _broker(broker.port, **account))) as supervisor:
        app = _app(stage, tmp_path, supervisor, instance_id=f"{stage}-app")
        async with BusProbe.connect(broker, "alicia/system/discovery/register") as probe:
            with _running(app):
                hello = await probe.expect(
                    "alicia/system/discovery/register", device_id=f"{stage}-app", status="online"
                )
                known = _variables(app)

    assert hello["endpoints"]["wyoming"] == app.uri
    assert known[f"ALICIA_{stage.upper()}_MQTT_PASSWORD"] == "s3cret"
    assert "SUPERVISOR_TOKEN" not in known
    assert supervisor.asked == ["GET /services/mqtt"]


async def test_without_a_broker_home_assistant_is_offered_a_wyoming_server(tmp_path: Path) -> None:
    with serving(FakeSupervisor(_config("tts"))) as supervisor:
        app = _app("tts", tmp_path, supervisor)
        with _running(app):
            offer = supervisor.offers.get(timeout=PATIENCE)
            info = await _describes(app.uri)

    assert offer == {"service": "wyoming", "config": {"uri": app.uri}}
    assert info.type == "info"


def test_it_is_offered_only_if_its_user_wants_that(tmp_path: Path) -> None:
    with serving(FakeSupervisor(_config("tts"))) as supervisor:
        with _running(_app("tts", tmp_path, supervisor, offer_wyoming="off")) as app:
            assert app.stop() == 0
        assert supervisor.asked == ["GET /services/mqtt"]


async def test_another_broker_is_the_users_choice(tmp_path: Path, broker: Broker) -> None:
    options = {"mqtt_host": "127.0.0.1", "mqtt_port": broker.port, "instance_id": "stt-other"}
    with serving(FakeSupervisor(_config("stt"), _broker(1))) as supervisor:
        app = _app("stt", tmp_path, supervisor, **options, offer_wyoming="on")
        async with BusProbe.connect(broker, "alicia/system/discovery/register") as probe:
            with _running(app):
                await probe.expect("alicia/system/discovery/register", device_id="stt-other")
                supervisor.offers.get(timeout=PATIENCE)

    assert supervisor.asked == ["POST /discovery"]


def test_options_reach_the_server(tmp_path: Path) -> None:
    changed = {"offline": True, "workers": 2, "model": "", "log_level": "debug"}
    with (
        serving(FakeSupervisor(_config("stt"))) as supervisor,
        _running(_app("stt", tmp_path, supervisor, **changed)) as app,
    ):
        known = _variables(app)

    assert known["ALICIA_STT_OFFLINE"] == "on"
    assert known["ALICIA_STT_WORKERS"] == "2"
    assert known["ALICIA_STT_ENGINE"] == "auto"
    assert "ALICIA_STT_MODEL" not in known


def test_it_ends_as_the_server_does(tmp_path: Path) -> None:
    with (
        serving(FakeSupervisor(_config("stt"))) as supervisor,
        _running(_app("stt", tmp_path, supervisor)) as app,
    ):
        assert app.stop() == 0


def _refused(app: App) -> str:
    """What it says when it can't start."""
    done = subprocess.run(
        app.command,
        env={**os.environ, **app.environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_wrong_token_is_told(tmp_path: Path) -> None:
    with serving(FakeSupervisor(_config("stt"))) as supervisor:
        said = _refused(_app("stt", tmp_path, supervisor, token="b" * 64))

    assert "the Supervisor refused /services/mqtt: HTTP Error 401" in said


def test_a_supervisor_that_is_not_there_is_told(tmp_path: Path) -> None:
    nowhere = FakeSupervisor(_config("stt"), url=f"http://127.0.0.1:{free_port()}")

    assert "the Supervisor did not answer" in _refused(_app("stt", tmp_path, nowhere))


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_unreadable_options_are_told(tmp_path: Path, content: str) -> None:
    app = _app("stt", tmp_path, FakeSupervisor(_config("stt")))
    (tmp_path / "options.json").write_text(content)

    assert "options.json" in _refused(app)

"""Options come from the command line, the environment, files; the nearest one counts."""

from pathlib import Path
import re
import subprocess
import sys

import pytest

from alicia_sidecar.options import OptionsError, Program, parse_options
from alicia_sidecar.settings import Settings, make_instance_id, read_settings, shared_groups

PROGRAM = Program("alicia_stt", "Tests.", shared_groups("tcp://127.0.0.1:10300"))


def _settings(*argv: str, **environ: str) -> Settings:
    _, values = parse_options(PROGRAM, argv, environ)
    return read_settings("stt", values)


def test_defaults_serve_this_machine_alone() -> None:
    settings = _settings()

    assert settings.uri == "tcp://127.0.0.1:10300"
    assert settings.bus is None


def test_the_nearest_source_counts(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('mqtt_host = "file"\nmqtt_port = 1\nbase_topic = "file"\nworkers = 3\n')
    environ = {
        "ALICIA_STT_CONFIG": str(config),
        "ALICIA_STT_MQTT_HOST": "variable",
        "ALICIA_STT_MQTT_PORT": "2",
    }

    settings = _settings("--mqtt-host", "flag", **environ)

    assert settings.bus is not None
    assert (settings.bus.host, settings.bus.port) == ("flag", 2)
    assert (settings.bus.base_topic, settings.workers) == ("file", 3)


def test_each_option_is_also_a_file(tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.write_text("broker.local\n")

    settings = _settings(ALICIA_STT_MQTT_HOST_FILE=str(host))

    assert settings.bus is not None
    assert settings.bus.host == "broker.local"


@pytest.mark.parametrize("how", ["flag", "variable", "file variable", "config"])
def test_the_password_is_never_on_the_command_line(tmp_path: Path, how: str) -> None:
    secret, config = tmp_path / "secret", tmp_path / "config.toml"
    secret.write_text("s3cret\n")
    config.write_text(f'mqtt_password_file = "{secret}"\n')
    sources = {
        "flag": (["--mqtt-password-file", str(secret)], {}),
        "variable": ([], {"ALICIA_STT_MQTT_PASSWORD": "s3cret"}),
        "file variable": ([], {"ALICIA_STT_MQTT_PASSWORD_FILE": str(secret)}),
        "config": (["--config", str(config)], {}),
    }
    argv, environ = sources[how]

    settings = _settings(*argv, "--mqtt-host", "x", **environ)

    assert settings.bus is not None
    assert settings.bus.password == "s3cret"
    with pytest.raises(SystemExit):
        _settings("--mqtt-password", "s3cret")


@pytest.mark.parametrize(
    ("argv", "tls", "port"),
    [
        ([], False, 1883),
        (["--mqtt-tls", "on"], True, 8883),
        (["--mqtt-tls-ca", "ca.crt"], True, 8883),
        (["--mqtt-tls", "on", "--mqtt-port", "443"], True, 443),
    ],
)
def test_encryption_has_its_own_port(argv: list[str], tls: bool, port: int) -> None:
    settings = _settings("--mqtt-host", "x", *argv)

    assert settings.bus is not None
    assert (settings.bus.tls, settings.bus.port) == (tls, port)


@pytest.mark.parametrize(
    "argv",
    [
        ["--uri", "http://x"],
        ["--uri", "tcp://127.0.0.1"],
        ["--uri", "tcp://127.0.0.1:99999"],
        ["--uri", "unix://"],
        ["--log-level", "loud"],
        ["--log-json", "perhaps"],
        ["--mqtt-port", "0"],
        ["--workers", "1.5"],
        ["--idle-timeout", "-1"],
        ["--instance-id", "Nobody Here"],
        ["--instance-id", "speech_to_text"],
        ["--mqtt-host", "x", "--base-topic", "a/#"],
        ["--mqtt-host", "x", "--mqtt-tls-key", "key"],
        ["--mqtt-password-file", "/no/such/file"],
        ["--config", "/no/such/file"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_told(argv: list[str]) -> None:
    with pytest.raises(OptionsError):
        _settings(*argv)


@pytest.mark.parametrize(
    "content", ["uri = ", "nonsense = 1", "uri = ['x']", 'uri = "http://x"', "workers = true"]
)
def test_a_bad_file_is_told(tmp_path: Path, content: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(content)

    with pytest.raises(OptionsError):
        _settings("--config", str(config))


def test_two_servers_of_a_machine_have_two_ids() -> None:
    first = make_instance_id("stt", "Cellar.local", "tcp://0.0.0.0:10300")
    second = make_instance_id("stt", "Cellar.local", "tcp://0.0.0.0:10301")

    assert re.fullmatch(r"stt-cellar-local-[0-9a-f]{4}", first)
    assert first != second
    assert first == make_instance_id("stt", "Cellar.local", "tcp://0.0.0.0:10300")


@pytest.mark.parametrize("module", ["alicia_stt", "alicia_tts"])
def test_help_tells_every_option_its_variable_and_its_default(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True
    )

    for option in PROGRAM.options:
        flag = f"--{option.name}-file" if option.is_secret else f"--{option.name}"
        assert flag in done.stdout
    assert f"{module.upper()}_URI" in done.stdout


@pytest.mark.parametrize("module", ["alicia_stt", "alicia_tts"])
def test_a_bad_option_is_one_line_and_status_2(module: str) -> None:
    command = [sys.executable, "-m", module, "--uri", "http://x"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("module", ["alicia_stt", "alicia_tts"])
def test_a_health_check_of_nobody_fails(module: str) -> None:
    command = [sys.executable, "-m", module, "health-check", "--uri", "tcp://127.0.0.1:9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
